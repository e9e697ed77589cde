package io.dbmesh.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.Grouping;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that rows which a server has sorted in three parts are merged in the order in which it sorts them all. */
@BothFlavors
class MergeOrderIT {
    private static final String DATABASE = "merge_order";
    private static final int SHARDS = 3;

    private static final List<String> PARTS = List.of(
            "", " ", "\t", "a", "A", "b", "B", "ä", "Ä", "á", "ß", "ss", "s", "æ", "ae", "z", "Z", "ø", "å", "0", "10",
            "9", "!", "~", "_", "-", "\u0001", "\u00a0", "é", "e\u0301", "ñ", "n", "ﬁ", "fi", "ǆ", "İ", "i", "ı", "я",
            "Я", "λ", "日", "本", "😀", "😁", "\u200b", "ch", "c", "ll", "ij", "œ", "đ", "\uffff");

    private final DatabaseServer server;
    private final Flavor flavor;

    MergeOrderIT(Flavor flavor) {
        this.flavor = flavor;
        this.server = Servers.shared(flavor, 0);
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        server.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        server.execute("DROP DATABASE " + DATABASE);
    }

    @Test
    void strings_areMergedInTheOrderOfEveryKnownCollation() throws SQLException {
        List<String> checked = new ArrayList<>();
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = ''");
            createSource(connection);
            for (String[] collation : collations(statement)) {
                // Those of languages differ between the two sets by nothing that a merge sees.
                boolean repeated = collation[0].equals("utf8mb3") && !collation[1].contains("general");
                if (!repeated && isKnown(collation[1])) {
                    createStrings(statement, collation[0], collation[1]);
                    assertMerged(
                            statement,
                            Column.text("v"),
                            "v",
                            new SortKey(1, 2, false, collation[1]),
                            "WEIGHT_STRING(v)",
                            collation[1]);
                    checked.add(collation[1]);
                }
            }
        }
        assertThat(checked)
                .contains("utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci", "utf8mb4_bin")
                .contains("latin1_swedish_ci", "utf8mb3_general_ci", "cp1251_general_ci")
                .contains(
                        flavor == Flavor.MYSQL
                                ? new String[] {"utf8mb4_0900_ai_ci", "utf8mb4_0900_as_cs", "utf8mb4_0900_as_ci"}
                                : new String[] {"utf8mb4_uca1400_ai_ci", "utf8mb4_general_nopad_ci"});
    }

    @Test
    void binaryCollations_areMergedByBytesWithoutWeights() throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = ''");
            createSource(connection);
            for (String collation : List.of("utf8mb4_bin", "utf8mb3_bin")) {
                createStrings(statement, collation.substring(0, 7), collation);
                assertMerged(
                        statement, Column.text("v"), "v", new SortKey(1, null, false, collation), "NULL", collation);
            }
        }
    }

    private static boolean isKnown(String collation) {
        try {
            Padding.ofWeights(collation);
            return !collation.equals("binary");
        } catch (MeshException refused) {
            return false;
        }
    }

    private static List<String[]> collations(Statement statement) throws SQLException {
        List<String[]> found = new ArrayList<>();
        try (ResultSet result =
                statement.executeQuery("SELECT * FROM" + " information_schema.COLLATION_CHARACTER_SET_APPLICABILITY")) {
            int name = result.getMetaData().getColumnCount() > 2 ? 3 : 1;
            while (result.next()) {
                found.add(new String[] {result.getString("CHARACTER_SET_NAME"), result.getString(name)});
            }
        }
        return found;
    }

    /** Fills a table from one in utf8mb4; characters that the set does not have become question marks. */
    private static void createStrings(Statement statement, String charset, String collation) throws SQLException {
        statement.execute("DROP TABLE IF EXISTS t");
        statement.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20) CHARACTER SET " + charset
                + " COLLATE " + collation + ")");
        statement.execute("INSERT IGNORE INTO t (v) SELECT v FROM source ORDER BY id");
    }

    private static void createSource(Connection connection) throws SQLException {
        List<String> values = new ArrayList<>(PARTS);
        for (int i = 0; i < PARTS.size(); i++) {
            for (int k = 1; k < PARTS.size(); k += 17) {
                values.add(PARTS.get(i) + PARTS.get((i + k) % PARTS.size()));
                values.add("a" + PARTS.get(i) + PARTS.get((i * k) % PARTS.size()) + " ");
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE source (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20)"
                    + " CHARACTER SET utf8mb4)");
            statement.execute("INSERT INTO source (v) VALUES (NULL)");
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO source (v) VALUES (?)" + ", (?)".repeat(values.size() - 1))) {
            for (int i = 0; i < values.size(); i++) {
                insert.setString(i + 1, values.get(i));
            }
            insert.execute();
        }
    }

    @Test
    void otherTypes_areMergedInTheirOrder() throws SQLException {
        assertType(Column.bigint("v"), "BIGINT", "-9223372036854775808", "-1", "0", "9223372036854775807", "10", "9");
        assertType(Column.unsignedBigint("v"), "BIGINT UNSIGNED", "18446744073709551615", "9223372036854775808", "0");
        assertType(
                Column.decimal("v", 10),
                "DECIMAL(65,10)",
                "-0.1",
                "0.1",
                "12345678901234567890.5",
                "-99999999999",
                "99999999.9999999999",
                "0.0000000001");
        assertType(Column.floating("v"), "DOUBLE", "1e300", "-1e300", "1e-300", "0", "0.1", "123456789012345680");
        assertType(
                Column.of("v", WireType.DATE),
                "DATE",
                "0000-00-00",
                "2020-00-00",
                "2020-01-00",
                "2020-01-01",
                "9999-12-31");
        assertType(
                Column.of("v", WireType.DATETIME),
                "DATETIME(6)",
                "0000-00-00 00:00:00",
                "2020-01-01 00:00:00.000001",
                "2020-01-01 00:00:00",
                "2019-12-31 23:59:59.999999");
        assertType(
                Column.of("v", WireType.TIMESTAMP),
                "TIMESTAMP(3) NULL",
                "0000-00-00 00:00:00",
                "2020-01-01 00:00:00.001",
                "2020-01-01 00:00:00");
        assertType(
                Column.of("v", WireType.TIME),
                "TIME(2)",
                "-838:59:59",
                "838:59:59",
                "-00:00:00.01",
                "00:00:00",
                "99:59:59",
                "100:00:00");
        assertType(Column.of("v", WireType.YEAR), "YEAR", "0000", "1901", "2155", "1999");
        assertType(Column.bytes("v"), "VARBINARY(20)", "a", "a ", "", "A", "a\t", "b");
    }

    private void assertType(Column column, String type, String... values) throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = ''");
            statement.execute("DROP TABLE IF EXISTS t");
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v " + type + ")");
            statement.execute("INSERT INTO t (v) VALUES (NULL), (NULL)");
            for (int i = 0; i < 4; i++) {
                for (String value : values) {
                    statement.execute("INSERT INTO t (v) VALUES ('" + value + "')");
                }
            }
            assertMerged(statement, column, "CONCAT(v)", new SortKey(1, false), "NULL", type);
        }
    }

    /** Merges the parts in both directions and compares with the ranks that the server gives to the whole. */
    private void assertMerged(Statement statement, Column column, String value, SortKey key, String weight, String what)
            throws SQLException {
        for (boolean descending : new boolean[] {false, true}) {
            SortKey directed =
                    new SortKey(key.column(), key.weight(), descending, key.collation(), key.collationColumn());
            String order = descending ? " DESC" : "";
            TestRows rows = TestRows.of(
                    RowFormat.TEXT, Column.bigint("rank"), column, Column.bytes("weight"), Column.bigint("id"));
            MergeSpec spec = new MergeSpec(-1, List.of(directed), null, List.of(), false);
            Grouping distinct = new Grouping(List.of(key), List.of());
            MergeRun run = new MergeRun(spec, rows, SHARDS).allColumns(SHARDS);
            MergeRun groups = new MergeRun(new MergeSpec(-1, List.of(), distinct, List.of(), false), rows, SHARDS)
                    .allColumns(SHARDS);
            int total = 0;
            for (int shard = 0; shard < SHARDS; shard++) {
                String sql = "SELECT r, " + value + ", " + weight + ", id FROM (SELECT id, v, DENSE_RANK() OVER"
                        + " (ORDER BY v" + order + ") r FROM t) ranked WHERE id % " + SHARDS + " = " + shard
                        + " ORDER BY v" + order;
                try (ResultSet result = statement.executeQuery(sql)) {
                    while (result.next()) {
                        Object[] values = {
                            result.getString(1), bytes(result, 2), result.getBytes(3), result.getString(4)
                        };
                        run.row(shard, values);
                        groups.row(shard, values);
                        total++;
                    }
                }
                run.ends(shard);
                groups.ends(shard);
            }
            assertThat(run.failure).as(what).isNull();
            assertThat(run.received).as(what).hasSize(total);
            assertAscendingRanks(run, what + order);
            assertThat(groups.column(0)).as(what).doesNotHaveDuplicates();
            assertThat(groups.received)
                    .as(what)
                    .hasSize(Integer.parseInt(
                            Objects.requireNonNull(run.column(0).getLast())));
        }
    }

    /** The value as the text row has it. */
    private @Nullable String raw(ResultSet result, int column) throws SQLException {
        if (flavor == Flavor.MARIADB) {
            return result.getString(column);
        }
        byte[] bytes = result.getBytes(column);
        return bytes == null ? null : new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte @Nullable [] bytes(ResultSet result, int column) throws SQLException {
        String text = result.getString(column);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertAscendingRanks(MergeRun run, String what) {
        int before = 0;
        for (int i = 0; i < run.received.size(); i++) {
            List<@Nullable String> row = run.received.get(i);
            int rank = Integer.parseInt(Objects.requireNonNull(row.getFirst()));
            assertThat(rank)
                    .as("%s: '%s' after '%s'", what, shown(row), i == 0 ? "" : shown(run.received.get(i - 1)))
                    .isGreaterThanOrEqualTo(before);
            before = rank;
        }
    }

    private static String shown(List<@Nullable String> row) {
        String value = row.get(1);
        return value + " " + (value == null ? "" : HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void sumsAndAverages_areTheServers() throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE n (id INT PRIMARY KEY AUTO_INCREMENT, i BIGINT, d2 DECIMAL(20,2),"
                    + " d5 DECIMAL(20,5), d9 DECIMAL(30,9), d0 DECIMAL(65,0), f DOUBLE, d30 DECIMAL(60,30))");
            for (int i = 0; i < 50; i++) {
                statement.execute("INSERT INTO n (i, d2, d5, d9, d0, f, d30) SELECT x, x / 100, x / 700000, x / 3e8,"
                        + " x * x * 12345678901234567890, x / 4096e0, x / 7 FROM (SELECT CAST((" + i
                        + " * 7919) % 1000 -"
                        + " 300 AS DECIMAL(40,0)) x) s");
            }
            statement.execute("INSERT INTO n (i) VALUES (NULL), (NULL), (NULL)");
            assertSum(statement, "i", 0, 4);
            assertSum(statement, "d2", 2, 6);
            assertSum(statement, "d5", 5, 9);
            assertSum(statement, "d9", 9, 13);
            assertSum(statement, "d0", 0, 4);
            assertSum(statement, "d30", 30, flavor == Flavor.MYSQL ? 30 : 34);
            assertSum(statement, "f", WireType.NOT_FIXED, WireType.NOT_FIXED);
        }
    }

    private void assertSum(Statement statement, String column, int scale, int averageScale) throws SQLException {
        boolean floating = scale == WireType.NOT_FIXED;
        Column sum = floating ? Column.floating("sum") : Column.decimal("sum", scale);
        Column average = floating ? Column.floating("avg") : Column.decimal("avg", averageScale);
        TestRows rows = TestRows.of(RowFormat.TEXT, sum, average, sum, Column.bigint("count"));
        List<Aggregate> aggregates = List.of(new Aggregate.Sum(0), new Aggregate.Average(1, 2, 3));
        MergeSpec spec = new MergeSpec(2, List.of(), new Grouping(List.of(), aggregates), List.of(), false);
        for (int limit = 1; limit < 60; limit++) {
            MergeRun run = new MergeRun(spec, rows, SHARDS).allColumns(SHARDS);
            String select = "SELECT SUM(v), AVG(v), SUM(v), COUNT(v) FROM (SELECT id, " + column
                    + " v FROM n WHERE id <= " + limit + ") t";
            for (int shard = 0; shard < SHARDS; shard++) {
                try (ResultSet result = statement.executeQuery(select + " WHERE id % " + SHARDS + " = " + shard)) {
                    result.next();
                    run.row(shard, raw(result, 1), raw(result, 2), raw(result, 3), raw(result, 4));
                }
                run.ends(shard);
            }
            try (ResultSet result = statement.executeQuery(select)) {
                result.next();
                assertThat(run.received)
                        .as("%s of %d rows", column, limit)
                        .containsExactly(Arrays.asList(raw(result, 1), raw(result, 2)));
            }
        }
    }

    @Test
    void doubles_areWrittenAsTheServerDoes() throws SQLException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + DATABASE + ".f (id INT PRIMARY KEY, v DOUBLE)");
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < 8000; i++) {
                double digits = random.nextLong() / Math.pow(10, random.nextInt(19));
                double value = i % 4 == 0
                        ? Double.longBitsToDouble(random.nextLong())
                        : i % 4 == 1 ? digits : Math.rint(digits) * Math.pow(10, random.nextInt(40) - 20);
                if (Double.isFinite(value) && value != 0) {
                    values.add(value);
                }
            }
            StringBuilder insert = new StringBuilder("INSERT INTO " + DATABASE + ".f VALUES ");
            for (int i = 0; i < values.size(); i++) {
                insert.append(i == 0 ? "" : ",")
                        .append('(')
                        .append(i)
                        .append(',')
                        .append(values.get(i))
                        .append(')');
            }
            statement.execute(insert.toString());
            try (ResultSet result = statement.executeQuery("SELECT v FROM " + DATABASE + ".f ORDER BY id")) {
                for (double value : values) {
                    result.next();
                    assertThat(new String(DoubleText.bytes(value, WireType.NOT_FIXED), StandardCharsets.US_ASCII))
                            .as("seed %d", seed)
                            .isEqualTo(raw(result, 1));
                }
            }
        }
    }
}
