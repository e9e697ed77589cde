package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.dbmesh.proxy.client.Stage.Layout;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.Flavor;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What JDBC drivers and pools do beyond single statements, on one server and through the mesh. */
@BothFlavors
class DriverIT {
    private final Flavor flavor;
    private final Stage stage;

    DriverIT(Flavor flavor) {
        this.flavor = flavor;
        stage = Stage.of(flavor);
    }

    /** What is done with a connection, telling what it saw. */
    @FunctionalInterface
    private interface Work {
        void run(Connection connection, List<String> seen) throws SQLException;
    }

    static Stream<Arguments> drivers() {
        Map<String, JdbcClient> drivers = new LinkedHashMap<>();
        drivers.put("Connector/J", JdbcClient.connectorJ("", false));
        drivers.put(
                "Connector/J prepared",
                JdbcClient.connectorJ("&useServerPrepStmts=true&cachePrepStmts=true&useLocalSessionState=true", true));
        drivers.put("Connector/J rewriting", JdbcClient.connectorJ("&rewriteBatchedStatements=true", false));
        drivers.put(
                "Connector/J prepared and rewriting",
                JdbcClient.connectorJ("&rewriteBatchedStatements=true&useServerPrepStmts=true", true));
        drivers.put("Connector/J multiple", JdbcClient.connectorJ("&allowMultiQueries=true", false));
        drivers.put("MariaDB", JdbcClient.mariaDb("", false));
        drivers.put("MariaDB prepared", JdbcClient.mariaDb("&useServerPrepStmts=true&useBulkStmts=true", true));
        return drivers.entrySet().stream().flatMap(driver -> Stream.of(Layout.values())
                .map(layout -> Arguments.of(driver.getKey(), layout, driver.getValue())));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void batches_countAndFailAlike(String name, Layout layout, JdbcClient driver) throws SQLException {
        Work batches = (connection, seen) -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO people VALUES (?, ?, ?)")) {
                for (int i = 10; i < 60; i++) {
                    add(insert, i, "name " + i);
                }
                seen.add(Arrays.toString(insert.executeBatch()));
            }
            try (PreparedStatement update = connection.prepareStatement("UPDATE people SET age = ? WHERE id = ?")) {
                for (int i = 10; i < 15; i++) {
                    update.setInt(1, i);
                    update.setInt(2, 2 * i);
                    update.addBatch();
                }
                seen.add(Arrays.toString(update.executeBatch()));
            }
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("DELETE FROM people WHERE id = 10");
                statement.addBatch("UPDATE people SET age = 1 WHERE id IN (11, 12)");
                statement.addBatch("INSERT INTO people VALUES (10, 'again', NULL)");
                seen.add(Arrays.toString(statement.executeBatch()));
            }
            rows(connection, "SELECT COUNT(*), SUM(age), MIN(name) FROM people", seen);
        };
        // docs/divergences.md: what Connector/J makes of a batch of UPDATE is several statements in one packet.
        if (name.contains("rewriting")) {
            assertRefused(layout, driver, batches, "several statements in one packet");
        } else if (name.equals("MariaDB prepared") && flavor == Flavor.MARIADB) {
            // docs/divergences.md: the mesh has no bulk execution, so the driver is told each count.
            List<String> direct = seen(stage.direct(layout.schema()), driver, batches);
            List<String> mesh = seen(stage.mesh(layout.schema()), driver, batches);
            assertThat(direct.remove(1)).isEqualTo("[-2, -2, -2, -2, -2]");
            assertThat(mesh.remove(1)).isEqualTo("[1, 1, 1, 1, 1]");
            assertThat(mesh).isEqualTo(direct);
        } else {
            compare(layout, driver, batches);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void batchInTransaction_rollsBackWhole(String name, Layout layout, JdbcClient driver) throws SQLException {
        compare(layout, driver, (connection, seen) -> {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO people VALUES (?, ?, ?)")) {
                for (int i = 100; i < 120; i++) {
                    add(insert, i, "name");
                }
                add(insert, 1, "duplicate");
                insert.executeBatch();
                seen.add("no error");
            } catch (BatchUpdateException e) {
                seen.add(e.getErrorCode() + " " + e.getSQLState());
            }
            connection.rollback();
            connection.setAutoCommit(true);
            rows(connection, "SELECT * FROM people ORDER BY id", seen);
        });
    }

    private static void add(PreparedStatement insert, int id, String name) throws SQLException {
        insert.setInt(1, id);
        insert.setString(2, name);
        insert.setNull(3, java.sql.Types.INTEGER);
        insert.addBatch();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void databaseMetaData_describesTheSchemaAlike(String name, Layout layout, JdbcClient driver) throws SQLException {
        Work description = (connection, seen) -> {
            DatabaseMetaData about = connection.getMetaData();
            seen.add(about.getDatabaseProductName() + " " + about.getDatabaseProductVersion());
            seen.add(about.getDefaultTransactionIsolation() + " "
                    + about.getUserName().replaceAll("@.*", ""));
            String schema = layout.schema();
            all(about.getTables(schema, null, "%", new String[] {"TABLE"}), seen);
            all(about.getColumns(schema, null, "people", "%"), seen);
            all(about.getPrimaryKeys(schema, null, "orders"), seen);
            all(about.getIndexInfo(schema, null, "orders", false, true), seen);
            all(about.getImportedKeys(schema, null, "orders"), seen);
            all(about.getTypeInfo(), seen);
        };
        // docs/divergences.md: no server's INFORMATION_SCHEMA knows the tables of a sharded schema.
        if (layout == Layout.SHARDED) {
            assertRefused(layout, driver, description, "INFORMATION_SCHEMA");
        } else {
            compare(layout, driver, description);
        }
    }

    private void assertRefused(Layout layout, JdbcClient driver, Work work, String words) {
        assertThatThrownBy(() -> seen(stage.mesh(layout.schema()), driver, work))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void statementMetaData_isThereBeforeTheFirstRow(String name, Layout layout, JdbcClient driver) throws SQLException {
        compare(layout, driver, (connection, seen) -> {
            String[] texts = {
                "SELECT id, name, age + ? FROM people WHERE id = ?",
                "SELECT COUNT(*) AS c, MAX(name) FROM people WHERE id > ?",
                "INSERT INTO people VALUES (?, ?, ?)",
                "SELECT p.name, o.total FROM people p JOIN orders o ON p.id = o.person_id WHERE p.id = ?",
                "DELETE FROM people WHERE id IN (?, ?)"
            };
            for (String sql : texts) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    ParameterMetaData parameters = statement.getParameterMetaData();
                    seen.add("parameters " + parameters.getParameterCount());
                    ResultSetMetaData columns = statement.getMetaData();
                    for (int i = 1; columns != null && i <= columns.getColumnCount(); i++) {
                        seen.add(columns.getColumnLabel(i) + " " + columns.getTableName(i) + " "
                                + columns.getCatalogName(i) + " " + columns.getColumnTypeName(i) + " "
                                + columns.isNullable(i));
                    }
                }
            }
        });
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void streamedRows_areAllThere(String name, Layout layout, JdbcClient driver) throws SQLException {
        compare(layout, driver, (connection, seen) -> {
            try (Statement fill = connection.createStatement()) {
                for (int i = 0; i < 5; i++) {
                    StringBuilder sql = new StringBuilder("INSERT INTO people VALUES ");
                    for (int j = 0; j < 200; j++) {
                        int id = 1000 + i * 200 + j;
                        sql.append(j == 0 ? "" : ", ").append("(%d, 'n%d', %d)".formatted(id, id % 97, j));
                    }
                    seen.add("inserted " + fill.executeUpdate(sql.toString()));
                }
            }
            boolean isConnectorJ = driver.scheme().equals("jdbc:mysql");
            try (Statement read = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
                read.setFetchSize(isConnectorJ ? Integer.MIN_VALUE : 10);
                try (ResultSet rows = read.executeQuery("SELECT * FROM people ORDER BY name, id")) {
                    JdbcClient.describe(rows, seen);
                }
                // Given up after a few rows; the connection must be usable all the same.
                try (ResultSet rows = read.executeQuery("SELECT * FROM people ORDER BY age, id")) {
                    rows.next();
                    seen.add(rows.getString(1));
                }
            }
            rows(connection, "SELECT COUNT(*) FROM people", seen);
        });
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void connectionState_isSetAndReadBack(String name, Layout layout, JdbcClient driver) throws SQLException {
        compare(layout, driver, (connection, seen) -> {
            for (int isolation : new int[] {
                Connection.TRANSACTION_READ_UNCOMMITTED,
                Connection.TRANSACTION_READ_COMMITTED,
                Connection.TRANSACTION_SERIALIZABLE,
                Connection.TRANSACTION_REPEATABLE_READ
            }) {
                connection.setTransactionIsolation(isolation);
                seen.add("isolation " + connection.getTransactionIsolation());
            }
            connection.setReadOnly(true);
            seen.add("read only " + connection.isReadOnly());
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE people SET age = 9 WHERE id = 1");
                seen.add("no error");
            } catch (SQLException e) {
                seen.add(e.getErrorCode() + " " + e.getSQLState());
            }
            connection.setReadOnly(false);
            seen.add("catalog " + connection.getCatalog());
            connection.setCatalog(layout == Layout.PLAIN ? "sharded" : "plain");
            rows(connection, "SELECT DATABASE()", seen);
            connection.setCatalog(layout.schema());
            rows(connection, "SELECT DATABASE(), COUNT(*) FROM people", seen);
            seen.add("valid " + connection.isValid(5));
            java.sql.Savepoint savepoint = savepoint(connection);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("DELETE FROM people WHERE id IN (1, 2, 3)");
            }
            connection.rollback(savepoint);
            connection.commit();
            connection.setAutoCommit(true);
            rows(connection, "SELECT * FROM people ORDER BY id", seen);
        });
    }

    private static java.sql.Savepoint savepoint(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE people SET age = 77 WHERE id = 2");
        }
        return connection.setSavepoint("here");
    }

    /** The session of one borrower of a pool is nothing that the next one sees. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("drivers")
    void pool_worksOverTheMesh(String name, Layout layout, JdbcClient driver) throws SQLException {
        HikariConfig config = new HikariConfig();
        Endpoint endpoint = stage.mesh(layout.schema());
        compare(layout, driver, (connection, seen) -> {});
        config.setJdbcUrl(driver.url(endpoint));
        config.setUsername(endpoint.user());
        config.setPassword(endpoint.password());
        config.setMaximumPoolSize(2);
        config.setConnectionInitSql("SET time_zone = '+00:00'");
        List<String> seen = new ArrayList<>();
        try (HikariDataSource pool = new HikariDataSource(config)) {
            for (int i = 0; i < 6; i++) {
                try (Connection connection = pool.getConnection()) {
                    connection.setAutoCommit(i % 2 == 0);
                    connection.setTransactionIsolation(
                            i % 3 == 0
                                    ? Connection.TRANSACTION_READ_COMMITTED
                                    : Connection.TRANSACTION_REPEATABLE_READ);
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate("UPDATE people SET age = age + 1");
                    }
                    // Without autocommit the pool rolls back what was not committed.
                }
            }
            try (Connection connection = pool.getConnection()) {
                rows(connection, "SELECT SUM(age) FROM people", seen);
                rows(connection, "SELECT @@time_zone, @@autocommit", seen);
            }
        }
        // Three rows of age 30, 31 and 32, raised by one three times.
        assertThat(seen.get(1)).startsWith("row | 102 ");
        assertThat(seen.getLast()).contains("| +00:00 ").contains("| 1 ");
    }

    /** Runs the same on both sides, from the same rows, and compares what was seen. */
    private void compare(Layout layout, JdbcClient driver, Work work) throws SQLException {
        List<String> direct = seen(stage.direct(layout.schema()), driver, work);
        List<String> mesh = seen(stage.mesh(layout.schema()), driver, work);
        assertThat(mesh).isEqualTo(direct);
    }

    private static List<String> seen(Endpoint endpoint, JdbcClient driver, Work work) throws SQLException {
        List<String> seen = new ArrayList<>();
        try (Connection connection = driver.connect(endpoint)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE IF EXISTS orders");
                statement.execute("DROP TABLE IF EXISTS people");
                statement.execute(
                        "CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, age INT)");
                statement.execute("CREATE TABLE orders (id INT NOT NULL, person_id INT NOT NULL, total DECIMAL(10,2),"
                        + " PRIMARY KEY (person_id, id), KEY by_total (total))");
                statement.execute("INSERT INTO people VALUES (1, 'Ann', 30), (2, 'Bob', 31), (3, 'Cid', 32)");
            }
            work.run(connection, seen);
            try (Statement statement = connection.createStatement()) {
                if (!seen.isEmpty()) {
                    statement.execute("DROP TABLE people, orders");
                }
            }
        }
        return seen;
    }

    private static void rows(Connection connection, String sql, List<String> seen) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            JdbcClient.describe(rows, seen);
        }
    }

    private static void all(ResultSet rows, List<String> seen) throws SQLException {
        try (rows) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(rows.getString(i)).append(" | ");
                }
                seen.add(row.toString());
            }
        }
    }
}
