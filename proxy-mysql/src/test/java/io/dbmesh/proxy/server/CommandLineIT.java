package io.dbmesh.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dbmesh proxy} and {@code dbmesh check} in processes of their own: what they print and how they end. */
@BothFlavors
class CommandLineIT {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_CONFIGURATION = 2;
    /** A process that has ended by SIGTERM after its shutdown hooks. */
    private static final int TERMINATED = 128 + 15;

    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    private final DatabaseServer server;
    private int listen;

    CommandLineIT(Flavor flavor) {
        this.server = Servers.shared(flavor, 0);
    }

    @BeforeEach
    void choosePort() throws IOException, SQLException {
        listen = freePort();
        server.execute("DROP DATABASE IF EXISTS plain", "CREATE DATABASE plain");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private String configuration(int serverPort, String password) {
        return """
                listen: 127.0.0.1:%d
                users:
                  - { name: app, password: secret }
                dataSources:
                  ds0: { address: 127.0.0.1:%d, user: %s, password: '%s' }
                schemas:
                  plain: { default: ds0/plain }
                """.formatted(listen, serverPort, server.user(), password);
    }

    private String configuration() {
        return configuration(server.port(), server.password());
    }

    private Path log() {
        return folder.resolve("log");
    }

    private Process start(String command, String document) throws IOException {
        Path file = Files.writeString(folder.resolve("mesh.yaml"), document);
        return start(command, "--config", file.toString());
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                // As it logs for users, not as for tests.
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.dbmesh.proxy.server.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    /** Fails when it does not end by itself. */
    private String ends(Process process, int status) throws IOException, InterruptedException {
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            String output = Files.readString(log());
            assertThat(process.exitValue()).as(output).isEqualTo(status);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void check_isContent_withAGoodDocument() throws Exception {
        assertThat(ends(start("check", configuration()), OK))
                .contains("The document is valid: 1 users, 1 data sources, 1 schemas.")
                .contains("All is well.")
                .doesNotContain("PROBLEM");
    }

    @Test
    void databasesThatTheProxyWouldCreate_areNoProblem() throws Exception {
        String document = configuration().replaceAll("default: ds0/\\w+", "default: ds0/not_yet_there");
        assertThat(ends(start("check", document), OK))
                .contains("note: Unknown database 'not_yet_there'")
                .contains("All is well.");
    }

    @Test
    void faultyDocument_isReportedWithAllFaults() throws Exception {
        String faulty = configuration()
                .replace("user: " + server.user(), "usr: x")
                .replace("default: ds0/", "default: nosuch/")
                .concat("limits: { maxClientConnections: many }\n");
        for (String command : List.of("check", "proxy")) {
            assertThat(ends(start(command, faulty), WRONG_CONFIGURATION))
                    .contains("usr")
                    .contains("nosuch")
                    .contains("maxClientConnections")
                    .contains("mesh.yaml")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void missingDocument_isReported() throws Exception {
        for (String command : List.of("check", "proxy")) {
            assertThat(ends(start(command, "--config", "/nowhere/mesh.yaml"), WRONG_CONFIGURATION))
                    .contains("/nowhere/mesh.yaml")
                    .doesNotContain("\tat ");
            assertThat(ends(start(command), WRONG_CONFIGURATION)).contains("--config");
        }
    }

    @Test
    void deadServer_isAProblemOfItsOwn() throws Exception {
        int nobody = freePort();
        assertThat(ends(start("check", configuration(nobody, "x")), FAILED))
                .contains("PROBLEM")
                .contains("127.0.0.1:" + nobody)
                .doesNotContain("\tat ");
        assertThat(ends(start("check", configuration(server.port(), "wrong")), FAILED))
                .contains("PROBLEM")
                .contains("Access denied")
                .doesNotContain("\tat ");
        assertThat(ends(start("proxy", configuration(nobody, "x")), FAILED))
                .contains("127.0.0.1:" + nobody)
                .doesNotContain("\tat ");
    }

    @Test
    void portInUse_isSaid() throws Exception {
        try (ServerSocket occupied = new ServerSocket(listen, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ends(start("proxy", configuration()), FAILED))
                    .contains("127.0.0.1:" + occupied.getLocalPort())
                    .contains("in use")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void sigterm_endsItCleanly() throws Exception {
        Process process = start("proxy", configuration());
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(LIMIT_SECONDS))
                    .until(() -> !process.isAlive() || Files.readString(log()).contains("Listening on"));
            try (RawClient client = RawClient.logIn(listen, "plain")) {
                assertThat(client.execute("SELECT 1")).containsExactly("1");
                process.destroy();
                client.assertRefused(1053);
            }
            assertThat(ends(process, TERMINATED))
                    .contains("Shutting down")
                    .contains("Shut down")
                    .doesNotContain("\tat ");
        } finally {
            process.destroyForcibly();
        }
    }
}
