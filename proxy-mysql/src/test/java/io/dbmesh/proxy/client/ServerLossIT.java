package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.governance.config.ConfigDocument;
import io.dbmesh.proxy.server.MeshServer;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of two servers crashes under load and comes back, while the proxy runs on. */
@BothFlavors
class ServerLossIT {
    private static final int CLIENTS_FOR_EACH_SHARD = 4;
    private static final int ROWS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Flavor flavor;
    private DatabaseServer first;
    private DatabaseServer second;
    private MeshServer mesh;

    ServerLossIT(Flavor flavor) {
        this.flavor = flavor;
    }

    @BeforeEach
    void start() throws SQLException {
        first = Stage.prepared(DatabaseServer.start(flavor));
        second = Stage.prepared(DatabaseServer.start(flavor));
        mesh = MeshServer.start(ConfigDocument.parse("loss.yaml", Stage.configuration(0, first, second)));
        try (Connection connection = connect("sharded");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE people (id INT NOT NULL PRIMARY KEY, age INT NOT NULL)");
            statement.execute("CREATE TABLE plain.notes (id INT NOT NULL PRIMARY KEY)");
            for (int id = 1; id <= ROWS; id++) {
                statement.executeUpdate("INSERT INTO people VALUES (" + id + ", 0)");
            }
        }
    }

    @AfterEach
    void stop() {
        mesh.close();
        first.close();
        second.close();
    }

    private Connection connect(String schema) throws SQLException {
        return JdbcClient.mariaDb("", false)
                .connect(new Endpoint("127.0.0.1", mesh.port(), Stage.USER, Stage.PASSWORD, schema));
    }

    /** Clients that update rows of one server's shard only, until they are stopped. */
    private final class Load {
        private final List<Integer> ids;
        private final AtomicInteger done = new AtomicInteger();
        private final ConcurrentLinkedQueue<SQLException> errors = new ConcurrentLinkedQueue<>();

        Load(DatabaseServer server, String database) throws SQLException {
            ids = new ArrayList<>();
            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT id FROM people")) {
                while (rows.next()) {
                    ids.add(rows.getInt(1));
                }
            }
            assertThat(ids).hasSizeGreaterThan(ROWS / 4);
        }

        Void runUntil(AtomicBoolean stopped) throws SQLException {
            Connection connection = connect("sharded");
            try {
                for (int i = 0; !stopped.get(); i++) {
                    if (connection.isClosed()) {
                        connection = connect("sharded");
                    }
                    runOnce(connection, ids.get(i % ids.size()));
                }
            } finally {
                connection.close();
            }
            return null;
        }

        private void runOnce(Connection connection, int id) {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE people SET age = age + 1 WHERE id = ?")) {
                update.setInt(1, id);
                assertThat(update.executeUpdate()).isEqualTo(1);
                done.incrementAndGet();
            } catch (SQLException e) {
                errors.add(e);
            }
        }

        void awaitMore() {
            int before = done.get();
            Awaitility.await().atMost(LIMIT).until(() -> done.get() > before + 100);
        }
    }

    @Test
    void crashedServer_failsOnlyWhatNeedsIt() throws Exception {
        Load unharmed = new Load(first, "sharded_0");
        Load harmed = new Load(second, "sharded_1");
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService clients = Executors.newCachedThreadPool();
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS_FOR_EACH_SHARD; i++) {
                running.add(clients.submit(() -> unharmed.runUntil(stopped)));
                running.add(clients.submit(() -> harmed.runUntil(stopped)));
            }
            unharmed.awaitMore();
            harmed.awaitMore();
            assertThat(harmed.errors).isEmpty();

            second.kill9();
            Awaitility.await().atMost(LIMIT).until(() -> harmed.errors.size() > CLIENTS_FOR_EACH_SHARD);
            unharmed.awaitMore();
            requireClearErrors(harmed);

            second.restart();
            harmed.awaitMore();
            unharmed.awaitMore();
            stopped.set(true);
            for (Future<Void> client : running) {
                client.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            stopped.set(true);
            clients.shutdownNow();
        }
        assertThat(unharmed.errors).isEmpty();
        try (Connection connection = connect("sharded");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*), SUM(age) FROM people")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(ROWS);
            // The server may have committed what it could no longer confirm.
            assertThat(rows.getInt(2))
                    .isBetween(
                            unharmed.done.get() + harmed.done.get(),
                            unharmed.done.get() + harmed.done.get() + harmed.errors.size());
        }
    }

    private void requireClearErrors(Load harmed) throws SQLException {
        assertThat(harmed.errors).extracting(SQLException::getMessage).allSatisfy(text -> assertThat(text)
                .contains("ds1"));
        try (Connection connection = connect("sharded");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT COUNT(*) FROM people"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("ds1");
            // The same connection goes on with what the crash does not touch.
            statement.executeUpdate("INSERT INTO plain.notes VALUES (1)");
            int id = new Load(first, "sharded_0").ids.getFirst();
            assertThat(statement.executeUpdate("UPDATE people SET age = age WHERE id = " + id))
                    .isBetween(0, 1);
        }
    }
}
