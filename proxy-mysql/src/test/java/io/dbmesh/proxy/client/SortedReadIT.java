package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/**
 * A sorted read of far more rows than a proxy of 128 MB of heap could hold, by clients that read and by one that stops.
 * The rows are {@code dbmesh.test.sortedRows}, 200,000 unless told otherwise.
 */
@BothFlavors
class SortedReadIT {
    private static final int ROWS = Integer.getInteger("dbmesh.test.sortedRows", 200_000);
    private static final int ROWS_OF_AN_INSERT = 1_000;
    private static final int KEYS = 100_003;
    private static final long MIB = 1 << 20;

    private static DatabaseServer first;
    private static DatabaseServer second;
    private static MeshProcess mesh;

    SortedReadIT(Flavor flavor) {
        assertThat(first.flavor()).isEqualTo(flavor);
    }

    @BeforeParameterizedClassInvocation
    static void start(Flavor flavor) throws SQLException, IOException {
        first = Stage.prepared(DatabaseServer.start(flavor));
        second = Stage.prepared(DatabaseServer.start(flavor));
        mesh = MeshProcess.start(
                port -> Stage.configuration(port, first, second), "-Xmx128m", "-XX:MaxDirectMemorySize=128m");
        fill();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        mesh.close();
        first.close();
        second.close();
    }

    private static void fill() throws SQLException {
        try (Connection connection = client().connect(mesh.endpoint("sharded"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE sorted (id BIGINT NOT NULL PRIMARY KEY, k INT NOT NULL, pad CHAR(100))");
            for (int from = 0; from < ROWS; from += ROWS_OF_AN_INSERT) {
                StringBuilder sql = new StringBuilder("INSERT INTO sorted VALUES ");
                for (long id = from; id < from + ROWS_OF_AN_INSERT; id++) {
                    sql.append(id == from ? "" : ",").append("(%d,%d,'%0100d')".formatted(id, id * 7919 % KEYS, id));
                }
                statement.executeUpdate(sql.toString());
            }
        }
    }

    private static JdbcClient client() {
        return JdbcClient.connectorJ("&socketTimeout=120000", false);
    }

    @Test
    void rows_arriveInOrderWhileAnotherClientStalls() throws Exception {
        readAll();
        long heapBefore = mesh.liveHeapBytes();
        long residentBefore = mesh.residentBytes();
        try (Connection connection = client().connect(mesh.endpoint("sharded"));
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet rows = statement.executeQuery("SELECT id, k, pad FROM sorted ORDER BY k")) {
                Order order = new Order();
                for (int i = 0; i < 10; i++) {
                    assertThat(rows.next()).isTrue();
                    order.check(rows);
                }
                // This client reads nothing while others read everything, and the proxy holds none of its rows.
                CompletableFuture<Void> other = CompletableFuture.runAsync(SortedReadIT::readAll);
                readAll();
                other.join();
                assertThat(mesh.liveHeapBytes() - heapBefore).isLessThan(16 * MIB);
                assertThat(mesh.residentBytes() - residentBefore).isLessThan(64 * MIB);
                while (rows.next()) {
                    order.check(rows);
                }
                order.requireAll();
            }
        }
        mesh.requireAlive();
        assertThat(mesh.liveHeapBytes() - heapBefore).isLessThan(16 * MIB);
    }

    private static void readAll() {
        try (Connection connection = client().connect(mesh.endpoint("sharded"));
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(Integer.MIN_VALUE);
            Order order = new Order();
            try (ResultSet rows = statement.executeQuery("SELECT id, k, pad FROM sorted ORDER BY k")) {
                while (rows.next()) {
                    order.check(rows);
                }
            }
            order.requireAll();
        } catch (SQLException e) {
            mesh.requireAlive();
            throw new AssertionError("the sorted read failed", e);
        }
    }

    /** What a reader has seen so far. */
    private static final class Order {
        private int last = -1;
        private long count;
        private long sumOfIds;

        void check(ResultSet rows) throws SQLException {
            long id = rows.getLong(1);
            int k = rows.getInt(2);
            if (k < last || k != id * 7919 % KEYS || Long.parseLong(rows.getString(3)) != id) {
                throw new AssertionError("row " + count + " is wrong: id " + id + ", k " + k + " after k " + last
                        + ", pad " + rows.getString(3));
            }
            last = k;
            count++;
            sumOfIds += id;
        }

        void requireAll() {
            assertThat(count).isEqualTo(ROWS);
            assertThat(sumOfIds).isEqualTo((long) ROWS * (ROWS - 1) / 2);
        }
    }
}
