package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.Read;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements that are long or deep on purpose. */
class BombTest {
    private static final int MANY = 100_000;

    private static Statement parse(String sql) {
        return Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> new SqlParser().parse(Read.digest(sql)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "SELECT #( # 1 #) # ",
                "SELECT #( # # # ",
                "SELECT #(SELECT # 1 #) # ",
                "SELECT #f( # 1 #) # ",
                "SELECT #CASE WHEN 1 THEN # 1 # END # ",
                "SELECT #NOT # 1 # # ",
                "SELECT #! # a # # ",
                "SELECT #- # a # # ",
                "SELECT #@a := # 1 # # ",
                "SELECT 1 # + 1 # # # ",
                "SELECT a # = 1 # # # ",
                "SELECT a # COLLATE x # # # ",
                "SELECT a # BETWEEN 1 AND b # # # ",
                "SELECT #INTERVAL 1 DAY + # a # # ",
                "SELECT 1 FROM #( # t #) # ",
                "SELECT 1 FROM t # JOIN t # # # ",
                "SELECT 1 # UNION ALL SELECT 1 # # # ",
                "SELECT 1 FROM #(SELECT 1 FROM # t #) x # ",
                "#WITH a AS ( # SELECT 1 #) SELECT 1 # ",
                "#MESH EXPLAIN # SELECT 1 # # ",
                "CREATE TABLE t (a INT DEFAULT #( # 1 #) #)"
            })
    void depth_isRefused(String before, String opening, String middle, String closing, String after) {
        String sql = text(before)
                + text(opening).repeat(MANY)
                + text(middle)
                + text(closing).repeat(MANY)
                + text(after);
        assertThatExceptionOfType(TooComplexException.class).isThrownBy(() -> parse(sql));
    }

    private static String text(String value) {
        return value == null ? "" : value + " ";
    }

    private static int height(Expression expression) {
        return expression instanceof Expression.Binary binary
                ? 1 + Math.max(height(binary.left()), height(binary.right()))
                : 1;
    }

    private static Expression where(String condition) {
        Query query = (Query) parse("SELECT 1 FROM t WHERE " + condition);
        Expression where = ((Query.Block) query.body()).where();
        assertThat(where).isNotNull();
        return where;
    }

    @Test
    void chains_ofLogicAreBalanced() {
        assertThat(height(where("a = 1" + " AND a = 1".repeat(MANY)))).isLessThan(20);
        assertThat(height(where("a = 1" + " OR a = 1".repeat(MANY)))).isLessThan(20);
        assertThat(height(where("a" + " OR a AND b XOR c".repeat(MANY / 3)))).isLessThan(40);
    }

    @Test
    void lists_mayBeLong() {
        assertThat(((Expression.InList) where("a IN (1" + ", 1".repeat(MANY - 1) + ")")).items())
                .hasSize(MANY);
        parse("SELECT 1" + ", a".repeat(MANY));
        parse("SELECT 1 FROM t" + ", t".repeat(MANY));
        parse("SELECT 1 FROM t GROUP BY a" + ", a".repeat(MANY));
    }

    @Test
    void bulkInsert_isParsedByItsFirstRow() {
        Digest digest = Read.digest("INSERT INTO t VALUES (1, 'a')" + ", (2, 'b')".repeat(MANY));
        Statement.Insert insert = (Statement.Insert) new SqlParser().parse(digest);
        assertThat(((Statement.Insert.Rows) insert.source()).rows()).hasSize(1);
        assertThat(digest.rowCount()).isEqualTo(MANY + 1);
        assertThat(digest.tokenCount()).isEqualTo(9);
    }

    @Test
    void allowedDepth_fitsASmallStack() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable deepest = () -> {
            for (int depth = 100; depth < 500; depth += 10) {
                try {
                    new SqlParser().parse(Read.digest("SELECT " + "(".repeat(depth) + "a" + ")".repeat(depth)));
                    new SqlParser().parse(Read.digest("SELECT " + "f(".repeat(depth) + "a" + ")".repeat(depth)));
                    new SqlParser().parse(Read.digest("SELECT " + "(SELECT ".repeat(depth) + "a" + ")".repeat(depth)));
                } catch (TooComplexException e) {
                    failure.compareAndSet(null, depth < 150 ? e : null);
                }
            }
        };
        Thread thread = new Thread(null, deepest, "small-stack", 512 * 1024);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
    }

    @Test
    void nestedParentheses_takeNoExponentialTime() {
        parse("SELECT " + "(".repeat(200) + "SELECT 1)" + " + 1)".repeat(199));
        parse("SELECT 1 FROM " + "(".repeat(150) + "SELECT 1) t" + " JOIN u)".repeat(149));
        parse("SELECT " + "INTERVAL(".repeat(150) + "1" + ", 2)".repeat(150));
        parse("SELECT " + "DATE_ADD(".repeat(150) + "a" + ", INTERVAL 1 DAY)".repeat(150));
        parse("SELECT " + "a + INTERVAL (".repeat(100) + "a" + ") DAY".repeat(100));
        parse("SELECT SUM(a) OVER (ORDER BY a ROWS " + "(".repeat(200) + "1" + ")".repeat(200) + " PRECEDING)");
    }
}
