package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.engine.metadata.ColumnMetadata;
import io.dbmesh.engine.metadata.ColumnType;
import io.dbmesh.engine.metadata.KeyMetadata;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.metadata.TableMetadata;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.parse.SqlParser;
import io.dbmesh.sql.parse.SqlSyntaxException;
import io.dbmesh.sql.tree.Statement;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mesh that the plans' tests are about. */
final class TestMesh {
    static final Mesh MESH = build();

    private TestMesh() {}

    private static Mesh build() {
        List<MeshSchema> schemas = List.of(
                shop(),
                sbtest(),
                ranged(),
                unsharded("plain", "ds0/plain"),
                unsharded("renamed", "ds0/physical"),
                unsharded("elsewhere", "ds1/elsewhere"));
        Map<String, MeshSchema> byName = new LinkedHashMap<>();
        schemas.forEach(schema -> byName.put(schema.name(), schema));
        MeshConfig config = MeshConfig.of(
                new ListenAddress("127.0.0.1", 0),
                List.of(),
                List.of(source("ds0", 3307), source("ds1", 3308)),
                schemas.stream().map(MeshSchema::config).toList());
        return new Mesh(1, config, byName);
    }

    private static DataSource source(String name, int port) {
        return new DataSource(name, new ListenAddress("127.0.0.1", port), "root", "");
    }

    private static MeshSchema unsharded(String name, String location) {
        return MeshSchema.of(new Schema(name, Location.parse(location)), List.of(), List.of());
    }

    private static List<Location> shards(String database) {
        return List.of(
                new Location("ds0", database + "_0"),
                new Location("ds0", database + "_1"),
                new Location("ds1", database + "_2"),
                new Location("ds1", database + "_3"));
    }

    private static ColumnMetadata number(String name) {
        return ColumnMetadata.integer(name, ColumnType.BIGINT, false);
    }

    private static ColumnMetadata text(String name) {
        return ColumnMetadata.varchar(name, 64, "utf8mb4_0900_ai_ci");
    }

    private static ColumnMetadata other(String name, ColumnType type, String definition) {
        return new ColumnMetadata(name, type, definition, false, true, null, null, 0, 0, 0, true, false, false, false);
    }

    private static TableMetadata table(String name, List<String> primary, ColumnMetadata... columns) {
        return new TableMetadata(name, List.of(columns), List.of(new KeyMetadata(KeyMetadata.PRIMARY, primary)));
    }

    private static MeshSchema shop() {
        Map<String, TableRule> rules = new LinkedHashMap<>();
        rules.put("customers", new ShardedRule("id", new ShardBy.Hash()));
        rules.put("orders", new ShardedRule("customer_id", new ShardBy.Hash(), "customers"));
        rules.put("order_items", new ShardedRule("customer_id", new ShardBy.Hash(), "customers"));
        rules.put("visits", new ShardedRule("page", new ShardBy.Mod()));
        rules.put("products", new ReferenceRule());
        rules.put("countries", new ReferenceRule());
        rules.put("future", new ShardedRule("id", new ShardBy.Hash()));
        Schema config = new Schema("shop", new Location("ds0", "shop"), shards("shop"), rules);
        List<TableMetadata> onShards = List.of(
                table(
                        "customers",
                        List.of("id"),
                        number("id"),
                        text("name"),
                        text("email"),
                        number("country_id"),
                        other("kind", ColumnType.ENUM, "enum('a','b')"),
                        other("extra", ColumnType.JSON, "json")),
                table(
                        "orders",
                        List.of("id", "customer_id"),
                        number("id").withAutoIncrement(),
                        number("customer_id"),
                        other("total", ColumnType.DECIMAL, "decimal(10,2)"),
                        text("status"),
                        other("created", ColumnType.DATETIME, "datetime")),
                table(
                        "order_items",
                        List.of("customer_id", "order_id", "line"),
                        number("customer_id"),
                        number("order_id"),
                        number("line"),
                        number("product_id"),
                        number("quantity")),
                table("visits", List.of("page"), number("page"), number("count"), other("speed", ColumnType.FLOAT, "float")),
                table("products", List.of("id"), number("id").withAutoIncrement(), text("name")),
                table("countries", List.of("id"), number("id"), text("name")));
        return MeshSchema.of(
                config,
                onShards,
                List.of(table("audit", List.of("id"), number("id").withAutoIncrement(), text("note"))));
    }

    private static MeshSchema sbtest() {
        Map<String, TableRule> rules = new LinkedHashMap<>();
        rules.put("sbtest1", new ShardedRule("id", new ShardBy.Hash()));
        rules.put("sbtest2", new ShardedRule("id", new ShardBy.Hash()));
        Location first = new Location("ds0", "sbtest");
        Location single = new Location("ds0", "sbtest_single");
        Schema config = new Schema("sbtest", single, List.of(first, new Location("ds1", "sbtest")), rules);
        return MeshSchema.of(config, List.of(sbtest("sbtest1"), sbtest("sbtest2")), List.of());
    }

    private static TableMetadata sbtest(String name) {
        return table(
                name,
                List.of("id"),
                ColumnMetadata.integer("id", ColumnType.INT, false).withAutoIncrement(),
                ColumnMetadata.integer("k", ColumnType.INT, false),
                text("c"),
                text("pad"));
    }

    private static MeshSchema ranged() {
        Map<String, TableRule> rules = new LinkedHashMap<>();
        rules.put("by_range", new ShardedRule("id", new ShardBy.Range(List.of("100", "200", "300"))));
        rules.put("by_mod", new ShardedRule("id", new ShardBy.Mod()));
        ShardBy list = new ShardBy.Values(Map.of(0, List.of("de", "at"), 1, List.of("us")), null);
        rules.put("by_list", new ShardedRule("region", list));
        rules.put("by_name", new ShardedRule("name", new ShardBy.Hash()));
        Schema config = new Schema("ranged", new Location("ds1", "ranged"), shards("ranged"), rules);
        ColumnMetadata exact = ColumnMetadata.varchar("name", 20, "utf8mb4_bin");
        List<TableMetadata> onShards = List.of(
                table("by_range", List.of("id"), number("id"), text("name")),
                table("by_mod", List.of("id"), number("id"), text("name")),
                table("by_list", List.of("region"), text("region"), number("n")),
                table("by_name", List.of("name"), exact, number("n")));
        return MeshSchema.of(config, onShards, List.of());
    }

    static Digest digest(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        Digest digest = new Digest();
        digest.read(bytes, 0, bytes.length, Dialect.DEFAULT);
        return digest;
    }

    static Statement parse(String sql) {
        return new SqlParser().parse(digest(sql));
    }

    /** @param schema the current one, {@code none} for none */
    static PlannedStatement plan(String schema, String sql) {
        Digest digest = digest(sql);
        String current = schema.equals("none") ? null : schema;
        try {
            return Planner.plan(new PlanRequest(MESH, current, Dialect.DEFAULT, digest, new SqlParser().parse(digest)));
        } catch (SqlSyntaxException error) {
            return Planner.onSyntaxError(MESH, current, digest, error);
        }
    }
}
