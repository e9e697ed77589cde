package io.dbmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@BothFlavors
class DatabaseServerIT {
    private final Flavor flavor;

    DatabaseServerIT(Flavor flavor) {
        this.flavor = flavor;
    }

    @Test
    void server_isTheVersionThatIsPinned() throws SQLException {
        DatabaseServer server = Servers.shared(flavor, 0);
        assertThat(ask(server, "SELECT VERSION()"))
                .startsWith(
                        switch (flavor) {
                            case MYSQL -> "8.0.33";
                            case MARIADB -> "11.4.5-MariaDB";
                        });
    }

    @Test
    void server_keepsItsMakersDefaults() throws SQLException {
        DatabaseServer server = Servers.shared(flavor, 0);
        // The session's own sql_mode is already the driver's choice.
        String isolation = flavor == Flavor.MYSQL ? "transaction_isolation" : "tx_isolation";
        String sql = "SELECT CONCAT_WS(' ', @@global.%s, @@global.collation_server, @@global.sql_mode)";
        assertThat(ask(server, sql.formatted(isolation)))
                .isEqualTo(
                        switch (flavor) {
                            case MYSQL ->
                                "REPEATABLE-READ utf8mb4_0900_ai_ci ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,"
                                        + "NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";
                            case MARIADB ->
                                "REPEATABLE-READ latin1_swedish_ci STRICT_TRANS_TABLES,"
                                        + "ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
                        });
    }

    @Test
    void user_hasItsMakersPasswordPlugin() throws SQLException {
        assertThat(ask(Servers.shared(flavor, 0), "SELECT plugin FROM mysql.user WHERE user = 'mesh'"))
                .isEqualTo(
                        switch (flavor) {
                            case MYSQL -> "caching_sha2_password";
                            case MARIADB -> "mysql_native_password";
                        });
    }

    @Test
    void user_mayGrantAndKillOthers() throws SQLException {
        DatabaseServer server = Servers.shared(flavor, 0);
        server.execute("CREATE USER granted@'%' IDENTIFIED BY 'x'", "GRANT SELECT ON mysql.* TO granted@'%'");
        try (Connection other = server.connect("mysql")) {
            server.execute("KILL " + ask(other, "SELECT CONNECTION_ID()"), "DROP USER granted@'%'");
            assertThatThrownBy(() -> ask(other, "SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void sharedServer_isStartedOnce() {
        assertThat(Servers.shared(flavor, 0)).isSameAs(Servers.shared(flavor, 0));
    }

    @Test
    void options_areAddedToTheUsualOnes() throws SQLException {
        try (DatabaseServer server = DatabaseServer.start(flavor, List.of("--max-connections=23"))) {
            assertThat(ask(server, "SELECT @@max_connections")).isEqualTo("23");
        }
    }

    @Test
    void wrongOption_failsWithTheServersLog() {
        assertThatThrownBy(() -> DatabaseServer.start(flavor, List.of("--no-such-option=1")))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("no-such-option=1")
                .hasMessageContaining(flavor.productName());
    }

    @Test
    void kill9AndRestart_keepCommittedRowsAndThePort() throws SQLException {
        try (DatabaseServer server = DatabaseServer.start(flavor)) {
            server.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (7)");
            int port = server.port();
            long pid = server.pid();
            try (Connection open = server.connect("d");
                    Statement statement = open.createStatement()) {
                statement.execute("START TRANSACTION");
                statement.execute("INSERT INTO t VALUES (8)");
                server.kill9();
            }
            assertThat(ProcessHandle.of(pid)).isEmpty();
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(ask(server, "SELECT GROUP_CONCAT(id) FROM d.t")).isEqualTo("7");
        }
    }

    @Test
    void close_leavesNeitherProcessNorFolder() throws SQLException {
        DatabaseServer server = DatabaseServer.start(flavor);
        Path data = dataFolder(server);
        assertThat(data).exists();
        server.close();
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
        assertThat(parent(data)).doesNotExist();
    }

    @Test
    void killedOwner_leavesNeitherProcessNorFolder() throws Exception {
        Path output = Files.createTempFile("dbmesh-owner-", ".log");
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Owner.class.getName(),
                        flavor.name())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(output)
                    .contains("started "));
            List<String> started = lineAfter("started ", output);
            ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(started.getFirst())).orElseThrow();
            Path folder = parent(Path.of(started.get(1)));
            assertThat(folder).exists();

            owner.destroyForcibly().waitFor();

            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !server.isAlive() && Files.notExists(folder));
        } finally {
            owner.destroyForcibly();
            Files.delete(output);
        }
    }

    @Test
    void makersShell_runsAgainstTheServer() throws Exception {
        DatabaseServer server = Servers.shared(flavor, 0);
        Process shell = new ProcessBuilder(
                        server.program(MakersProgram.SHELL).toString(),
                        "--host=" + server.host(),
                        "--port=" + server.port(),
                        "--user=" + server.user(),
                        "--password=" + server.password(),
                        flavor == Flavor.MARIADB ? "--skip-ssl" : "--ssl-mode=PREFERRED",
                        "--skip-column-names",
                        "--execute=SELECT 6 * 7")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new String(shell.getInputStream().readAllBytes()).strip()).isEqualTo("42");
        assertThat(shell.waitFor()).isZero();
    }

    /** The main class of the JVM that is killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws Exception {
            DatabaseServer server = DatabaseServer.start(Flavor.valueOf(arguments[0]));
            System.out.println("started " + server.pid() + " " + dataFolder(server));
            Thread.currentThread().join();
        }
    }

    private static List<String> lineAfter(String start, Path output) throws IOException {
        String line = Files.readAllLines(output).stream()
                .filter(candidate -> candidate.startsWith(start))
                .findFirst()
                .orElseThrow();
        return List.of(line.substring(start.length()).split(" "));
    }

    private static Path dataFolder(DatabaseServer server) throws SQLException {
        return Path.of(ask(server, "SELECT @@datadir"));
    }

    private static Path parent(Path path) {
        return path.toAbsolutePath().getParent();
    }

    private static String ask(DatabaseServer server, String sql) throws SQLException {
        try (Connection connection = server.connect("")) {
            return ask(connection, sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
