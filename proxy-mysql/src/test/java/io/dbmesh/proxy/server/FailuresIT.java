package io.dbmesh.proxy.server;

import static io.dbmesh.proxy.server.TestProxy.execute;
import static io.dbmesh.proxy.server.TestProxy.rows;
import static io.dbmesh.proxy.server.TestProxy.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.proxy.server.TestProxy.Driver;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Clients and servers that go away in the middle of something. */
@BothFlavors
class FailuresIT {

    private static final Driver DRIVER = Driver.CONNECTOR_J;

    private final Flavor flavor;

    FailuresIT(Flavor flavor) {
        this.flavor = flavor;
    }

    private TestProxy shared() throws SQLException {
        return TestProxy.start(Servers.shared(flavor, 0), Servers.shared(flavor, 1));
    }

    private static boolean isRunning(DatabaseServer server, String part) throws SQLException {
        try (Connection direct = server.connect("information_schema")) {
            return !rows(
                            direct,
                            "SELECT id FROM information_schema.processlist WHERE info LIKE '%" + part
                                    + "%' AND info NOT LIKE '%processlist%'")
                    .isEmpty();
        }
    }

    @Test
    void clientThatGoesAway_hasItsQueryKilled() throws SQLException {
        try (TestProxy proxy = shared()) {
            Connection connection = proxy.connect(DRIVER, "plain");
            CompletableFuture<Void> sleeping = CompletableFuture.runAsync(() -> {
                try {
                    rows(connection, "SELECT SLEEP(77)");
                } catch (SQLException aborted) {
                    // The client has closed its socket.
                }
            });
            Awaitility.await().until(() -> isRunning(Servers.shared(flavor, 0), "SLEEP(77)"));
            connection.abort(Runnable::run);
            Awaitility.await().until(() -> !isRunning(Servers.shared(flavor, 0), "SLEEP(77)"));
            sleeping.join();
        }
    }

    @Test
    void kill_stopsAnotherSessionsQuery() throws SQLException {
        try (TestProxy proxy = shared();
                Connection victim = proxy.connect(DRIVER, "plain");
                Connection killer = proxy.connect(DRIVER, "plain")) {
            String id = rows(victim, "SELECT CONNECTION_ID()").get(0);
            CompletableFuture<String> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return String.join("", rows(victim, "SELECT SLEEP(78), 1 / (SELECT 1)"));
                } catch (SQLException error) {
                    return "error " + error.getErrorCode();
                }
            });
            Awaitility.await().until(() -> isRunning(Servers.shared(flavor, 0), "SLEEP(78)"));
            execute(killer, "KILL QUERY " + id);
            // A server answers an interrupted SLEEP by 1 or by an error.
            assertThat(running.join()).containsAnyOf("1,1", "error 1317");
            assertThat(rows(victim, "SELECT 2")).containsExactly("2");
            execute(killer, "KILL " + id);
            // As with MySQL, the connection ends soon after KILL has been answered, not before.
            Awaitility.await().untilAsserted(() -> assertThatThrownBy(() -> rows(victim, "SELECT 3"))
                    .isInstanceOf(SQLException.class));
        }
    }

    @Test
    void queryTimeout_ofTheDriver_stopsTheQuery() throws SQLException {
        try (TestProxy proxy = shared();
                Connection connection = proxy.connect(DRIVER, "plain");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            long started = System.nanoTime();
            try {
                statement.execute("SELECT SLEEP(30)");
            } catch (SQLException timeout) {
                assertThat(timeout.getMessage()).containsIgnoringCase("timeout");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void lostServer_failsOnlyWhatNeedsIt_andComesBackByItself() throws SQLException {
        try (DatabaseServer dying = DatabaseServer.start(flavor);
                TestProxy proxy = TestProxy.start(Servers.shared(flavor, 0), dying);
                Connection connection = proxy.connectToNewTables(DRIVER)) {
            update(connection, "INSERT INTO sbtest1 (id, k) VALUES (1,1),(2,2),(3,3),(4,4),(5,5),(6,6),(7,7),(8,8)");
            String onFirst = proxy.shardRows(0, "SELECT MIN(id) FROM sbtest1").get(0);
            String onSecond = proxy.shardRows(1, "SELECT MIN(id) FROM sbtest1").get(0);
            execute(connection, "BEGIN");
            update(connection, "UPDATE sbtest1 SET k = 100 WHERE id = " + onFirst);
            update(connection, "UPDATE sbtest1 SET k = 100 WHERE id = " + onSecond);
            dying.kill9();
            assertThatThrownBy(() -> update(connection, "UPDATE sbtest1 SET k = 101 WHERE id = " + onSecond))
                    .isInstanceOfSatisfying(SQLException.class, error -> {
                        assertThat(error.getErrorCode()).isEqualTo(1213);
                        assertThat(error.getSQLState()).isEqualTo("40001");
                    });
            assertThat(proxy.shardRows(0, "SELECT id FROM sbtest1 WHERE k = 100"))
                    .isEmpty();
            assertThat(rows(connection, "SELECT k FROM sbtest1 WHERE id = " + onFirst))
                    .hasSize(1);
            assertThatThrownBy(() -> rows(connection, "SELECT k FROM sbtest1 WHERE id = " + onSecond))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1429));
            dying.restart();
            Awaitility.await().ignoreExceptions().untilAsserted(() -> assertThat(
                            rows(connection, "SELECT k FROM sbtest1 WHERE id = " + onSecond))
                    .hasSize(1));
        }
    }

    @Test
    void restartedServer_isNotNoticedByReads() throws SQLException {
        try (DatabaseServer restarting = DatabaseServer.start(flavor);
                TestProxy proxy = TestProxy.start(restarting, Servers.shared(flavor, 1));
                Connection connection = proxy.connect(DRIVER, "plain")) {
            execute(connection, "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (7)");
            restarting.kill9();
            restarting.restart();
            assertThat(rows(connection, "SELECT a FROM t")).containsExactly("7");
        }
    }

    @Test
    void tooManyClients_areRefused() throws SQLException {
        Limits limits = new Limits.Builder().maxClientConnections(2).build();
        try (TestProxy proxy = TestProxy.start(Servers.shared(flavor, 0), Servers.shared(flavor, 1), limits);
                Connection one = proxy.connect(DRIVER, "plain");
                Connection two = proxy.connect(DRIVER, "plain")) {
            assertThatThrownBy(() -> proxy.connect(DRIVER, "plain"))
                    .isInstanceOfSatisfying(SQLException.class, error -> {
                        assertThat(error.getErrorCode()).isEqualTo(1040);
                        assertThat(error.getMessage()).contains("2 clients are connected");
                    });
            assertThat(rows(one, "SELECT 1")).containsExactly("1");
            two.close();
            Awaitility.await().ignoreExceptions().until(() -> {
                proxy.connect(DRIVER, "plain").close();
                return true;
            });
        }
    }

    @Test
    void shutdown_tellsIdleClients() throws SQLException {
        TestProxy proxy = shared();
        try (Connection connection = proxy.connect(DRIVER, "plain")) {
            proxy.close();
            assertThatThrownBy(() -> rows(connection, "SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void temporaryTable_pinsTheConnection_andIsGoneForTheNext() throws SQLException {
        try (TestProxy proxy = shared()) {
            try (Connection connection = proxy.connect(DRIVER, "plain")) {
                execute(connection, "CREATE TEMPORARY TABLE t (a INT)", "INSERT INTO t VALUES (1)");
                assertThat(rows(connection, "SELECT * FROM t")).containsExactly("1");
                assertThat(rows(connection, "MESH SHOW SESSIONS").get(0)).endsWith("ds0/plain");
            }
            try (Connection connection = proxy.connect(DRIVER, "plain")) {
                assertThatThrownBy(() -> rows(connection, "SELECT * FROM t")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void warnings_areThoseOfTheLastStatement() throws SQLException {
        try (TestProxy proxy = shared();
                Connection connection = proxy.connect(DRIVER, "plain");
                Connection other = proxy.connect(DRIVER, "plain")) {
            execute(connection, "DROP TABLE IF EXISTS nosuch");
            execute(other, "SELECT 1");
            assertThat(rows(connection, "SHOW WARNINGS").get(0)).contains("1051");
            execute(connection, "SELECT 1");
            assertThat(rows(connection, "SHOW WARNINGS")).isEmpty();
        }
    }
}
