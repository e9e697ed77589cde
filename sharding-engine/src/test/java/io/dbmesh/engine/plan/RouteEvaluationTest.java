package io.dbmesh.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.route.RouteEvaluator;
import io.dbmesh.engine.route.TextBindings;
import io.dbmesh.engine.sharding.ShardSet;
import io.dbmesh.engine.sharding.TextEncoding;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** From a statement to its shards, by the plan's route and the statement's own literals. */
class RouteEvaluationTest {
    private final RouteEvaluator evaluator = new RouteEvaluator();
    private final TextBindings bindings = new TextBindings();

    private ShardSet shards(String schema, String sql) {
        Digest digest = TestMesh.digest(sql);
        Plan plan = TestMesh.plan(schema, sql).plan();
        Route route = plan instanceof Plan.Read read ? read.route() : ((Plan.Write) plan).route();
        return evaluator.shards((Route.ByKey) route, bindings.reset(digest, TextEncoding.UTF8));
    }

    @Test
    void shards_ofEqualityAreThatOfTheFunction() {
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id = 6")).isEqualTo(ShardSet.single(2));
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id = '7'")).isEqualTo(ShardSet.single(3));
        assertThat(shards("ranged", "SELECT 1 FROM by_range WHERE id = -1")).isEqualTo(ShardSet.single(0));
        assertThat(shards("ranged", "SELECT 1 FROM by_list WHERE region = 'US'"))
                .isEqualTo(ShardSet.single(1));
    }

    @Test
    void shards_ofRangesAndLists() {
        assertThat(shards("ranged", "SELECT 1 FROM by_range WHERE id BETWEEN 150 AND 250"))
                .isEqualTo(ShardSet.of(1, 2));
        assertThat(shards("ranged", "SELECT 1 FROM by_range WHERE id >= 100 AND id < 200"))
                .isEqualTo(ShardSet.single(1));
        assertThat(shards("ranged", "SELECT 1 FROM by_range WHERE id > 250 OR id = 5"))
                .isEqualTo(ShardSet.of(0, 2, 3));
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id IN (1, 5, 3)"))
                .isEqualTo(ShardSet.of(1, 3));
        assertThat(shards("ranged", "UPDATE by_mod SET name = 'x' WHERE (id, name) IN ((1, 'a'), (2, 'b'))"))
                .isEqualTo(ShardSet.of(1, 2));
    }

    @Test
    void shards_ofWhatMatchesNothingIsTheFirst() {
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id = NULL")).isEqualTo(ShardSet.single(0));
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id = 1 AND id = 2"))
                .isEqualTo(ShardSet.single(0));
        assertThat(shards("ranged", "SELECT 1 FROM by_list WHERE region = 'fr'"))
                .isEqualTo(ShardSet.single(0));
    }

    @Test
    void shards_areAllWhenTheValueCannotBeTold() {
        ShardSet all = ShardSet.all(4);
        assertThat(shards("ranged", "SELECT 1 FROM by_name WHERE name = 1")).isEqualTo(all);
        assertThat(shards("ranged", "SELECT 1 FROM by_list WHERE region = 'é'")).isEqualTo(all);
        assertThat(shards("ranged", "SELECT 1 FROM by_name WHERE name = _latin1'x'"))
                .isEqualTo(all);
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id = 1e0")).isEqualTo(all);
        assertThat(shards("ranged", "SELECT 1 FROM by_mod WHERE id = ?")).isEqualTo(all);
        assertThat(shards("ranged", "SELECT 1 FROM by_name WHERE name > 'a'")).isEqualTo(all);
    }

    @Test
    void shards_ofStringsAreThoseOfTheirValue() {
        ShardSet plain = shards("ranged", "SELECT 1 FROM by_name WHERE name = 'it''s'");
        assertThat(plain.size()).isEqualTo(1);
        assertThat(shards("ranged", "SELECT 1 FROM by_name WHERE name = \"it\\'s\""))
                .isEqualTo(plain);
        assertThat(shards("ranged", "SELECT 1 FROM by_name WHERE name = 'it' '\\'s'"))
                .isEqualTo(plain);
    }

    @Test
    void shards_ofIndependentTablesAreTheUnion() {
        assertThat(shards("shop", "SELECT 1 FROM visits a, visits b WHERE a.page = 1 AND b.page = 5"))
                .isEqualTo(ShardSet.single(1));
        assertThat(shards("shop", "SELECT 1 FROM visits a, visits b WHERE a.page = 1 AND b.page = 2"))
                .isEqualTo(ShardSet.of(1, 2));
        assertThat(shards("shop", "SELECT 1 FROM visits a JOIN visits b USING (page) WHERE page = 2"))
                .isEqualTo(ShardSet.single(2));
    }

    private int row(String sql, int row) {
        Digest digest = TestMesh.digest(sql);
        Plan.InsertRows plan = (Plan.InsertRows) TestMesh.plan("ranged", sql).plan();
        var key = StatementRewriter.templateOf(plan, row).shardKey();
        int literal = StatementRewriter.literalOf(digest, plan, row, key.ordinal());
        return evaluator.shardOfRow(
                (MeshTable.Sharded) plan.table(), literal, key.negated(), bindings.reset(digest, TextEncoding.UTF8));
    }

    @Test
    void rows_haveTheirOwnShards() {
        String sql = "INSERT INTO by_range (name, id) VALUES ('a', -5), ('b', + 150), ('c', 250)";
        assertThat(row(sql, 0)).isZero();
        assertThat(row(sql, 1)).isEqualTo(1);
        assertThat(row(sql, 2)).isEqualTo(2);
    }

    @Test
    void rows_thatBelongNowhereAreRefused() {
        assertThatThrownBy(() -> row("INSERT INTO by_range (id) VALUES (1), (NULL)", 1))
                .isInstanceOfSatisfying(
                        MeshException.class, e -> assertThat(e.error()).isEqualTo(MeshError.KEY_NULL));
        assertThatThrownBy(() -> row("INSERT INTO by_list (region) VALUES ('fr')", 0))
                .isInstanceOfSatisfying(
                        MeshException.class, e -> assertThat(e.error()).isEqualTo(MeshError.KEY_WITHOUT_SHARD));
        assertThatThrownBy(() -> row("INSERT INTO by_mod (id) VALUES (99999999999999999999)", 0))
                .isInstanceOfSatisfying(
                        MeshException.class, e -> assertThat(e.error()).isEqualTo(MeshError.KEY_OUT_OF_RANGE));
        assertThatThrownBy(() -> row("INSERT INTO by_name (name) VALUES (1.5)", 0))
                .isInstanceOfSatisfying(
                        MeshException.class, e -> assertThat(e.error()).isEqualTo(MeshError.KEY_NOT_ROUTABLE));
    }

    @Test
    void zeros_areWhatAnIntegerColumnStoresAsZero() {
        Digest digest = TestMesh.digest("SELECT 0, 00, '0', '', 'abc', '1', 0.4, 0.5, 10, x'00', '-0', NULL, 'x1'");
        bindings.reset(digest, TextEncoding.UTF8);
        StringBuilder zeros = new StringBuilder();
        for (int i = 0; i < digest.literalCount(); i++) {
            zeros.append(bindings.isZero(i) ? '0' : '1');
        }
        assertThat(zeros).hasToString("000001011000");
    }

    @Test
    void wholeNumber_isUnsigned64Bits() {
        bindings.reset(TestMesh.digest("SELECT 18446744073709551615, 18446744073709551616, '1'"), TextEncoding.UTF8);
        assertThat(bindings.wholeNumber(0)).isEqualTo(-1L);
        assertThatThrownBy(() -> bindings.wholeNumber(1)).isInstanceOf(MeshException.class);
        assertThatThrownBy(() -> bindings.wholeNumber(2)).isInstanceOf(MeshException.class);
    }

    /** Digest, look-up, values, route: the way of a point select whose plan is cached. */
    @Test
    void cachedPointSelect_allocatesNothing() {
        PlanCache cache = new PlanCache(100);
        String sql = "SELECT c FROM sbtest1 WHERE id = 4711";
        cache.put(TestMesh.digest(sql), "sbtest", Dialect.DEFAULT, 1, TestMesh.plan("sbtest", sql));
        byte[] bytes = "SELECT c FROM sbtest1 WHERE id = 5".getBytes(StandardCharsets.UTF_8);
        Digest digest = new Digest();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            found += pointSelect(cache, digest, bytes);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            found += pointSelect(cache, digest, bytes);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(found).isEqualTo(40_000);
        assertThat(allocated).as("bytes for 20,000 statements").isLessThan(20_000);
    }

    private int pointSelect(PlanCache cache, Digest digest, byte[] bytes) {
        digest.read(bytes, 0, bytes.length, Dialect.DEFAULT);
        PlannedStatement planned = cache.find(digest, "sbtest", Dialect.DEFAULT, 1);
        if (planned == null
                || !(planned.plan() instanceof Plan.Read read)
                || !(read.route() instanceof Route.ByKey byKey)
                || !read.whenOne().isEmpty()) {
            return 0;
        }
        int shard = evaluator
                .shards(byKey, bindings.reset(digest, TextEncoding.UTF8))
                .only();
        return byKey.shards().get(shard).dataSource().isEmpty() ? 0 : 1;
    }
}
