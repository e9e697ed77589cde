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
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What applications do, by each driver, text and prepared. */
@BothFlavors
class StatementsIT {

    private final Flavor flavor;
    private TestProxy proxy;

    StatementsIT(Flavor flavor) {
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

    @ParameterizedTest
    @EnumSource(Driver.class)
    void insert_spreadsRows_andPointReadsFindThem(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            StringBuilder insert = new StringBuilder("INSERT INTO sbtest1 (id, k, c) VALUES ");
            for (int i = 1; i <= 100; i++) {
                insert.append(i > 1 ? ", " : "").append("(" + i + ", " + i * 10 + ", 'row " + i + "')");
            }
            assertThat(update(connection, insert.toString())).isEqualTo(100);
            for (int i = 1; i <= 100; i += 7) {
                assertThat(rows(connection, "SELECT k, c FROM sbtest1 WHERE id = " + i))
                        .containsExactly(i * 10 + ",row " + i);
            }
        }
        int first = Integer.parseInt(
                proxy.shardRows(0, "SELECT COUNT(*) FROM sbtest1").get(0));
        int second = Integer.parseInt(
                proxy.shardRows(1, "SELECT COUNT(*) FROM sbtest1").get(0));
        assertThat(first + second).isEqualTo(100);
        assertThat(first).isBetween(25, 75);
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void parameters_routeAndAreStored(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO sbtest1 (id, k, c) VALUES (?, ?, ?)")) {
                for (long id = 1; id <= 20; id++) {
                    insert.setLong(1, id);
                    insert.setInt(2, (int) id + 100);
                    insert.setString(3, "Grüße '" + id + "' \\");
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT k, c FROM sbtest1 WHERE id = ?")) {
                for (long id = 1; id <= 20; id++) {
                    select.setLong(1, id);
                    try (ResultSet result = select.executeQuery()) {
                        assertThat(result.next()).isTrue();
                        assertThat(result.getInt(1)).isEqualTo((int) id + 100);
                        assertThat(result.getString(2)).isEqualTo("Grüße '" + id + "' \\");
                        assertThat(result.next()).isFalse();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void generatedKeys_areTheRows(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO sbtest1 (k) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            List<Long> keys = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                insert.setInt(1, i);
                insert.executeUpdate();
                try (ResultSet generated = insert.getGeneratedKeys()) {
                    assertThat(generated.next()).isTrue();
                    keys.add(generated.getLong(1));
                }
                assertThat(rows(connection, "SELECT LAST_INSERT_ID()")).containsExactly(keys.getLast() + "");
                assertThat(rows(connection, "SELECT k FROM sbtest1 WHERE id = " + keys.getLast()))
                        .containsExactly(i + "");
            }
            assertThat(keys).doesNotHaveDuplicates().isSorted();
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void generatedKeysOfSeveralRows_beginWithLastInsertId(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            assertThat(update(connection, "INSERT INTO sbtest1 (k) VALUES (1), (2), (3), (4), (5)"))
                    .isEqualTo(5);
            long first =
                    Long.parseLong(rows(connection, "SELECT LAST_INSERT_ID()").get(0));
            List<String> all = new ArrayList<>(proxy.shardRows(0, "SELECT id, k FROM sbtest1"));
            all.addAll(proxy.shardRows(1, "SELECT id, k FROM sbtest1"));
            Collections.sort(all);
            assertThat(all)
                    .containsExactly(
                            first + ",1", first + 1 + ",2", first + 2 + ",3", first + 3 + ",4", first + 4 + ",5");
            update(connection, "INSERT INTO sbtest1 (id, k) VALUES (77, 1)");
            assertThat(rows(connection, "SELECT LAST_INSERT_ID()")).containsExactly(first + "");
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void updateOfAllShards_sumsRows_andFailureUndoesAll(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            update(connection, "INSERT INTO sbtest1 (id, k) VALUES (1,1),(2,2),(3,3),(4,4),(5,5),(6,6),(7,7),(8,8)");
            assertThat(update(connection, "UPDATE sbtest1 SET k = k + 10")).isEqualTo(8);
            assertThat(rows(connection, "SELECT k FROM sbtest1 WHERE id = 3")).containsExactly("13");
            assertThatThrownBy(() -> update(
                            connection, "INSERT INTO sbtest1 (id, k) VALUES (11,1),(12,1),(13,1),(14,1),(15,1),(3,1)"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1062));
            for (int shard = 0; shard < 2; shard++) {
                assertThat(proxy.shardRows(shard, "SELECT id FROM sbtest1 WHERE id > 10"))
                        .isEmpty();
            }
            assertThat(update(connection, "DELETE FROM sbtest1")).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void referenceTable_isEqualEverywhere(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            assertThat(update(connection, "INSERT INTO colours VALUES (1, 'red', NOW(6)), (2, 'blue', NOW(6))"))
                    .isEqualTo(2);
            assertThat(update(connection, "UPDATE colours SET name = 'green' WHERE id = 2"))
                    .isEqualTo(1);
            assertThat(rows(connection, "SELECT id, name FROM colours ORDER BY id"))
                    .containsExactly("1,red", "2,green");
        }
        assertThat(proxy.shardRows(0, "SELECT * FROM colours")).isEqualTo(proxy.shardRows(1, "SELECT * FROM colours"));
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void singleTable_behavesAsOnOneServer(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            update(connection, "INSERT INTO single1 (x) VALUES ('a'), ('b')");
            assertThat(rows(connection, "SELECT LAST_INSERT_ID()")).containsExactly("1");
            assertThat(rows(connection, "SELECT * FROM single1 ORDER BY id DESC LIMIT 1"))
                    .containsExactly("2,b");
            assertThat(rows(connection, "SELECT COUNT(*), MAX(x) FROM sbtest.single1"))
                    .containsExactly("2,b");
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void everyColumnType_comesBackAsFromTheServer(Driver driver) throws SQLException {
        String definition =
                "(id INT PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d BIGINT UNSIGNED, e FLOAT,"
                        + " f DOUBLE, g DECIMAL(30,10), h DATE, i DATETIME(6), j TIMESTAMP(3) NULL, k TIME(6), l YEAR, m CHAR(5),"
                        + " n VARBINARY(20), o BLOB, p TEXT, q ENUM('x','y'), r SET('u','v'), s BIT(12), t JSON)";
        String values =
                "(1, -128, 65535, -8388608, 18446744073709551615, 1.5, -2.25e300, 12345678901234567890.0123456789,"
                        + " '2024-02-29', '1999-12-31 23:59:59.123456', '2030-01-02 03:04:05.678', '-838:59:59.000000', 2024, 'ab',"
                        + " x'00ff27', x'5c00', 'täxt', 'y', 'u,v', b'101010101010', '{\"a\": [1, null]}')";
        try (Connection connection = proxy.connect(driver, "plain")) {
            execute(connection, "CREATE TABLE types " + definition, "INSERT INTO types VALUES " + values);
            execute(connection, "INSERT INTO types (id) VALUES (2)");
            compareWithDirect(connection, "SELECT * FROM types ORDER BY id");
        }
    }

    private void compareWithDirect(Connection connection, String sql) throws SQLException {
        try (Connection direct = Servers.shared(flavor, 0).connect("plain");
                PreparedStatement ours = connection.prepareStatement(sql);
                PreparedStatement theirs = direct.prepareStatement(sql);
                ResultSet mine = ours.executeQuery();
                ResultSet expected = theirs.executeQuery()) {
            int columns = expected.getMetaData().getColumnCount();
            assertThat(mine.getMetaData().getColumnCount()).isEqualTo(columns);
            while (expected.next()) {
                assertThat(mine.next()).isTrue();
                for (int i = 1; i <= columns; i++) {
                    expected.getString(i);
                    mine.getString(i);
                    assertThat(mine.wasNull()).isEqualTo(expected.wasNull());
                }
                assertThat(mine.getBigDecimal(8)).isEqualTo(expected.getBigDecimal(8));
                assertThat(mine.getBytes("n")).isEqualTo(expected.getBytes("n"));
                assertThat(mine.getString("p")).isEqualTo(expected.getString("p"));
                assertThat(mine.getString("h")).isEqualTo(expected.getString("h"));
            }
            assertThat(mine.next()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void parametersOfEveryKind_areStored(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO sbtest2 (id, v) VALUES (?, ?)")) {
            insert.setInt(1, 5);
            insert.setBigDecimal(2, new BigDecimal("12.34"));
            insert.executeUpdate();
            insert.setString(1, "6");
            insert.setNull(2, Types.DECIMAL);
            insert.executeUpdate();
            insert.setBigDecimal(1, new BigDecimal("7"));
            insert.setDouble(2, 1.5);
            insert.executeUpdate();
            assertThat(rows(connection, "SELECT * FROM sbtest2 WHERE id = 5")).containsExactly("5,12.34");
            assertThat(rows(connection, "SELECT * FROM sbtest2 WHERE id = '6'")).containsExactly("6,null");
            assertThat(rows(connection, "SELECT * FROM sbtest2 WHERE id = 7")).containsExactly("7,1.50");
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void longStatement_andLongRow_pass(Driver driver) throws SQLException {
        Servers.shared(flavor, 0).execute("SET GLOBAL max_allowed_packet = " + 64 * 1024 * 1024);
        try (Connection connection = proxy.connect(driver, "plain")) {
            execute(connection, "CREATE TABLE big (id INT PRIMARY KEY, x LONGTEXT)");
            String value = "0123456789abcdef".repeat(17 * 65_536); // 17 MiB: two packets
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO big VALUES (1, ?)")) {
                insert.setString(1, value);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            assertThat(rows(connection, "SELECT x FROM big").get(0)).isEqualTo(value);
        } finally {
            Servers.shared(flavor, 0).execute("SET GLOBAL max_allowed_packet = DEFAULT");
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void errors_areThoseOfMySql(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver)) {
            expectError(connection, "SELECT * FROM nosuch", 1146, "Table 'sbtest.nosuch' doesn't exist");
            expectError(connection, "SELECT nosuch FROM sbtest1 WHERE id = 1", 1054, "Unknown column 'nosuch'");
            expectError(connection, "SELEC 1", 1064, "near 'SELEC 1' at line 1");
            expectError(connection, "UPDATE sbtest1 SET id = 5 WHERE id = 1", 1235, "sharding key");
            expectError(connection, "SET GLOBAL max_connections = 1", 1235, "SET GLOBAL");
            expectError(connection, "SET NAMES sjis", 1235, "sjis");
            expectError(connection, "USE nosuch", 1049, "nosuch");
            expectError(connection, "KILL 4000000", 1094, "Unknown thread id: 4000000");
            assertThat(rows(connection, "SELECT 1")).containsExactly("1");
        }
    }

    private static void expectError(Connection connection, String sql, int errno, String part) {
        assertThatThrownBy(() -> execute(connection, sql)).isInstanceOfSatisfying(SQLException.class, error -> {
            assertThat(error.getErrorCode()).isEqualTo(errno);
            assertThat(error.getMessage()).contains(part);
        });
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void sessionVariables_followTheSession(Driver driver) throws SQLException {
        try (Connection connection = proxy.connectToNewTables(driver);
                Connection other = proxy.connect(driver, "sbtest")) {
            execute(connection, "SET @a = 5, @b = 'x'", "SET @c = @a + 1", "SET SESSION group_concat_max_len = 4321");
            assertThat(rows(connection, "SELECT @a, @b, @c, @@group_concat_max_len"))
                    .containsExactly("5,x,6,4321");
            assertThat(rows(other, "SELECT @a IS NULL, @@group_concat_max_len <> 4321"))
                    .containsExactly("1,1");
            update(connection, "INSERT INTO sbtest1 (id) VALUES (1),(2),(3)");
            assertThat(rows(connection, "SELECT @c FROM sbtest1 WHERE id = 1")).containsExactly("6");
            assertThat(rows(connection, "SELECT @c FROM sbtest1 WHERE id = 2")).containsExactly("6");
        }
    }
}
