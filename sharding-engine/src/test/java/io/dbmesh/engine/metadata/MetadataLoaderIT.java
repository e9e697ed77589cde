package io.dbmesh.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.KeyGeneration;
import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MetadataLoader.Missing;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullMarked
@BothFlavors
class MetadataLoaderIT {
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final Schema SHOP = new Schema(
            "shop",
            new Location("ds0", "meta_shop"),
            List.of(new Location("ds0", "meta_shop_0"), new Location("ds1", "meta_shop_1")),
            Map.of("orders", new ShardedRule("id", new ShardBy.Hash()), "colours", new ReferenceRule()));

    private final Flavor flavor;
    private final DatabaseServer first;
    private final DatabaseServer second;

    MetadataLoaderIT(Flavor flavor) {
        this.flavor = flavor;
        this.first = Servers.shared(flavor, 0);
        this.second = Servers.shared(flavor, 1);
    }

    @BeforeEach
    void dropDatabases() throws SQLException {
        first.execute("DROP DATABASE IF EXISTS meta_shop", "DROP DATABASE IF EXISTS meta_shop_0");
        second.execute("DROP DATABASE IF EXISTS meta_shop_1");
    }

    @Test
    void missingDatabases_areCreatedOnlyWhenToldTo() {
        try (MetadataLoader loader = new MetadataLoader(config(first, second))) {
            Mesh reported = loader.load(Missing.REPORT);

            assertThat(messages(reported.problems()))
                    .containsExactly(
                            "Unknown database 'meta_shop' on data source ds0 at 127.0.0.1:" + first.port()
                                    + ": it is created when the mesh starts",
                            "Unknown database 'meta_shop_0' on data source ds0 at 127.0.0.1:" + first.port()
                                    + ": it is created when the mesh starts",
                            "Unknown database 'meta_shop_1' on data source ds1 at 127.0.0.1:" + second.port()
                                    + ": it is created when the mesh starts");
            assertThat(loader.load(Missing.CREATE).problems()).isEmpty();
            assertThat(loader.load(Missing.REPORT).problems()).isEmpty();
        }
    }

    @Test
    void tables_areLoadedAndJoinedWithTheirRules() throws SQLException {
        createTables("CREATE TABLE %s.orders (id BIGINT UNSIGNED PRIMARY KEY, note VARCHAR(20))");
        createTables("CREATE TABLE %s.colours (id INT PRIMARY KEY)");
        createTables("CREATE TABLE %s.stray (id INT PRIMARY KEY)");
        first.execute("CREATE TABLE meta_shop.audit (id INT)", "CREATE VIEW meta_shop.recent AS SELECT 1 AS one");
        first.execute("CREATE TABLE meta_shop.orders (wrong INT)");
        try (MetadataLoader loader = new MetadataLoader(config(first, second))) {
            Mesh mesh = loader.load(Missing.CREATE);
            MeshSchema shop = mesh.requireSchema("shop");

            assertThat(mesh.problems()).isEmpty();
            assertThat(shop.isComplete()).isTrue();
            assertThat(shop.tables().keySet()).containsExactlyInAnyOrder("orders", "colours", "audit", "recent");
            assertThat(shop.require("orders")).isInstanceOfSatisfying(MeshTable.Sharded.class, orders -> assertThat(
                            orders.key().column().definition())
                    .startsWith("bigint")
                    .endsWith("unsigned"));
            assertThat(shop.require("colours")).isInstanceOf(MeshTable.Reference.class);
            assertThat(shop.require("recent").metadata().isView()).isTrue();
            assertThat(shop.require("audit").locations()).containsExactly(new Location("ds0", "meta_shop"));
        }
    }

    @Test
    void columns_areAsTheTableHasThem() throws SQLException {
        createDatabases();
        first.execute("""
                CREATE TABLE meta_shop.every (
                  Id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
                  required VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
                  optional DECIMAL(10,3) NULL,
                  defaulted INT NOT NULL DEFAULT 7,
                  empty_default VARCHAR(5) NOT NULL DEFAULT '',
                  created DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
                  twice INT GENERATED ALWAYS AS (defaulted * 2) VIRTUAL,
                  thrice INT GENERATED ALWAYS AS (defaulted * 3) STORED,
                  computed VARCHAR(40) NOT NULL DEFAULT (UUID()),
                  hidden INT NULL INVISIBLE,
                  kind ENUM('unsigned','b') NOT NULL,
                  bytes VARBINARY(9) NOT NULL,
                  large LONGTEXT,
                  UNIQUE KEY whole (required, Id),
                  UNIQUE KEY prefixed (required(3)),
                  KEY ordinary (defaulted))""");
        try (MetadataLoader loader = new MetadataLoader(config(first, second))) {
            TableMetadata every = loader.load(Missing.CREATE)
                    .requireSchema("shop")
                    .require("every")
                    .metadata();

            assertThat(names(every, Trait.NO_DEFAULT)).containsExactly("required", "bytes");
            assertThat(names(every, Trait.GENERATED)).containsExactly("twice", "thrice");
            assertThat(names(every, Trait.INVISIBLE)).containsExactly("hidden");
            assertThat(names(every, Trait.UNSIGNED)).containsExactly("Id");
            assertThat(every.autoIncrementColumn()).isSameAs(every.column("id"));
            assertThat(every.column("required"))
                    .extracting("type", "charset", "collation", "length", "nullable")
                    .containsExactly(ColumnType.VARCHAR, "utf8mb4", "utf8mb4_bin", 20L, false);
            assertThat(every.column("optional"))
                    .extracting("type", "precision", "scale", "nullable")
                    .containsExactly(ColumnType.DECIMAL, 10, 3, true);
            assertThat(every.column("created")).extracting("type", "precision").containsExactly(ColumnType.DATETIME, 3);
            assertThat(every.column("bytes"))
                    .extracting("type", "charset", "length")
                    .containsExactly(ColumnType.VARBINARY, null, 9L);
            assertThat(every.column("large")).extracting("length").isEqualTo(4294967295L);
            assertThat(every.uniqueKeys())
                    .containsExactlyInAnyOrder(
                            new KeyMetadata("PRIMARY", List.of("Id")),
                            new KeyMetadata("whole", List.of("required", "Id")),
                            new KeyMetadata("prefixed", List.of("required"), Set.of("required")));
            assertThat(every.primaryKey()).isNotNull();
            assertThat(every.uniqueKeys().stream().filter(key -> key.contains("REQUIRED")))
                    .hasSize(1);
        }
    }

    @Test
    void functionalKey_containsNoColumn() throws SQLException {
        assumeTrue(flavor == Flavor.MYSQL, "MariaDB has no functional keys");
        createDatabases();
        first.execute("CREATE TABLE meta_shop.t (id INT, UNIQUE KEY f ((id + 1)))");
        try (MetadataLoader loader = new MetadataLoader(config(first, second))) {
            TableMetadata table = loader.load(Missing.CREATE)
                    .requireSchema("shop")
                    .require("t")
                    .metadata();

            assertThat(table.uniqueKeys()).containsExactly(new KeyMetadata("f", List.of(KeyMetadata.EXPRESSION)));
            assertThat(table.uniqueKeys().getFirst().contains("id")).isFalse();
        }
    }

    @Test
    void shardsThatDiffer_areReported() throws SQLException {
        createDatabases();
        first.execute("CREATE TABLE meta_shop_0.orders (id INT PRIMARY KEY, n INT NOT NULL)");
        second.execute("CREATE TABLE meta_shop_1.orders (id INT PRIMARY KEY, n BIGINT)");
        second.execute("CREATE TABLE meta_shop_1.colours (id INT PRIMARY KEY)");
        try (CurrentMesh mesh = CurrentMesh.start(config(first, second))) {
            String integer = flavor == Flavor.MYSQL ? "int" : "int(11)";
            String large = flavor == Flavor.MYSQL ? "bigint" : "bigint(20)";
            assertThat(messages(mesh.get().problems()))
                    .containsExactlyInAnyOrder(
                            "shop.orders differs between ds0/meta_shop_0 and ds1/meta_shop_1: column n is " + integer
                                    + " NOT NULL and " + large + " NULL",
                            "shop.colours differs between ds0/meta_shop_0 and ds1/meta_shop_1: it does not exist on the"
                                    + " first");

            second.execute("ALTER TABLE meta_shop_1.orders MODIFY n INT NOT NULL");
            mesh.reload("shop", "orders");

            assertThat(messages(mesh.get().problems()))
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("shop.colours");
        }
    }

    @Test
    void reload_seesOneTableCreatedChangedAndDropped() throws SQLException {
        createTables("CREATE TABLE %s.orders (id INT PRIMARY KEY)");
        first.execute("CREATE TABLE meta_shop.audit (id INT)");
        try (CurrentMesh mesh = CurrentMesh.start(config(first, second))) {
            Mesh before = mesh.get();

            first.execute("DROP TABLE meta_shop.audit", "CREATE TABLE meta_shop.log (id INT)");
            mesh.reload("shop", "audit");
            mesh.reload("shop", "log");
            for (String column : List.of("a", "b")) {
                first.execute("ALTER TABLE meta_shop_0.orders ADD " + column + " INT");
                second.execute("ALTER TABLE meta_shop_1.orders ADD " + column + " INT");
            }
            MeshSchema after = mesh.reload("shop", "orders");

            assertThat(after.tables().keySet()).containsExactlyInAnyOrder("orders", "log");
            assertThat(after.require("orders").metadata()).hasToString("orders[id, a, b]");
            assertThat(mesh.get().schema("shop")).isSameAs(after);
            assertThat(mesh.get().version()).isEqualTo(before.version() + 3);
            assertThat(before.requireSchema("shop").tables().keySet()).containsExactlyInAnyOrder("orders", "audit");
            assertThat(mesh.get().problems()).isEmpty();
            assertThatThrownBy(() -> mesh.reload("nowhere", "t")).hasMessage("Unknown database 'nowhere'");
        }
    }

    @Test
    void serverThatIsDown_leavesTheRestWorking_andIsAskedAgain() throws SQLException {
        try (DatabaseServer mortal = DatabaseServer.start(flavor)) {
            first.execute("CREATE DATABASE meta_shop_0", "CREATE TABLE meta_shop_0.orders (id INT PRIMARY KEY)");
            mortal.kill9();
            try (CurrentMesh mesh = CurrentMesh.start(config(first, mortal), Duration.ofMillis(100))) {
                assertThat(messages(mesh.get().problems()))
                        .containsExactly("Unable to connect to data source ds1 at 127.0.0.1:" + mortal.port()
                                + ": Connection refused");
                assertThat(mesh.get().requireSchema("shop").require("orders")).isInstanceOf(MeshTable.Sharded.class);

                mortal.restart();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> mesh.get().requireSchema("shop").isComplete());

                // Its database was created; the table was not there.
                assertThat(messages(mesh.get().problems()))
                        .containsExactly("shop.orders differs between ds0/meta_shop_0 and ds1/meta_shop_1: it does not"
                                + " exist on the second");
                mortal.kill9();
                long before = System.nanoTime();
                MeshSchema reloaded = mesh.reload("shop");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
                assertThat(reloaded.isComplete()).isFalse();
            }
        }
    }

    @Test
    void unknownTables_areRefusedWithTheReason_whenNoServerOfThemAnswers() throws Exception {
        int dead = freePort();
        Map<String, DataSource> dataSources = new LinkedHashMap<>();
        dataSources.put("ds0", dataSource("ds0", first.port()));
        dataSources.put("ds1", dataSource("ds1", dead));
        Schema shop = new Schema(
                "shop",
                new Location("ds0", "meta_shop"),
                List.of(new Location("ds1", "meta_shop_0"), new Location("ds1", "meta_shop_1")),
                SHOP.tables());
        try (MetadataLoader loader = new MetadataLoader(config(dataSources, shop))) {
            MeshSchema loaded = loader.load(Missing.CREATE).requireSchema("shop");

            assertThatThrownBy(() -> loaded.require("orders"))
                    .hasMessage("The tables of schema shop are not known yet: data source ds1 at 127.0.0.1:" + dead
                            + " did not answer: Connection refused");
            assertThatThrownBy(() -> loaded.require("other")).hasMessage("Table 'shop.other' doesn't exist");
            assertThat(loaded.problems()).hasSize(1);
        }
    }

    @Test
    void nothingThatAnswers_isRefused() throws Exception {
        int dead = freePort();
        Map<String, DataSource> dataSources = Map.of("ds0", dataSource("ds0", dead), "ds1", dataSource("ds1", dead));
        assertThatThrownBy(() -> CurrentMesh.start(config(dataSources, SHOP)))
                .isInstanceOfSatisfying(MeshException.class, refusal -> assertThat(refusal.error())
                        .isEqualTo(MeshError.NO_DATA_SOURCE_ANSWERS))
                .hasMessageContaining("Unable to connect to data source ds0 at 127.0.0.1:" + dead
                        + ": Connection refused; Unable to connect to data source ds1");
    }

    @Test
    void afterTheEnd_theSnapshotStaysAndLoadingIsRefused() {
        CurrentMesh mesh = CurrentMesh.start(config(first, second));
        mesh.close();

        assertThat(mesh.get().requireSchema("shop").isComplete()).isTrue();
        assertThatThrownBy(() -> mesh.reload("shop")).hasMessage("Server shutdown in progress");
    }

    @Test
    void wrongPassword_isTheReason() {
        DataSource wrong = new DataSource("ds0", new ListenAddress("127.0.0.1", first.port()), first.user(), "wrong");
        Schema plain = new Schema("plain", new Location("ds0", "meta_shop"));
        try (MetadataLoader loader = new MetadataLoader(config(Map.of("ds0", wrong), plain))) {
            assertThat(messages(loader.load(Missing.CREATE).problems()))
                    .singleElement()
                    .asString()
                    .contains("Access denied for user '" + first.user() + "'");
        }
    }

    /** A server that takes connections and says nothing, with more locations on it than there are connections. */
    @Test
    void silentServer_costsOneTimeout_howeverManyLocationsItHas() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            List<Location> shards = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                shards.add(new Location("ds1", "meta_" + i));
            }
            Map<String, DataSource> dataSources =
                    Map.of("ds0", dataSource("ds0", first.port()), "ds1", dataSource("ds1", silent.getLocalPort()));
            Schema shop = new Schema("shop", new Location("ds0", "meta_shop"), shards, SHOP.tables());
            try (MetadataLoader loader = new MetadataLoader(config(dataSources, shop))) {
                long before = System.nanoTime();
                Mesh mesh = loader.load(Missing.CREATE);

                assertThat(Duration.ofNanos(System.nanoTime() - before))
                        .isLessThan(Duration.ofMillis(4L * CONNECT_TIMEOUT_MILLIS));
                assertThat(messages(mesh.problems()))
                        .containsExactly("Unable to connect to data source ds1 at 127.0.0.1:" + silent.getLocalPort()
                                + ": Read timed out");
            }
        }
    }

    private enum Trait {
        NO_DEFAULT,
        GENERATED,
        INVISIBLE,
        UNSIGNED;

        boolean of(ColumnMetadata column) {
            return switch (this) {
                case NO_DEFAULT -> !column.hasDefault();
                case GENERATED -> column.generated();
                case INVISIBLE -> column.invisible();
                case UNSIGNED -> column.unsigned();
            };
        }
    }

    private static List<String> names(TableMetadata table, Trait trait) {
        return table.columns().stream()
                .filter(trait::of)
                .map(ColumnMetadata::name)
                .toList();
    }

    private static List<String> messages(List<MeshException> problems) {
        return problems.stream().map(MeshException::message).toList();
    }

    private void createDatabases() throws SQLException {
        first.execute("CREATE DATABASE IF NOT EXISTS meta_shop", "CREATE DATABASE IF NOT EXISTS meta_shop_0");
        second.execute("CREATE DATABASE IF NOT EXISTS meta_shop_1");
    }

    private void createTables(String sql) throws SQLException {
        createDatabases();
        first.execute(sql.formatted("meta_shop_0"));
        second.execute(sql.formatted("meta_shop_1"));
    }

    private MeshConfig config(DatabaseServer ds0, DatabaseServer ds1) {
        Map<String, DataSource> dataSources = new LinkedHashMap<>();
        dataSources.put("ds0", dataSource("ds0", ds0.port()));
        dataSources.put("ds1", dataSource("ds1", ds1.port()));
        return config(dataSources, SHOP);
    }

    private static MeshConfig config(Map<String, DataSource> dataSources, Schema schema) {
        return new MeshConfig(
                new ListenAddress("127.0.0.1", 0),
                Map.of(),
                dataSources,
                Map.of(schema.name(), schema),
                KeyGeneration.DEFAULT,
                new Limits.Builder()
                        .connectTimeoutMillis(CONNECT_TIMEOUT_MILLIS)
                        .build());
    }

    private DataSource dataSource(String name, int port) {
        return new DataSource(name, new ListenAddress("127.0.0.1", port), first.user(), first.password());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
