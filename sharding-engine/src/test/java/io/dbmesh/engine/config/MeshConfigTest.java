package io.dbmesh.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class MeshConfigTest {
    private static final Location DEFAULT = new Location("ds0", "shop");
    private static final List<Location> SHARDS = List.of(new Location("ds0", "shop_0"), new Location("ds1", "shop_1"));

    @Test
    void locations_areTheDefaultAndTheShards() {
        Schema schema = new Schema("shop", DEFAULT, SHARDS, Map.of());

        assertThat(schema.locations()).hasToString("[ds0/shop, ds0/shop_0, ds1/shop_1]");
    }

    @Test
    void default_mustNotBeAShard() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Schema("shop", SHARDS.getFirst(), SHARDS, Map.of()))
                .withMessageStartingWith("default ds0/shop_0 is a shard as well");
    }

    @Test
    void database_mustNotBeTheServersOwn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Location("ds0", "MySQL"))
                .withMessage("'MySQL' is the server's own database; allowed: any other");
    }

    @Test
    void twoSchemas_mustNotShareADatabase_evenByTwoDataSourcesOfOneServer() {
        ListenAddress address = new ListenAddress("127.0.0.1", 3306);
        List<DataSource> dataSources =
                List.of(new DataSource("a", address, "root", ""), new DataSource("b", address, "root", ""));
        List<Schema> schemas =
                List.of(new Schema("one", new Location("a", "db")), new Schema("two", new Location("b", "db")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MeshConfig.of(new ListenAddress("127.0.0.1", 0), List.of(), dataSources, schemas))
                .withMessage("schema two: b/db is the database of schema one, a/db; allowed: a database of its own");
    }

    @Test
    void with_needsAShardedTableWithTheSameBy() {
        assertThat(faultOf("other", new ShardedRule("id", new ShardBy.Hash(), "t")))
                .isEqualTo("with: table 't' has no rule in this schema; allowed: a sharded table of the same schema");
        assertThat(faultOf("t", new ShardedRule("id", new ShardBy.Hash(), "t")))
                .isEqualTo("with names the table itself; allowed: another sharded table");
        assertThat(faultOf("mod", new ShardedRule("id", new ShardBy.Hash(), "reference")))
                .isEqualTo("with: table 'reference' is a reference table; allowed: a sharded table of the same schema");
        assertThat(faultOf("late", new ShardedRule("id", new ShardBy.Hash(), "moduled")))
                .isEqualTo("with: equal keys of 'late' (by hash) and 'moduled' (by mod) can be on different shards;"
                        + " allowed: the same `by` for both");
    }

    @Test
    void by_mustFitTheNumberOfShards() {
        assertThat(faultOf("t", new ShardedRule("id", new ShardBy.Range(List.of("1", "2")))))
                .isEqualTo("2 bounds make 3 ranges for 2 shards; allowed: 1 bounds");
        assertThat(faultOf("t", new ShardedRule("id", new ShardBy.Values(Map.of(2, List.of("a")), null))))
                .isEqualTo("there is no shard 2; allowed: 0 to 1, places in `shards`");
        assertThat(faultOf("t", new ShardedRule("id", new ShardBy.Values(Map.of(1, List.of("a")), -1))))
                .isEqualTo("there is no shard -1; allowed: 0 to 1, places in `shards`");
    }

    private static String faultOf(String table, ShardedRule rule) {
        Map<String, TableRule> tables = new LinkedHashMap<>();
        tables.put("reference", new ReferenceRule());
        tables.put("moduled", new ShardedRule("id", new ShardBy.Mod()));
        tables.put(table, rule);
        try {
            new Schema("shop", DEFAULT, SHARDS, tables);
        } catch (IllegalArgumentException fault) {
            return String.valueOf(fault.getMessage());
        }
        return "";
    }
}
