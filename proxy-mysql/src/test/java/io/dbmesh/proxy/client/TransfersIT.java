package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many clients move money between accounts on all shards; none is lost, none appears. */
@BothFlavors
class TransfersIT {
    private static final int CLIENTS = 16;
    private static final long SECONDS = Integer.getInteger("dbmesh.test.transferSeconds", 10);
    private static final int ACCOUNTS = 400;
    private static final long INITIAL = 1000;

    private final Flavor flavor;
    private final Stage stage;

    TransfersIT(Flavor flavor) {
        this.flavor = flavor;
        stage = Stage.of(flavor);
    }

    @Test
    void transfersOverShards_keepTheSum() throws Exception {
        try (Connection connection = driver(0).connect(stage.mesh("sharded"));
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS movements, accounts");
            statement.execute("CREATE TABLE accounts (id INT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL)");
            statement.execute(
                    "CREATE TABLE movements (id BIGINT NOT NULL, account INT NOT NULL, amount BIGINT NOT NULL,"
                            + " PRIMARY KEY (account, id))");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO accounts VALUES (?, ?)")) {
                for (int id = 1; id <= ACCOUNTS; id++) {
                    insert.setInt(1, id);
                    insert.setLong(2, INITIAL);
                    insert.addBatch();
                }
                insert.executeBatch();
            }

            long transfers = transferConcurrently();

            assertThat(transfers).isGreaterThan(CLIENTS);
            assertThat(number(statement, "SELECT SUM(balance) FROM accounts")).isEqualTo(ACCOUNTS * INITIAL);
            assertThat(number(statement, "SELECT SUM(amount) FROM movements")).isZero();
            assertThat(number(statement, "SELECT COUNT(*) FROM movements")).isEqualTo(2 * transfers);
            assertThat(onShard(0) + onShard(1)).isEqualTo(ACCOUNTS);
            assertThat(onShard(0)).isBetween(ACCOUNTS * 35L / 100, ACCOUNTS * 65L / 100);
            statement.execute("DROP TABLE movements, accounts");
        }
    }

    private long onShard(int shard) throws SQLException {
        DatabaseServer server = Servers.shared(flavor, shard);
        try (Connection connection = server.connect("sharded_" + shard);
                Statement statement = connection.createStatement()) {
            return number(statement, "SELECT COUNT(*) FROM accounts");
        }
    }

    private long transferConcurrently() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                counts.add(clients.submit(() -> transferUntil(end, client)));
            }
            long sum = 0;
            for (Future<Long> count : counts) {
                sum += count.get(SECONDS + 60, TimeUnit.SECONDS);
            }
            return sum;
        }
    }

    private static JdbcClient driver(int client) {
        return switch (client % 4) {
            case 0 -> JdbcClient.connectorJ("", false);
            case 1 -> JdbcClient.connectorJ("&useServerPrepStmts=true&cachePrepStmts=true", true);
            case 2 -> JdbcClient.mariaDb("", false);
            default -> JdbcClient.mariaDb("&useServerPrepStmts=true", true);
        };
    }

    private long transferUntil(long end, int client) throws SQLException {
        Random random = new Random(client);
        long committed = 0;
        long movement = client * 1_000_000_000L;
        try (Connection connection = driver(client).connect(stage.mesh("sharded"));
                PreparedStatement lock =
                        connection.prepareStatement("SELECT balance FROM accounts WHERE id = ? FOR UPDATE");
                PreparedStatement move =
                        connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE id = ?");
                PreparedStatement note = connection.prepareStatement("INSERT INTO movements VALUES (?, ?, ?)")) {
            connection.setAutoCommit(false);
            while (System.nanoTime() - end < 0) {
                int low = 1 + random.nextInt(ACCOUNTS - 1);
                int high = low + 1 + random.nextInt(ACCOUNTS - low);
                long amount = random.nextInt(100) - 50;
                // Always the lower account first, so that nobody waits in a circle.
                lock(lock, low);
                lock(lock, high);
                move(move, low, -amount);
                move(move, high, amount);
                note(note, ++movement, low, -amount);
                note(note, ++movement, high, amount);
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    committed++;
                }
            }
        }
        return committed;
    }

    private static void lock(PreparedStatement lock, int account) throws SQLException {
        lock.setInt(1, account);
        try (ResultSet rows = lock.executeQuery()) {
            assertThat(rows.next()).isTrue();
        }
    }

    private static void move(PreparedStatement move, int account, long amount) throws SQLException {
        move.setLong(1, amount);
        move.setInt(2, account);
        assertThat(move.executeUpdate()).isBetween(0, 1);
    }

    private static void note(PreparedStatement note, long id, int account, long amount) throws SQLException {
        note.setLong(1, id);
        note.setInt(2, account);
        note.setLong(3, amount);
        assertThat(note.executeUpdate()).isEqualTo(1);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
