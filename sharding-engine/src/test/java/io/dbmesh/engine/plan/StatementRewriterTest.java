package io.dbmesh.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Plan.Many;
import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.engine.plan.StatementRewriter.Markers;
import io.dbmesh.engine.plan.StatementRewriter.RowChoice;
import io.dbmesh.engine.route.TextBindings;
import io.dbmesh.engine.sharding.TextEncoding;
import io.dbmesh.sql.digest.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatementRewriterTest {
    private static final Location SHARD = new Location("ds1", "shop_2");

    private final StatementRewriter rewriter = new StatementRewriter();
    private final TextBindings bindings = new TextBindings();

    /** Writes down what each marker means. */
    private static final class Meanings implements Markers {
        final List<String> list = new ArrayList<>();

        @Override
        public void parameter(int parameter) {
            list.add("parameter " + parameter);
        }

        @Override
        public void limitSum(int countOrdinal, @Nullable Integer offsetOrdinal) {
            list.add("sum " + countOrdinal + " " + offsetOrdinal);
        }

        @Override
        public void key(int row) {
            list.add("key " + row);
        }
    }

    private static String sessionLiteral(SessionFunction function) {
        return "'" + function.name().toLowerCase(Locale.ROOT) + "'";
    }

    private String one(String schema, String sql) {
        Plan.Read read = (Plan.Read) TestMesh.plan(schema, sql).plan();
        return text(sql, read.whenOne());
    }

    private String many(String schema, String sql) {
        Plan.Read read = (Plan.Read) TestMesh.plan(schema, sql).plan();
        return text(sql, ((Many.Merged) read.whenMany()).rewrite());
    }

    private String text(String sql, Rewrite rewrite) {
        Digest digest = TestMesh.digest(sql);
        bindings.reset(digest, TextEncoding.UTF8);
        rewriter.text(digest, rewrite, SHARD, bindings, StatementRewriterTest::sessionLiteral);
        return rewriter.toString();
    }

    private String insert(String schema, String sql, long @Nullable [] keys, int... rows) {
        Digest digest = TestMesh.digest(sql);
        Plan.InsertRows plan = (Plan.InsertRows) TestMesh.plan(schema, sql).plan();
        rewriter.insertText(
                digest, plan, SHARD, new RowChoice(rows, rows.length, keys), StatementRewriterTest::sessionLiteral);
        return rewriter.toString();
    }

    @Test
    void text_keepsTheClientsBytesAroundSplices() {
        assertThat(one("shop", "select  /* x */ * from shop . customers where shop.customers.id=1 -- end"))
                .isEqualTo("select  /* x */ * from `shop_2` . customers where `shop_2`.customers.id=1 -- end");
    }

    @Test
    void text_namesChangedColumnsAsTheyWouldBeNamed() {
        assertThat(one("shop", "SELECT concat( database(), `id`)FROM audit"))
                .isEqualTo("SELECT concat( 'current_schema', `id`) AS `concat( database(), ``id``)`FROM audit");
    }

    @Test
    void text_addsDerivedColumnsAndOrder() {
        assertThat(many("sbtest", "SELECT id FROM sbtest1 ORDER BY c LIMIT 10,5"))
                .isEqualTo(
                        "SELECT id , (c) AS _dbmesh_0, WEIGHT_STRING(c) AS _dbmesh_1 FROM sbtest1 ORDER BY c LIMIT 15");
    }

    @Test
    void text_putsOrderBeforeATrailingComment() {
        assertThat(many("sbtest", "SELECT k, COUNT(*) FROM sbtest1 GROUP BY k -- done"))
                .isEqualTo("SELECT k, COUNT(*) FROM sbtest1 GROUP BY k ORDER BY 1  -- done");
    }

    @Test
    void text_dropsLimitWhenTheWholeIsSorted() {
        assertThat(many("sbtest", "SELECT k, COUNT(*) n FROM sbtest1 GROUP BY k ORDER BY n LIMIT 5"))
                .isEqualTo("SELECT k, COUNT(*) n FROM sbtest1 GROUP BY k ORDER BY 1 ");
    }

    @Test
    void limitSum_isUnsignedAndDoesNotOverflow() {
        assertThat(many("sbtest", "SELECT id FROM sbtest1 LIMIT 18446744073709551615 OFFSET 10"))
                .isEqualTo("SELECT id FROM sbtest1 LIMIT 18446744073709551615");
    }

    @Test
    void insert_writesChosenRowsOfManyWithKeys() {
        String sql = "INSERT INTO orders (customer_id, total) VALUES (1, 1.5) , ( -2 ,'b'), (3,NULL)"
                + " ON DUPLICATE KEY UPDATE total = 7";
        assertThat(insert("shop", sql, new long[] {11, 12, 13}, 0, 2))
                .isEqualTo("INSERT INTO orders (customer_id, total, `id`) VALUES (1, 1.5, 11),(3,NULL, 13)"
                        + " ON DUPLICATE KEY UPDATE total = 7");
    }

    @Test
    void insert_replacesTheCellOfTheKey() {
        String sql = "INSERT INTO orders (total, id, customer_id) VALUES (1, NULL, 5), (2, 0, 6), (3, 77, 7)";
        assertThat(insert("shop", sql, new long[] {11, 12, 0}, 0, 1, 2))
                .isEqualTo("INSERT INTO orders (total, id, customer_id) VALUES (1, 11, 5),(2, 12, 6),(3, 77, 7)");
    }

    @Test
    void insert_replacesDefaultInLaterRows() {
        String sql =
                "INSERT INTO orders (total, id, customer_id) VALUES (f(1, 2), DEFAULT, 5),(f((-3), 4), DEFAULT ,6)";
        assertThat(insert("shop", sql, new long[] {11, 12}, 1))
                .isEqualTo("INSERT INTO orders (total, id, customer_id) VALUES (f((-3), 4), 12 ,6)");
    }

    @Test
    void insert_ofRowsOfSeveralShapes_knowsEachRow() {
        String sql = "INSERT INTO orders (total, id, customer_id) VALUES (1, DEFAULT, 5), (NOW(), 3, 6)";
        assertThat(insert("shop", sql, new long[] {11, 0}, 0, 1))
                .isEqualTo("INSERT INTO orders (total, id, customer_id) VALUES (1, 11, 5),(NOW(), 3, 6)");
    }

    @Test
    void insert_ofAssignments_appendsTheKey() {
        assertThat(insert("shop", "INSERT INTO shop.orders SET customer_id = 5, total = 3", new long[] {11}, 0))
                .isEqualTo("INSERT INTO `shop_2`.orders SET customer_id = 5, total = 3, `id` = 11");
    }

    @Test
    void insert_refusesSessionFunctionsInSeveralRows() {
        assertThat(insert("shop", "INSERT INTO customers (id, name) VALUES (1, USER())", null, 0))
                .isEqualTo("INSERT INTO customers (id, name) VALUES (1, 'user')");
        assertThatThrownBy(() ->
                        insert("shop", "INSERT INTO customers (id, name) VALUES (1, USER()), (2, USER())", null, 0))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("functions of the session");
    }

    @Test
    void template_tellsWhatEachMarkerMeans() {
        String sql = "SELECT id, DATABASE() FROM sbtest1 WHERE k > ? ORDER BY c + ? LIMIT ? OFFSET ?";
        Digest digest = TestMesh.digest(sql);
        Plan.Read read = (Plan.Read) TestMesh.plan("sbtest", sql).plan();
        Meanings meanings = new Meanings();
        rewriter.template(
                digest,
                ((Many.Merged) read.whenMany()).rewrite(),
                SHARD,
                StatementRewriterTest::sessionLiteral,
                meanings);
        assertThat(rewriter.toString())
                .isEqualTo(
                        "SELECT id, 'current_schema'  AS `DATABASE()`, (c + ?) AS _dbmesh_0 FROM sbtest1 WHERE k > ? ORDER BY c + ?"
                                + " LIMIT ?");
        assertThat(meanings.list).containsExactly("parameter 1", "parameter 0", "parameter 1", "sum 2 3");
    }

    @Test
    void insertTemplate_tellsParametersAndKeys() {
        String sql = "INSERT INTO orders (customer_id, total) VALUES (?, ?), (?, ?)";
        Digest digest = TestMesh.digest(sql);
        Plan.InsertRows plan = (Plan.InsertRows) TestMesh.plan("shop", sql).plan();
        Meanings meanings = new Meanings();
        RowChoice second = new RowChoice(new int[] {1}, 1, new long[] {11, 12});
        rewriter.insertTemplate(digest, plan, SHARD, second, StatementRewriterTest::sessionLiteral, meanings);
        assertThat(rewriter.toString()).isEqualTo("INSERT INTO orders (customer_id, total, `id`) VALUES (?, ?, ?)");
        assertThat(meanings.list).containsExactly("parameter 2", "parameter 3", "key 1");
    }
}
