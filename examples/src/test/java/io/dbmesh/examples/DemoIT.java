package io.dbmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.engine.config.Location;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** The demo with few rows. The same rows are loaded into one plain server, which tells what each query must answer. */
@BothFlavors
class DemoIT {
    private static final int ORDERS = 3000;
    private static final int CUSTOMERS = 300;
    private static final int UNSUPPORTED = 1235;
    private static final String PLAIN = "shop_on_one_server";

    private static DatabaseServer plain;
    private static ShopMesh mesh;

    /** JUnit gives it; the servers are those of {@link #start}. */
    DemoIT(Flavor flavor) {
        assertThat(plain.flavor()).isEqualTo(flavor);
    }

    @BeforeParameterizedClassInvocation
    static void start(Flavor flavor) throws Exception {
        ShopData data = new ShopData(ORDERS);
        plain = Servers.shared(flavor, 0);
        plain.execute("DROP DATABASE IF EXISTS " + PLAIN, "CREATE DATABASE " + PLAIN);
        new ShopLoader(() -> plain.connect(PLAIN), data, percent -> {}).load();
        mesh = ShopMesh.start(flavor, 0);
        new ShopLoader(mesh::connect, data, percent -> {}).load();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws SQLException {
        if (mesh != null) {
            mesh.close();
        }
        plain.execute("DROP DATABASE IF EXISTS " + PLAIN);
    }

    @Test
    void shardedRows_addUpAndLieOnAllShards() throws SQLException {
        try (Connection whole = plain.connect(PLAIN)) {
            for (String table : List.of("customers", "orders", "order_items")) {
                long sum = 0;
                for (Location shard : mesh.shards()) {
                    long count = mesh.countAt(shard, table);
                    assertThat(count).as(table + " on " + shard).isGreaterThan(CUSTOMERS / 8);
                    sum += count;
                }
                assertThat(rows(whole, "SELECT COUNT(*) AS n FROM " + table)).containsExactly(List.of("n=" + sum));
            }
        }
    }

    @Test
    void referenceRows_areOnEachShard() throws SQLException {
        for (Location shard : mesh.shards()) {
            assertThat(mesh.countAt(shard, "products")).isEqualTo(ShopData.PRODUCTS);
            assertThat(mesh.countAt(shard, "countries"))
                    .isEqualTo(ShopData.countries().size());
        }
        assertThat(mesh.countAt(mesh.defaultLocation(), "settings")).isEqualTo(3);
    }

    @Test
    void ordersAndItems_lieWithTheirCustomer() throws SQLException {
        String strays = "SELECT COUNT(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id"
                + " LEFT JOIN order_items i ON i.customer_id = o.customer_id AND i.order_id = o.id"
                + " WHERE c.id IS NULL OR i.line IS NULL";
        for (Location shard : mesh.shards()) {
            try (Connection connection = mesh.connect(shard)) {
                // An order that a suggestion has made has no items.
                assertThat(rows(connection, strays + " AND o.status <> 'new'")).containsExactly(List.of("COUNT(*)=0"));
            }
        }
    }

    @Test
    void suggestions_answerAsOneServerWould() throws SQLException {
        try (Connection sharded = mesh.connect();
                Connection whole = plain.connect(PLAIN)) {
            SoftAssertions faults = new SoftAssertions();
            Suggestion.all().stream()
                    .filter(suggestion -> !suggestion.refused())
                    .flatMap(suggestion -> suggestion.statements().stream())
                    .forEach(sql -> faults.assertThatCode(() -> compare(sql, sharded, whole))
                            .as(sql)
                            .doesNotThrowAnyException());
            faults.assertAll();
        }
    }

    private static void compare(String sql, Connection sharded, Connection whole) throws SQLException {
        List<List<String>> answer = rows(sharded, sql);
        if (sql.startsWith("MESH")) {
            assertThat(answer).as(sql).isNotEmpty();
        } else if (sql.equals("SELECT LAST_INSERT_ID()")) {
            assertThat(answer.getFirst().getFirst()).as(sql).matches("LAST_INSERT_ID\\(\\)=[1-9]\\d{10,}");
        } else if (sql.contains("status = 'new'")) {
            // The ids of new orders differ, as they must.
            assertThat(withoutFirst(answer)).as(sql).isEqualTo(withoutFirst(rows(whole, sql)));
        } else {
            assertThat(answer).as(sql).isEqualTo(rows(whole, sql));
        }
    }

    @Test
    void refusedSuggestion_saysWhatIsNotSupported() throws SQLException {
        try (Connection connection = mesh.connect()) {
            for (Suggestion suggestion :
                    Suggestion.all().stream().filter(Suggestion::refused).toList()) {
                assertThatThrownBy(
                                () -> rows(connection, suggestion.statements().getFirst()))
                        .isInstanceOfSatisfying(SQLException.class, refusal -> assertThat(refusal.getErrorCode())
                                .isEqualTo(UNSUPPORTED));
            }
            assertThat(rows(connection, "SELECT 1")).containsExactly(List.of("1=1"));
        }
    }

    @Test
    void page_tellsHowToConnectAndHowRowsLie() throws SQLException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ShopPage(mesh, new PrintStream(bytes, true, StandardCharsets.UTF_8)).print();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("mysql --host=127.0.0.1 --port=" + mesh.port() + " --user=app --password=secret shop")
                .contains("jdbc:mysql://127.0.0.1:" + mesh.port() + "/shop?user=app&password=secret")
                .containsPattern("products +200 +200 +200 +200\n")
                .contains("  SELECT * FROM customers WHERE id = 42;");
    }

    @Test
    void demo_runsFromItsCommandLineAndLeavesNothing() throws Exception {
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Demo.class.getName(),
                        "--server=" + plain.flavor().name().toLowerCase(Locale.ROOT),
                        "--port=" + mesh.port(),
                        "--orders=100")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader page = demo.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = new ArrayList<>();
            for (String line = page.readLine(); line != null; line = page.readLine()) {
                lines.add(line);
                if (line.startsWith("Press Ctrl-C")) {
                    // Not by the process itself, which would close the page as well.
                    demo.toHandle().destroy();
                }
            }
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(lines)
                    .contains("Port " + mesh.port() + " is taken; the proxy takes another one, see below.")
                    .anyMatch(line -> line.startsWith("Loading 10 customers and 100 orders .......... "))
                    .contains("Ending the proxy and the servers ...");
            Path config = Path.of(lines.stream()
                    .filter(line -> line.startsWith("It is run by "))
                    .findFirst()
                    .orElseThrow()
                    .substring("It is run by ".length()));
            assertThat(config).doesNotExist();
            assertThat(demo.descendants()).isEmpty();
        } finally {
            demo.destroyForcibly();
        }
    }

    @Test
    void takenPort_isSeen() {
        assertThat(ShopMesh.isFree(mesh.port())).isFalse();
    }

    /** Each value as COLUMN=VALUE; for a change, how many rows it changed. */
    private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return List.of(List.of(statement.getUpdateCount() + " changed"));
            }
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet result = statement.getResultSet()) {
                ResultSetMetaData columns = result.getMetaData();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int column = 1; column <= columns.getColumnCount(); column++) {
                        row.add(columns.getColumnLabel(column) + "=" + result.getString(column));
                    }
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    private static List<List<String>> withoutFirst(List<List<String>> rows) {
        return rows.stream().map(row -> row.subList(1, row.size())).toList();
    }
}
