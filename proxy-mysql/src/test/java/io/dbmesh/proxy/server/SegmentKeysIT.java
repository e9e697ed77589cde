package io.dbmesh.proxy.server;

import static io.dbmesh.proxy.server.TestProxy.execute;
import static io.dbmesh.proxy.server.TestProxy.rows;
import static io.dbmesh.proxy.server.TestProxy.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.proxy.server.TestProxy.Driver;
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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** AUTO_INCREMENT columns that are too short for the other keys count as those of one MySQL server do. */
@BothFlavors
class SegmentKeysIT {
    private static final String CREATE = "CREATE TABLE sbtest1 (id INTEGER NOT NULL AUTO_INCREMENT,"
            + " k INTEGER DEFAULT '0' NOT NULL, c CHAR(120) DEFAULT '' NOT NULL, PRIMARY KEY (id))";

    private final DatabaseServer first;
    private final DatabaseServer second;
    private TestProxy proxy;

    SegmentKeysIT(Flavor flavor) {
        first = Servers.shared(flavor, 0);
        second = Servers.shared(flavor, 1);
    }

    @BeforeEach
    void start() throws SQLException {
        proxy = TestProxy.start(first, second);
        run(CREATE);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void rowsWithoutKeys_areCountedFromOne(Driver driver) throws SQLException {
        try (Connection connection = proxy.connect(driver, "sbtest")) {
            for (int key = 1; key <= 5; key++) {
                assertThat(insert(connection, "INSERT INTO sbtest1 (k) VALUES (" + key + ")"))
                        .containsExactly((long) key);
                assertThat(rows(connection, "SELECT LAST_INSERT_ID()")).containsExactly("" + key);
            }
            insert(connection, "INSERT INTO sbtest1 (k) VALUES (6), (7), (8), (9)");
            assertThat(rows(connection, "SELECT LAST_INSERT_ID()")).containsExactly("6");
            assertThat(rows(connection, "SELECT id, k FROM sbtest1 ORDER BY id"))
                    .containsExactly("1,1", "2,2", "3,3", "4,4", "5,5", "6,6", "7,7", "8,8", "9,9");
        }
    }

    /** As a server alone does it, which carries out the same statements. */
    @ParameterizedTest
    @EnumSource(Driver.class)
    void givenAndMadeKeys_areThoseOfOneServer(Driver driver) throws SQLException {
        first.execute("CREATE DATABASE IF NOT EXISTS alone", "DROP TABLE IF EXISTS alone.sbtest1");
        List<String> statements = List.of(
                "INSERT INTO sbtest1 (id, k) VALUES (NULL, 1), (0, 2), (DEFAULT, 3)",
                "INSERT INTO sbtest1 (id, k) VALUES (100, 4)",
                "INSERT INTO sbtest1 (k) VALUES (5)",
                "INSERT INTO sbtest1 (id, k) VALUES (50, 6)",
                "INSERT INTO sbtest1 (k) VALUES (7)",
                "INSERT INTO sbtest1 (id, k) VALUES (-5, 8), ('300', 9)",
                "INSERT INTO sbtest1 (id, k) VALUES (401, 1), (402, 1), (403, 1), (404, 1), (405, 1), (406, 1)",
                "INSERT INTO sbtest1 SET k = 10",
                "INSERT INTO sbtest1 (id, k) VALUES (100000, 11)",
                "INSERT INTO sbtest1 (id, k) VALUES (NULL, 12)");
        try (Connection mesh = proxy.connect(driver, "sbtest");
                Connection alone = first.connect("alone")) {
            execute(alone, CREATE);
            for (String sql : statements) {
                assertThat(update(mesh, sql)).as(sql).isEqualTo(update(alone, sql));
                String id = "SELECT LAST_INSERT_ID()";
                assertThat(rows(mesh, id)).as(sql).isEqualTo(rows(alone, id));
            }
            String all = "SELECT id, k FROM sbtest1 ORDER BY id";
            assertThat(rows(mesh, all)).isEqualTo(rows(alone, all));
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void batch_getsConsecutiveKeys(Driver driver) throws SQLException {
        try (Connection connection = proxy.connect(driver, "sbtest");
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO sbtest1 (k, c) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 1; i <= 1_500; i++) {
                insert.setInt(1, i);
                insert.setString(2, "row " + i);
                insert.addBatch();
            }
            insert.executeBatch();
            assertThat(rows(connection, "SELECT COUNT(*), MIN(id), MAX(id), SUM(id = k) FROM sbtest1"))
                    .containsExactly("1500,1,1500,1500");
        }
    }

    /** Such as parameters of JavaScript's clients. */
    @Test
    void wholeDouble_asKey_movesTheCounter() throws SQLException {
        try (Connection connection = proxy.connect(Driver.CONNECTOR_J_PREPARED, "sbtest");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO sbtest1 (id, k) VALUES (?, ?)")) {
            insert.setDouble(1, 40);
            insert.setInt(2, 1);
            assertThat(insert.executeUpdate()).isEqualTo(1);
            assertThat(insert(connection, "INSERT INTO sbtest1 (k) VALUES (2)")).containsExactly(41L);
        }
    }

    @Test
    void manyConnections_getDenseUniqueKeys() throws SQLException, InterruptedException, ExecutionException {
        List<Long> keys = Collections.synchronizedList(new ArrayList<>());
        insertConcurrently(List.of(proxy), keys);
        assertThat(keys.stream().sorted().toList())
                .isEqualTo(LongStream.rangeClosed(1, 8 * 300).boxed().toList());
    }

    @Test
    void twoProxies_makeUniqueKeys() throws SQLException, InterruptedException, ExecutionException {
        try (TestProxy other = TestProxy.join(first, second)) {
            List<Long> keys = Collections.synchronizedList(new ArrayList<>());
            insertConcurrently(List.of(proxy, other), keys);
            assertThat(keys).hasSize(8 * 300).doesNotHaveDuplicates();
        }
    }

    private static void insertConcurrently(List<TestProxy> proxies, List<Long> keys)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                TestProxy proxy = proxies.get(i % proxies.size());
                Driver driver = Driver.values()[i % Driver.values().length];
                tasks.add(threads.submit(() -> {
                    try (Connection connection = proxy.connect(driver, "sbtest")) {
                        for (int row = 0; row < 300; row++) {
                            keys.addAll(insert(connection, "INSERT INTO sbtest1 (k) VALUES (" + row + ")"));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }
    }

    @Test
    void truncateAndDrop_beginAnew() throws SQLException {
        run("INSERT INTO sbtest1 (k) VALUES (1), (2), (3)");
        run("TRUNCATE TABLE sbtest1");
        assertThat(inserted()).isEqualTo(1);
        run("DROP TABLE sbtest1");
        run(CREATE);
        assertThat(inserted()).isEqualTo(1);
        run("CREATE TABLE IF NOT EXISTS " + CREATE.substring("CREATE TABLE ".length()));
        assertThat(inserted()).isEqualTo(2);
    }

    @Test
    void autoIncrementOfTheDefinition_isHonoured() throws SQLException {
        run("DROP TABLE sbtest1");
        run(CREATE + " AUTO_INCREMENT = 500");
        assertThat(inserted()).isEqualTo(500);
        run("ALTER TABLE sbtest1 AUTO_INCREMENT = 7000");
        assertThat(inserted()).isEqualTo(7000);
        run("ALTER TABLE sbtest1 ADD COLUMN more INT");
        assertThat(inserted()).isEqualTo(7001);
    }

    @Test
    void rowsThatWereThereBefore_areCountedOn() throws SQLException {
        first.execute("INSERT INTO sbtest_0.sbtest1 (id) VALUES (70)");
        second.execute("INSERT INTO sbtest_1.sbtest1 (id) VALUES (4000)");
        assertThat(inserted()).isEqualTo(4001);
    }

    @Test
    void restart_goesOn() throws SQLException {
        assertThat(inserted()).isEqualTo(1);
        assertThat(inserted()).isEqualTo(2);
        proxy.close();
        proxy = TestProxy.join(first, second);
        assertThat(inserted()).isEqualTo(3);
    }

    @Test
    void shortType_isUsedUpAndThenRefused() throws SQLException {
        run("DROP TABLE sbtest1");
        run(CREATE.replace("id INTEGER", "id TINYINT"));
        for (int key = 1; key <= 127; key++) {
            assertThat(inserted()).isEqualTo(key);
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(this::inserted)
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1467));
        }
        run("ALTER TABLE sbtest1 MODIFY id SMALLINT NOT NULL AUTO_INCREMENT");
        assertThat(inserted()).isEqualTo(128);
    }

    @Test
    void referenceTable_hasTheSameKeysEverywhere() throws SQLException {
        run("CREATE TABLE colours (id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20))");
        run("INSERT INTO colours (name) VALUES ('red'), ('green')");
        run("INSERT INTO colours VALUES (9, 'blue'), (NULL, 'white')");
        List<String> expected = List.of("1,red", "2,green", "9,blue", "10,white");
        assertThat(proxy.shardRows(0, "SELECT * FROM colours ORDER BY id")).isEqualTo(expected);
        assertThat(proxy.shardRows(1, "SELECT * FROM colours ORDER BY id")).isEqualTo(expected);
    }

    @Test
    void unclearKey_isRefused() throws SQLException {
        run("CREATE TABLE colours (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20))");
        assertThatThrownBy(() -> run("INSERT INTO colours VALUES (2.5, 'red')"))
                .hasMessageContaining("AUTO_INCREMENT column 'id' of sbtest.colours");
    }

    @Test
    void counters_areHiddenFromClients() throws SQLException {
        inserted();
        try (Connection connection = proxy.connect(Driver.CONNECTOR_J, "sbtest")) {
            execute(connection, "CREATE TABLE single1 (id INT)");
            assertThat(rows(connection, "SHOW TABLES")).containsExactly("sbtest1", "single1");
            assertThatThrownBy(() -> rows(connection, "SELECT * FROM dbmesh_sequence"))
                    .hasMessageContaining("doesn't exist");
            assertThatThrownBy(() -> execute(connection, "DROP TABLE dbmesh_sequence"))
                    .hasMessageContaining("keeps its counters");
        }
        try (Connection direct = first.connect("sbtest")) {
            assertThat(rows(direct, "SELECT table_name FROM dbmesh_sequence")).containsExactly("sbtest1");
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = proxy.connect(Driver.CONNECTOR_J, "sbtest")) {
            execute(connection, sql);
        }
    }

    private long inserted() throws SQLException {
        try (Connection connection = proxy.connect(Driver.CONNECTOR_J, "sbtest")) {
            return insert(connection, "INSERT INTO sbtest1 (k) VALUES (1)").getFirst();
        }
    }

    private static List<Long> insert(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            statement.executeUpdate();
            List<Long> keys = new ArrayList<>();
            ResultSet rows = statement.getGeneratedKeys();
            while (rows.next()) {
                keys.add(rows.getLong(1));
            }
            return keys;
        }
    }
}
