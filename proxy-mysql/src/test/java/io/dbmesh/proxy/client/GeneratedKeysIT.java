package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.proxy.client.Stage.Layout;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.Flavor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The keys of a sharded AUTO_INCREMENT column are not those of one server, but each client must be told the ones that are
 * stored, by every way there is.
 */
@BothFlavors
class GeneratedKeysIT {
    private final Stage stage;

    GeneratedKeysIT(Flavor flavor) {
        stage = Stage.of(flavor);
    }

    static Stream<Arguments> drivers() {
        Map<String, Supplier<JdbcClient>> drivers = new LinkedHashMap<>();
        drivers.put("Connector/J", () -> JdbcClient.connectorJ("", false));
        drivers.put("Connector/J prepared", () -> JdbcClient.connectorJ("&useServerPrepStmts=true", true));
        drivers.put(
                "Connector/J rewriting batches", () -> JdbcClient.connectorJ("&rewriteBatchedStatements=true", false));
        drivers.put("MariaDB", () -> JdbcClient.mariaDb("", false));
        drivers.put("MariaDB prepared", () -> JdbcClient.mariaDb("&useServerPrepStmts=true", true));
        return drivers.entrySet().stream().flatMap(driver -> Stream.of(Layout.values())
                .map(layout ->
                        Arguments.of(driver.getKey(), layout, driver.getValue().get())));
    }

    @BeforeEach
    void makeTable() throws SQLException {
        for (Layout layout : Layout.values()) {
            try (Connection connection = JdbcClient.mariaDb("", false).connect(stage.mesh(layout.schema()));
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE numbered (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20) NOT NULL)");
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void singleRow_reportsTheStoredKey(String name, Layout layout, JdbcClient driver) throws SQLException {
        try (Connection connection = driver.connect(stage.mesh(layout.schema()))) {
            long key;
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO numbered (v) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
                insert.setString(1, "one");
                assertThat(insert.executeUpdate()).isEqualTo(1);
                key = keys(insert).getFirst();
            }
            assertThat(rows(connection)).containsExactly(Map.entry(key, "one"));
            assertThat(number(connection, "SELECT LAST_INSERT_ID()")).isEqualTo(key);
            assertThat(number(connection, "SELECT COUNT(*) FROM numbered WHERE id = LAST_INSERT_ID()"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void batch_reportsTheStoredKeys(String name, Layout layout, JdbcClient driver) throws SQLException {
        try (Connection connection = driver.connect(stage.mesh(layout.schema()))) {
            Map<Long, String> expected = new TreeMap<>();
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO numbered (v) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
                for (int i = 0; i < 50; i++) {
                    insert.setString(1, "v" + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(50);
                List<Long> keys = keys(insert);
                assertThat(keys).hasSize(50);
                for (int i = 0; i < 50; i++) {
                    expected.put(keys.get(i), "v" + i);
                }
            }
            assertThat(rows(connection)).isEqualTo(expected);
        }
    }

    /** As MySQL defines it: the first of the statement's keys, and the others follow in steps of one. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void severalRows_haveConsecutiveKeysFromTheReportedOne(String name, Layout layout, JdbcClient driver)
            throws SQLException {
        try (Connection connection = driver.connect(stage.mesh(layout.schema()));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "INSERT INTO numbered (v) VALUES ('a'), ('b'), ('c'), ('d')", Statement.RETURN_GENERATED_KEYS);
            long first = keys(statement).getFirst();
            assertThat(number(connection, "SELECT LAST_INSERT_ID()")).isEqualTo(first);
            assertThat(rows(connection))
                    .isEqualTo(new TreeMap<>(Map.of(first, "a", first + 1, "b", first + 2, "c", first + 3, "d")));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void givenKey_isKept(String name, Layout layout, JdbcClient driver) throws SQLException {
        try (Connection connection = driver.connect(stage.mesh(layout.schema()));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO numbered VALUES (7, 'given')");
            assertThat(number(connection, "SELECT LAST_INSERT_ID()")).isZero();
            statement.executeUpdate("INSERT INTO numbered VALUES (NULL, 'made')");
            statement.executeUpdate("INSERT INTO numbered VALUES (0, 'made too')");
            statement.executeUpdate("INSERT INTO numbered VALUES (DEFAULT, 'made as well')");
            assertThat(rows(connection)).hasSize(4).containsEntry(7L, "given").doesNotContainKey(0L);
        }
    }

    /** Which rows name the column by what decides whether the answer's key is LAST_INSERT_ID(). */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void lastInsertId_followsTheRowsThatWantKeys(String name, Layout layout, JdbcClient driver) throws SQLException {
        try (Connection connection = driver.connect(stage.mesh(layout.schema()));
                PreparedStatement one = connection.prepareStatement("INSERT INTO numbered VALUES (?, 'one')");
                PreparedStatement two =
                        connection.prepareStatement("INSERT INTO numbered (id, v) VALUES (?, 'a'), (?, 'b')")) {
            one.setLong(1, 1000);
            one.executeUpdate();
            assertThat(lastInsertId(connection)).isZero();
            one.setObject(1, null);
            one.executeUpdate();
            long made = lastInsertId(connection);
            assertThat(idsOf(connection, "one")).containsExactlyInAnyOrder(1000L, made);
            two.setLong(1, 2000);
            two.setLong(2, 2001);
            two.executeUpdate();
            assertThat(lastInsertId(connection)).isEqualTo(made);
            two.setLong(1, 0);
            two.setObject(2, null);
            two.executeUpdate();
            assertThat(idsOf(connection, "a")).containsExactlyInAnyOrder(2000L, lastInsertId(connection));
            two.setLong(1, 2_000_000_000_000_000_000L);
            two.setLong(2, 0);
            two.executeUpdate();
            assertThat(idsOf(connection, "b")).contains(lastInsertId(connection));
            assertThat(rows(connection)).hasSize(8);
        }
    }

    /** An expression, a taken key and a zero that is kept: the answer alone does not tell. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void lastInsertId_isThatOfOneServer(String name, Layout layout, JdbcClient driver) throws SQLException {
        try (Connection connection = driver.connect(stage.mesh(layout.schema()));
                Statement statement = connection.createStatement()) {
            if (layout == Layout.PLAIN) {
                statement.executeUpdate("INSERT INTO numbered VALUES (3 + 4, 'sum')");
                assertThat(lastInsertId(connection)).isZero();
                statement.executeUpdate("INSERT INTO numbered SELECT NULL, 'made'");
                assertThat(idsOf(connection, "made")).containsExactly(lastInsertId(connection));
            }
            statement.executeUpdate("INSERT INTO numbered (v) VALUES ('first')");
            long first = lastInsertId(connection);
            statement.executeUpdate("INSERT INTO numbered SET id = 500, v = 'set'");
            statement.executeUpdate("REPLACE INTO numbered VALUES (500, 'replaced')");
            statement.executeUpdate("INSERT INTO numbered VALUES ('501', 'text')");
            assertThat(lastInsertId(connection)).isEqualTo(first);
            statement.execute("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'");
            statement.executeUpdate("INSERT INTO numbered VALUES (0, 'zero')");
            assertThat(lastInsertId(connection)).isEqualTo(first);
            assertThat(idsOf(connection, "zero")).containsExactly(0L);
        }
    }

    @AfterEach
    void dropTable() throws SQLException {
        for (Layout layout : Layout.values()) {
            try (Connection connection = JdbcClient.mariaDb("", false).connect(stage.mesh(layout.schema()));
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE IF EXISTS numbered");
            }
        }
    }

    private static List<Long> keys(Statement statement) throws SQLException {
        List<Long> keys = new ArrayList<>();
        try (ResultSet rows = statement.getGeneratedKeys()) {
            while (rows.next()) {
                keys.add(rows.getLong(1));
            }
        }
        assertThat(keys).isNotEmpty();
        return keys;
    }

    private static Map<Long, String> rows(Connection connection) throws SQLException {
        Map<Long, String> found = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, v FROM numbered ORDER BY id")) {
            while (rows.next()) {
                found.put(rows.getLong(1), rows.getString(2));
            }
        }
        return found;
    }

    private static List<Long> idsOf(Connection connection, String v) throws SQLException {
        List<Long> ids = new ArrayList<>();
        for (Map.Entry<Long, String> row : rows(connection).entrySet()) {
            if (row.getValue().equals(v)) {
                ids.add(row.getKey());
            }
        }
        return ids;
    }

    private static long lastInsertId(Connection connection) throws SQLException {
        return number(connection, "SELECT LAST_INSERT_ID()");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
