package io.dbmesh.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reads over several shards give what one server with the same rows gives. */
@BothFlavors
class ScatterReadIT {
    private static final String PREPARED = "useServerPrepStmts=true";
    private static final int ROWS = 400;
    private static final int BIG_ROWS = 300_000;

    private static final String TABLE = """
            CREATE TABLE t (
              id BIGINT PRIMARY KEY, i INT, u BIGINT UNSIGNED, de DECIMAL(20,6), f FLOAT, d DOUBLE,
              s VARCHAR(40) CHARACTER SET utf8mb4, ci VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
              la VARCHAR(40) CHARACTER SET latin1, bi VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
              vb VARBINARY(40), dt DATETIME(6), ts TIMESTAMP NULL, da DATE, ti TIME(3), ye YEAR,
              e ENUM('z','a','m'), st SET('q','b','x'), tx TEXT CHARACTER SET utf8mb4)""";

    private static final List<String> COLUMNS = List.of(
            "i", "u", "de", "f", "d", "s", "ci", "la", "bi", "vb", "dt", "ts", "da", "ti", "ye", "e", "st", "tx");

    private static final List<String> EQUAL_WHEN_DIFFERENT = List.of("s", "ci", "la", "tx");

    private final Flavor flavor;
    private final List<DatabaseServer> servers;

    ScatterReadIT(Flavor flavor) {
        this.flavor = flavor;
        this.servers = List.of(Servers.shared(flavor, 0), Servers.shared(flavor, 1));
    }

    // ------------------------------------------------------------------ the same rows as one server

    @Test
    void resultsOfOneShard_equalThoseOfOneServer() throws SQLException {
        compareAll(1);
    }

    @Test
    void resultsOfTwoShards_equalThoseOfOneServer() throws SQLException {
        compareAll(2);
    }

    @Test
    void resultsOfFourShards_equalThoseOfOneServer() throws SQLException {
        compareAll(4);
    }

    private void compareAll(int shards) throws SQLException {
        try (ScatterMesh mesh = new ScatterMesh(servers, shards, 20)) {
            mesh.executeOnBoth(TABLE, insert(new Random(shards), 1, ROWS));
            List<String> differences = new ArrayList<>();
            for (String options : List.of("", PREPARED)) {
                try (Connection sharded = mesh.connect(options);
                        Connection one = mesh.connectToOne(options)) {
                    for (String sql : queries()) {
                        compare(sharded, one, sql, options, differences);
                    }
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    private static void compare(
            Connection sharded, Connection one, String sql, String options, List<String> differences) {
        String label = sql + " [" + options + "]";
        try {
            List<List<String>> expected = read(one, sql, options);
            List<List<String>> found = read(sharded, sql, options);
            if (!sql.contains("ORDER BY")) {
                expected = expected.stream()
                        .sorted((a, b) -> a.toString().compareTo(b.toString()))
                        .toList();
                found = found.stream()
                        .sorted((a, b) -> a.toString().compareTo(b.toString()))
                        .toList();
            }
            if (!expected.equals(found)) {
                differences.add(label + "\n  expected " + shortened(expected) + "\n  found    " + shortened(found));
            }
        } catch (SQLException failure) {
            differences.add(label + ": " + failure.getMessage());
        }
    }

    private static String shortened(List<List<String>> rows) {
        String text = rows.size() + " rows " + rows;
        return text.substring(0, Math.min(600, text.length()));
    }

    private static List<List<String>> read(Connection connection, String sql, String options) throws SQLException {
        if (options.isEmpty()) {
            try (Statement statement = connection.createStatement();
                    ResultSet results = statement.executeQuery(sql)) {
                return ScatterMesh.rows(results);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            // Twice: the second execution finds the statement prepared on its connections.
            try (ResultSet results = statement.executeQuery()) {
                ScatterMesh.rows(results);
            }
            try (ResultSet results = statement.executeQuery()) {
                return ScatterMesh.rows(results);
            }
        }
    }

    private static List<String> queries() {
        List<String> queries = new ArrayList<>();
        for (String column : COLUMNS) {
            queries.add("SELECT id, " + column + " FROM t ORDER BY " + column + ", id");
            queries.add("SELECT " + column + ", id FROM t ORDER BY " + column + " DESC, id DESC LIMIT 17");
            // Which of equal strings stands for the group is not defined.
            String group = EQUAL_WHEN_DIFFERENT.contains(column) ? "" : column + ", ";
            queries.add("SELECT " + group + "COUNT(*) FROM t GROUP BY " + column);
            queries.add("SELECT COUNT(" + column + "), MIN(" + column + "), MAX(" + column + ") FROM t WHERE id > 5");
        }
        for (String column : List.of("i", "u", "de", "d")) {
            queries.add("SELECT SUM(" + column + "), AVG(" + column + "), COUNT(*) FROM t");
            queries.add("SELECT e, SUM(" + column + "), AVG(" + column + ") FROM t GROUP BY e");
        }
        queries.addAll(List.of(
                "SELECT * FROM t",
                "SELECT * FROM t ORDER BY id",
                "SELECT * FROM t WHERE id < 0",
                "SELECT * FROM t WHERE id < 0 ORDER BY s",
                "SELECT COUNT(*) FROM t WHERE id < 0",
                "SELECT MAX(i), SUM(i), AVG(i) FROM t WHERE id < 0",
                "SELECT i, COUNT(*) FROM t WHERE id < 0 GROUP BY i",
                "SELECT DISTINCT i FROM t",
                "SELECT DISTINCT i, e FROM t ORDER BY i, e LIMIT 9",
                "SELECT DISTINCT ci FROM t",
                "SELECT id FROM t ORDER BY id LIMIT 10 OFFSET 25",
                "SELECT id FROM t ORDER BY id LIMIT 390, 100",
                "SELECT id FROM t ORDER BY id LIMIT 0",
                "SELECT id FROM t ORDER BY id LIMIT 5, 18446744073709551615",
                "SELECT i, COUNT(*) AS n FROM t GROUP BY i ORDER BY n DESC, i LIMIT 5",
                "SELECT i, e, COUNT(*), MIN(dt), MAX(de) FROM t GROUP BY i, e ORDER BY e, i",
                "SELECT BIT_AND(u), BIT_OR(u), BIT_XOR(u) FROM t",
                "SELECT x.id, x.i + 1 FROM t AS x WHERE x.id BETWEEN 10 AND 60 ORDER BY x.i + 1, x.id",
                "SELECT sc.id FROM t sc WHERE i IS NULL ORDER BY 1"));
        return queries;
    }

    private static String insert(Random random, int from, int to) {
        StringBuilder sql = new StringBuilder("INSERT INTO t VALUES ");
        for (int id = from; id <= to; id++) {
            sql.append(id == from ? "(" : ", (").append(id);
            for (String column : COLUMNS) {
                sql.append(", ").append(random.nextInt(8) == 0 ? "NULL" : value(column, random));
            }
            sql.append(')');
        }
        return sql.toString();
    }

    private static String value(String column, Random random) {
        int small = random.nextInt(20);
        return switch (column) {
            case "i" -> Integer.toString(small - 10);
            case "u" -> small == 0 ? "18446744073709551615" : Integer.toString(random.nextInt(1000));
            case "de" -> (small - 10) + "." + random.nextInt(1_000_000);
            case "f" -> (small - 10) + ".5";
            case "d" -> (small - 10) + ".25e" + random.nextInt(5);
            case "dt" -> "'2024-02-%02d 10:11:12.%06d'".formatted(1 + small, random.nextInt(1_000_000));
            case "ts" -> "'2023-07-%02d 03:04:05'".formatted(1 + small);
            case "da" -> "'1999-12-%02d'".formatted(1 + small);
            case "ti" -> "'%s%02d:00:01.%03d'".formatted(small < 4 ? "-" : "", small, random.nextInt(1000));
            case "ye" -> Integer.toString(1990 + small);
            case "e" -> List.of("'z'", "'a'", "'m'").get(small % 3);
            case "st" -> List.of("'q'", "'b,x'", "''", "'q,b,x'").get(small % 4);
            case "la" ->
                List.of("'Abc'", "'abc '", "'abd'", "'Zz'", "''", "'10'", "'9'").get(small % 7);
            default ->
                List.of(
                                "'Abc'",
                                "'abc'",
                                "'\u00e4bc'",
                                "'\u00c4BD'",
                                "'\u00df'",
                                "'ss'",
                                "'z'",
                                "''",
                                "'\u4e2d'",
                                "'a b'",
                                "'9'",
                                "'10'")
                        .get(small % 12);
        };
    }

    // ------------------------------------------------------------------ sessions

    @Test
    void errorOfOneShard_isTheClientsError_andTheSessionGoesOn() throws SQLException {
        try (ScatterMesh mesh = new ScatterMesh(servers, 2, 20)) {
            mesh.executeOnBoth(TABLE, insert(new Random(1), 1, 50));
            servers.get(1).execute("RENAME TABLE " + mesh.database(1) + ".t TO " + mesh.database(1) + ".gone");
            try (Connection connection = mesh.connect("");
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM t ORDER BY id"))
                            .isInstanceOfSatisfying(SQLException.class, error -> {
                                assertThat(error.getErrorCode()).isEqualTo(1146);
                                assertThat(error.getMessage()).contains("'sc.t'");
                            });
                    assertThat(number(statement, "SELECT 7")).isEqualTo(7);
                }
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM t ORDER BY id"))
                        .isInstanceOf(SQLException.class);
                servers.get(1).execute("RENAME TABLE " + mesh.database(1) + ".gone TO " + mesh.database(1) + ".t");
                connection.rollback();
                assertThat(number(statement, "SELECT COUNT(*) FROM t")).isEqualTo(50);
                connection.rollback();
            }
            try (Connection connection = mesh.connect(PREPARED);
                    PreparedStatement statement = connection.prepareStatement("SELECT 1 FROM t WHERE id > ? LIMIT ?")) {
                statement.setInt(1, 10);
                statement.setInt(2, 3);
                try (ResultSet results = statement.executeQuery()) {
                    assertThat(ScatterMesh.rows(results)).hasSize(3);
                }
            }
        }
    }

    @Test
    void readsInATransaction_seeItsRows_andKeepIt() throws SQLException {
        try (ScatterMesh mesh = new ScatterMesh(servers, 4, 20)) {
            mesh.executeOnBoth(TABLE, insert(new Random(1), 1, 100));
            try (Connection connection = mesh.connect("");
                    Connection other = mesh.connect("");
                    Statement statement = connection.createStatement();
                    Statement elsewhere = other.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO t (id, i) VALUES (1001, 1), (1002, 2), (1003, 3), (1004, 4), (1005, 5)");
                assertThat(number(statement, "SELECT COUNT(*) FROM t")).isEqualTo(105);
                assertThat(number(statement, "SELECT id FROM t ORDER BY id DESC LIMIT 1"))
                        .isEqualTo(1005);
                assertThat(number(statement, "SELECT FOUND_ROWS()")).isEqualTo(1);
                assertThat(number(elsewhere, "SELECT COUNT(*) FROM t")).isEqualTo(100);
                assertThat(number(statement, "SELECT id FROM t WHERE id > 1000 ORDER BY id LIMIT 1 FOR UPDATE"))
                        .isEqualTo(1001);
                connection.rollback();
                assertThat(number(statement, "SELECT COUNT(*) FROM t")).isEqualTo(100);
                connection.commit();
            }
        }
    }

    @Test
    void manyRows_streamToASlowReader_inOrder() throws SQLException {
        try (ScatterMesh mesh = new ScatterMesh(servers, 4, 20)) {
            fillBig(mesh);
            for (String options : List.of("", PREPARED)) {
                try (Connection connection = mesh.connect(options);
                        Connection other = mesh.connect("");
                        Statement meanwhile = other.createStatement();
                        PreparedStatement statement =
                                connection.prepareStatement("SELECT id, k, pad FROM big ORDER BY k, id")) {
                    statement.setFetchSize(flavor == Flavor.MYSQL ? Integer.MIN_VALUE : 10);
                    try (ResultSet results = statement.executeQuery()) {
                        assertStreams(results, meanwhile);
                    }
                    assertThat(number(meanwhile, "SELECT COUNT(*) FROM big")).isEqualTo(BIG_ROWS);
                }
            }
        }
    }

    private static void assertStreams(ResultSet results, Statement meanwhile) throws SQLException {
        long previous = Long.MIN_VALUE;
        int count = 0;
        while (results.next()) {
            long key = results.getLong(2) * 1_000_000 + results.getLong(1);
            assertThat(key).isGreaterThan(previous);
            previous = key;
            if (++count % 50_000 == 1) {
                // The stream stands still while these are answered.
                for (int i = 0; i < 20; i++) {
                    assertThat(number(meanwhile, "SELECT COUNT(*) FROM big WHERE id < 1000"))
                            .isEqualTo(999);
                }
            }
        }
        assertThat(count).isEqualTo(BIG_ROWS);
    }

    private static void fillBig(ScatterMesh mesh) throws SQLException {
        try (Connection connection = mesh.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE big (id BIGINT PRIMARY KEY, k INT, pad CHAR(60), KEY (k))");
            int batch = 10_000;
            for (int from = 1; from <= BIG_ROWS; from += batch) {
                StringBuilder sql = new StringBuilder("INSERT INTO big VALUES ");
                for (int id = from; id < from + batch; id++) {
                    sql.append(id == from ? "(" : ",(").append(id).append(',');
                    sql.append(id * 7919L % 100_003).append(",'0123456789012345678901234567890123456789')");
                }
                statement.execute(sql.toString());
            }
        }
    }

    @Test
    void limitOverAManyRows_isQuick_andClientsThatGoAwayLeaveNothing() throws SQLException {
        try (ScatterMesh mesh = new ScatterMesh(servers, 4, 4)) {
            fillBig(mesh);
            try (Connection connection = mesh.connect("");
                    Statement statement = connection.createStatement()) {
                number(statement, "SELECT id FROM big ORDER BY k, id LIMIT 1");
                long start = System.nanoTime();
                for (int i = 0; i < 20; i++) {
                    number(statement, "SELECT id FROM big ORDER BY k, id LIMIT 1");
                    number(statement, "SELECT id FROM big LIMIT 1");
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            }
            for (int i = 0; i < 5; i++) {
                Connection connection = mesh.connect("");
                Statement statement = connection.createStatement();
                statement.setFetchSize(flavor == Flavor.MYSQL ? Integer.MIN_VALUE : 10);
                ResultSet results = statement.executeQuery("SELECT * FROM big ORDER BY k, id");
                assertThat(results.next()).isTrue();
                connection.abort(Runnable::run);
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> mesh.proxy().clients() == 0);
            for (DatabaseServer server : servers) {
                await().atMost(Duration.ofSeconds(10)).until(() -> running(server) == 0);
            }
            try (Connection connection = mesh.connect("");
                    Statement statement = connection.createStatement()) {
                assertThat(number(statement, "SELECT COUNT(*) FROM big")).isEqualTo(BIG_ROWS);
            }
        }
    }

    private static long running(DatabaseServer server) throws SQLException {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            return number(
                    statement,
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%FROM big%'"
                            + " AND info NOT LIKE '%processlist%'");
        }
    }

    // ------------------------------------------------------------------ connections

    @Test
    void sessionsThatNeedSeveralConnectionsOfAFullPool_doNotWaitForEachOther() throws Exception {
        try (ScatterMesh mesh = new ScatterMesh(servers, 4, 3);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            mesh.executeOnBoth(TABLE, insert(new Random(1), 1, 100));
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(threads.submit(() -> {
                    try (Connection connection = mesh.connect("");
                            Statement statement = connection.createStatement()) {
                        for (int n = 0; n < 200; n++) {
                            assertThat(number(statement, "SELECT COUNT(*) FROM t"))
                                    .isEqualTo(100);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aPoolThatIsTooSmallForAStatement_isNamedInTheError() throws SQLException {
        try (ScatterMesh mesh = new ScatterMesh(servers, 4, 1);
                Connection connection = mesh.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id BIGINT PRIMARY KEY)");
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM t"))
                    .hasMessageContaining("needs 2 connections to data source ds0")
                    .hasMessageContaining("maxConnections");
            assertThat(number(statement, "SELECT 7")).isEqualTo(7);
        }
    }

    @Test
    void aServerKilledWithinAStream_endsTheStatementAndNotTheSession() throws SQLException {
        try (DatabaseServer mortal = DatabaseServer.start(flavor, List.of("--max-allowed-packet=64M"));
                DatabaseServer other = DatabaseServer.start(flavor, List.of("--max-allowed-packet=64M"));
                ScatterMesh mesh = new ScatterMesh(List.of(other, mortal), 2, 20)) {
            fillBig(mesh);
            try (Connection connection = mesh.connect("");
                    Statement statement = connection.createStatement()) {
                assertLongRowsPass(statement);
                statement.setFetchSize(flavor == Flavor.MYSQL ? Integer.MIN_VALUE : 10);
                try (ResultSet results = statement.executeQuery("SELECT * FROM big ORDER BY k, id")) {
                    assertThat(results.next()).isTrue();
                    mortal.kill9();
                    assertThatThrownBy(() -> readAll(results))
                            .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getMessage())
                                    .contains("ds1"));
                }
                assertThat(number(statement, "SELECT 7")).isEqualTo(7);
            }
        }
    }

    private static void assertLongRowsPass(Statement statement) throws SQLException {
        int length = 17_000_000;
        try (ResultSet results =
                statement.executeQuery("SELECT id, REPEAT('x', " + length + ") FROM big WHERE id < 4 ORDER BY id")) {
            for (int id = 1; id < 4; id++) {
                assertThat(results.next()).isTrue();
                assertThat(results.getInt(1)).isEqualTo(id);
                assertThat(results.getString(2)).hasSize(length);
            }
        }
    }

    private static int readAll(ResultSet results) throws SQLException {
        int count = 0;
        while (results.next()) {
            count++;
        }
        return count;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet results = statement.executeQuery(sql)) {
            assertThat(results.next()).as(sql).isTrue();
            return results.getLong(1);
        }
    }
}
