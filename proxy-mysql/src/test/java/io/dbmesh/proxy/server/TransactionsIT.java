package io.dbmesh.proxy.server;

import static io.dbmesh.proxy.server.TestProxy.execute;
import static io.dbmesh.proxy.server.TestProxy.rows;
import static io.dbmesh.proxy.server.TestProxy.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.proxy.server.TestProxy.Driver;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions over one place and over several. */
@BothFlavors
class TransactionsIT {

    private final Flavor flavor;
    private TestProxy proxy;

    TransactionsIT(Flavor flavor) {
        this.flavor = flavor;
    }

    @BeforeEach
    void start() throws SQLException {
        proxy = TestProxy.start(Servers.shared(flavor, 0), Servers.shared(flavor, 1));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Connection tables(Driver driver) throws SQLException {
        Connection connection = proxy.connectToNewTables(driver);
        update(connection, "INSERT INTO sbtest1 (id, k) VALUES (1,1),(2,2),(3,3),(4,4),(5,5),(6,6),(7,7),(8,8)");
        return connection;
    }

    /** An id on each shard. */
    private int idOn(int shard) throws SQLException {
        return Integer.parseInt(
                proxy.shardRows(shard, "SELECT MIN(id) FROM sbtest1").get(0));
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void rollback_undoesAllShards(Driver driver) throws SQLException {
        try (Connection connection = tables(driver)) {
            connection.setAutoCommit(false);
            update(connection, "UPDATE sbtest1 SET k = 100 WHERE id = " + idOn(0));
            update(connection, "UPDATE sbtest1 SET k = 100 WHERE id = " + idOn(1));
            connection.rollback();
            for (int shard = 0; shard < 2; shard++) {
                assertThat(proxy.shardRows(shard, "SELECT id FROM sbtest1 WHERE k = 100"))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void commit_isSeenOnAllShards_andNotBefore(Driver driver) throws SQLException {
        try (Connection connection = tables(driver)) {
            execute(connection, "BEGIN");
            update(connection, "UPDATE sbtest1 SET k = 100 WHERE id = " + idOn(0));
            update(connection, "UPDATE sbtest1 SET k = 100 WHERE id = " + idOn(1));
            assertThat(proxy.shardRows(0, "SELECT id FROM sbtest1 WHERE k = 100"))
                    .isEmpty();
            execute(connection, "COMMIT");
            for (int shard = 0; shard < 2; shard++) {
                assertThat(proxy.shardRows(shard, "SELECT id FROM sbtest1 WHERE k = 100"))
                        .hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void failedWriteWithinTransaction_leavesNothingOfItself_andTheRest(Driver driver) throws SQLException {
        try (Connection connection = tables(driver)) {
            execute(connection, "BEGIN");
            update(connection, "UPDATE sbtest1 SET k = 50 WHERE id = 1");
            assertThatThrownBy(() -> update(
                            connection, "INSERT INTO sbtest1 (id, k) VALUES (11,1),(12,1),(13,1),(14,1),(15,1),(3,1)"))
                    .isInstanceOf(SQLException.class);
            update(connection, "UPDATE sbtest1 SET k = 60 WHERE id = 2");
            execute(connection, "COMMIT");
            assertThat(rows(connection, "SELECT k FROM sbtest1 WHERE id = 1")).containsExactly("50");
            assertThat(rows(connection, "SELECT k FROM sbtest1 WHERE id = 2")).containsExactly("60");
            for (int shard = 0; shard < 2; shard++) {
                assertThat(proxy.shardRows(shard, "SELECT id FROM sbtest1 WHERE id > 10"))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void savepoints_holdOnShardsThatJoinLater(Driver driver) throws SQLException {
        try (Connection connection = tables(driver)) {
            execute(connection, "BEGIN");
            update(connection, "UPDATE sbtest1 SET k = 50 WHERE id = " + idOn(0));
            execute(connection, "SAVEPOINT a");
            update(connection, "UPDATE sbtest1 SET k = 60 WHERE id = " + idOn(1));
            update(connection, "UPDATE sbtest1 SET k = 70 WHERE id = " + idOn(0));
            execute(connection, "ROLLBACK TO a", "COMMIT");
            assertThat(proxy.shardRows(0, "SELECT MAX(k) FROM sbtest1 WHERE id = " + idOn(0)))
                    .containsExactly("50");
            assertThat(proxy.shardRows(1, "SELECT id FROM sbtest1 WHERE k = 60"))
                    .isEmpty();
            assertThatThrownBy(() -> execute(connection, "ROLLBACK TO a"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1305));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Driver.class,
            names = {"CONNECTOR_J", "MARIADB_PREPARED"})
    void ddl_commitsBeforeItself(Driver driver) throws SQLException {
        try (Connection connection = tables(driver)) {
            execute(connection, "BEGIN");
            update(connection, "UPDATE sbtest1 SET k = 50 WHERE id = 1");
            execute(connection, "CREATE TABLE single2 (a INT)", "ROLLBACK", "DROP TABLE single2");
            assertThat(rows(connection, "SELECT k FROM sbtest1 WHERE id = 1")).containsExactly("50");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Driver.class,
            names = {"CONNECTOR_J", "MARIADB_PREPARED"})
    void readOnlyTransaction_refusesWrites(Driver driver) throws SQLException {
        try (Connection connection = tables(driver)) {
            execute(connection, "START TRANSACTION READ ONLY");
            assertThatThrownBy(() -> update(connection, "UPDATE sbtest1 SET k = 1 WHERE id = 1"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1792));
            execute(connection, "COMMIT");
            assertThat(update(connection, "UPDATE sbtest1 SET k = 1000 WHERE id = 1"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Driver.class,
            names = {"CONNECTOR_J", "MARIADB_PREPARED"})
    void deadlock_rollsBackAllShardsOfItsVictim(Driver driver) throws SQLException {
        try (Connection one = tables(driver);
                Connection two = proxy.connect(driver, "sbtest")) {
            int first = idOn(0);
            int second = Integer.parseInt(
                    proxy.shardRows(0, "SELECT MAX(id) FROM sbtest1").get(0));
            int elsewhere = idOn(1);
            execute(one, "BEGIN");
            execute(two, "BEGIN");
            update(one, "UPDATE sbtest1 SET k = 100 WHERE id = " + elsewhere);
            update(one, "UPDATE sbtest1 SET k = 100 WHERE id = " + first);
            update(two, "UPDATE sbtest1 SET k = 200 WHERE id = " + second);
            update(two, "UPDATE sbtest1 SET k = k + 1 WHERE id <> " + elsewhere + " AND id = " + second);
            CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> errnoOf(two, first));
            Awaitility.await().until(() -> isWaiting());
            int mine = errnoOf(one, second);
            int theirs = waiting.join();
            assertThat(mine + theirs).isEqualTo(1213);
            Connection victim = mine == 1213 ? one : two;
            execute(victim, "COMMIT");
            if (victim == one) {
                assertThat(proxy.shardRows(1, "SELECT id FROM sbtest1 WHERE k = 100"))
                        .isEmpty();
            }
            execute(victim == one ? two : one, "ROLLBACK");
            assertThat(rows(one, "SELECT COUNT(*) FROM single1")).containsExactly("0");
        }
    }

    private boolean isWaiting() throws SQLException {
        return !proxy.shardRows(0, "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
                .isEmpty();
    }

    private static int errnoOf(Connection connection, int id) {
        try {
            update(connection, "UPDATE sbtest1 SET k = 300 WHERE id = " + id);
            return 0;
        } catch (SQLException error) {
            return error.getErrorCode();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Driver.class,
            names = {"CONNECTOR_J", "MARIADB"})
    void closingTheClient_rollsBack(Driver driver) throws SQLException {
        try (Connection other = tables(driver)) {
            Connection connection = proxy.connect(driver, "sbtest");
            execute(connection, "BEGIN");
            update(connection, "UPDATE sbtest1 SET k = 50 WHERE id = 1");
            update(connection, "UPDATE sbtest1 SET k = 50 WHERE id = 2");
            connection.close();
            execute(other, "SET SESSION innodb_lock_wait_timeout = 5");
            assertThat(update(other, "UPDATE sbtest1 SET k = 51 WHERE id = 1")).isEqualTo(1);
            assertThat(rows(other, "SELECT k FROM sbtest1 WHERE id = 2")).containsExactly("2");
        }
    }
}
