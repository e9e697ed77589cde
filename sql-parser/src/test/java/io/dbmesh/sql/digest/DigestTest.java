package io.dbmesh.sql.digest;

import static io.dbmesh.sql.digest.Read.digest;
import static io.dbmesh.sql.digest.Read.literal;
import static io.dbmesh.sql.digest.Read.shape;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.LiteralKind;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "SELECT a FROM t WHERE b = 1 # select  a\tfrom t where b=22",
                "SELECT 'a' # SELECT 'it''s' \"longer\"",
                "SELECT 1 # /* x */ SELECT 1;",
                "SELECT a FROM t # SELECT a/**/FROM t -- x",
                "SELECT a FROM t WHERE b IS NULL # SELECT a FROM t WHERE b is null",
                "INSERT INTO t VALUES (1) # INSERT INTO t VALUES (1), (2), (3)",
                "INSERT INTO t VALUES (1, 'a', NULL) # INSERT INTO t VALUES (-2, 'b', 'c')",
                "INSERT INTO t VALUES (1, NOW()) # INSERT INTO t VALUES ('a', NOW()), (?, NOW())",
                "SELECT DATE '2020-01-01' # SELECT date  '2021-02-03'",
                "SELECT _latin1'a' # SELECT _utf8mb4 'b'",
                "SELECT a /*!80000 + 1 */ # SELECT a + 1"
            })
    void shapes_areEqual(String first, String second) {
        Digest one = digest(first);
        Digest other = digest(second);
        assertThat(shape(one)).isEqualTo(shape(other));
        assertThat(one.hash()).isEqualTo(other.hash());
        assertThat(one.hash2()).isEqualTo(other.hash2());
        assertThat(one.tokenCount()).isEqualTo(other.tokenCount());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "SELECT a # SELECT A",
                "SELECT status # SELECT STATUS",
                "SELECT 1 # SELECT '1'",
                "SELECT 1 # SELECT 1.0",
                "SELECT 1 # SELECT ?",
                "SELECT 1 # SELECT -1",
                "SELECT 1 # SELECT NULL",
                "SELECT a < 1 # SELECT a <= 1",
                "SELECT a AND b # SELECT a && b",
                "SELECT a b # SELECT `a` b",
                "SELECT a b # SELECT ab",
                "SELECT a AS 'x' # SELECT a AS 'y'",
                "SELECT a 'x' # SELECT a 'y'",
                "SELECT COUNT(a) # SELECT COUNT (a)",
                "SELECT t.select # SELECT t.SELECT",
                "SELECT @a # SELECT @b",
                "SET NAMES 'utf8' # SET NAMES 'latin1'",
                "SELECT /*+ x */ 1 # SELECT /*+ y */ 1",
                "SELECT a /*!99999 + 1 */ # SELECT a + 1",
                "INSERT INTO t VALUES (1, 2) # INSERT INTO t VALUES (1)",
                "INSERT INTO t VALUES (1), (NOW()) # INSERT INTO t VALUES (1), (2)",
                "INSERT INTO t VALUES (1), (2), (NOW()) # INSERT INTO t VALUES (1), (NOW())"
            })
    void shapes_differ(String first, String second) {
        assertThat(shape(digest(first))).isNotEqualTo(shape(digest(second)));
        assertThat(digest(first).hash()).isNotEqualTo(digest(second).hash());
    }

    @Test
    void dialects_haveShapesOfTheirOwn() {
        Dialect concat = new Dialect(false, true, false, false, false, false, 80_033);
        Digest one = digest("SELECT a || b");
        Digest other = digest("SELECT a || b", concat);
        assertThat(Arrays.copyOf(one.normalised(), one.normalisedLength()))
                .isNotEqualTo(Arrays.copyOf(other.normalised(), other.normalisedLength()));
    }

    @Test
    void shape_isReadable() {
        assertThat(shape(digest("select a.b, count(*) from `t u` where c='x' and d in (1,2.0)")))
                .isEqualTo("SELECT a .b , COUNT( * ) FROM `t u` WHERE c = <4> AND d IN ( <1> , <2> ) ");
    }

    @Test
    void rows_collapseToTheFirst() {
        Digest digest =
                digest("INSERT INTO t (a, b) VALUES (1, 'x'), (-2, NULL) , (?, + 3) ON DUPLICATE KEY UPDATE a = 9");
        assertThat(digest.rowCount()).isEqualTo(3);
        assertThat(digest.literalsBeforeRows()).isZero();
        assertThat(digest.literalsPerRow()).isEqualTo(2);
        assertThat(digest.literalCount()).isEqualTo(7);
        assertThat(Read.text(digest, digest.rowStart(1), digest.rowEnd(1))).isEqualTo("(-2, NULL)");
        assertThat(literal(digest, digest.literalIndex(1, 0))).isEqualTo("-2");
        assertThat(digest.literalNegated(digest.literalIndex(1, 0))).isTrue();
        assertThat(digest.literalKind(digest.literalIndex(1, 1))).isEqualTo(LiteralKind.NULL);
        assertThat(literal(digest, digest.literalIndex(2, 1))).isEqualTo("+ 3");
        assertThat(digest.literalNegated(digest.literalIndex(2, 1))).isFalse();
        assertThat(literal(digest, digest.literalIndex(0, 2))).isEqualTo("9");
        assertThat(digest.tokenOfLiteral(digest.literalIndex(2, 0))).isEqualTo(digest.tokenOfLiteral(0));
        assertThat(digest.tokenKind(digest.tokenOfLiteral(1))).isEqualTo(TokenKind.CELL);
        assertThat(Read.token(digest, digest.tokenOfLiteral(6))).isEqualTo("9");
    }

    @Test
    void rowsOfSeveralShapes_areNotCollapsed() {
        Digest digest = digest("INSERT INTO t VALUES (1), (NOW()), (-3)");
        assertThat(digest.rowCount()).isEqualTo(1);
        assertThat(digest.literalsPerRow()).isZero();
        assertThat(digest.literalIndex(0, 1)).isEqualTo(1);
        assertThat(shape(digest)).isEqualTo("INSERT INTO t VALUES ( <1> ) , ( NOW ( ) ) , ( - <1> ) ");
        assertThat(Read.text(digest, digest.rowStart(0), digest.rowEnd(0))).isEqualTo("(1), (NOW()), (-3)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "INSERT INTO t SELECT 1 ON DUPLICATE KEY UPDATE a = VALUES(a) # 0",
                "INSERT INTO t SET a = 1 # 0",
                "INSERT INTO t VALUES ROW(1), ROW(2) # 0",
                "SELECT VALUES(a) # 0",
                "INSERT INTO value (a) VALUE (1), (2) # 2",
                "REPLACE t VALUE (1), (2) # 2",
                "INSERT INTO t VALUES (), () # 2",
                "INSERT INTO t (VALUES_) VALUES (f((1), 2)), (f((3), 4)) # 2",
                "MESH EXPLAIN INSERT INTO t VALUES (1), (2) # 2"
            })
    void rowCount_isOfInsertedRows(String sql, int rows) {
        assertThat(digest(sql).rowCount()).isEqualTo(rows);
    }

    @Test
    void incompleteRows_areKeptForTheParser() {
        assertThat(shape(digest("INSERT INTO t VALUES (1), "))).isEqualTo("INSERT INTO t VALUES ( <1> ) , ");
        assertThat(shape(digest("INSERT INTO t VALUES (1), (2"))).isEqualTo("INSERT INTO t VALUES ( <1> ) , ( <1> ");
    }

    @Test
    void text_endsBeforeSemicolonAndBlanks() {
        Digest digest = digest("SELECT 1 ; \n");
        assertThat(Read.text(digest, digest.textStart(), digest.textEnd())).isEqualTo("SELECT 1");
        assertThat(digest.isMalformed()).isFalse();
    }

    @Test
    void secondStatement_isMalformed() {
        Digest digest = digest("SELECT 1; SELECT 2");
        assertThat(digest.isMalformed()).isTrue();
        assertThat(digest.secondStatement()).isEqualTo(10);
        assertThat(Read.text(digest, digest.textStart(), digest.textEnd())).isEqualTo("SELECT 1");
    }

    @Test
    void storedProgram_mayHoldSemicolons() {
        Digest digest = digest("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END;");
        assertThat(digest.isMalformed()).isFalse();
        assertThat(Read.text(digest, digest.textStart(), digest.textEnd())).endsWith("END");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {"SELECT 'a # 7", "SELECT `a # 7", "SELECT /* a # 7", "SELECT \\ # 7"})
    void malformedText_isNoted(String sql, int at) {
        assertThat(digest(sql).malformedAt()).isEqualTo(at);
    }

    @Test
    void reading_takesPartOfAnArray() {
        byte[] bytes = "xxSELECT 1yy".getBytes(StandardCharsets.UTF_8);
        Digest digest = new Digest();
        digest.read(bytes, 2, 10, Dialect.DEFAULT);
        assertThat(shape(digest)).isEqualTo("SELECT <1> ");
        assertThat(literal(digest, 0)).isEqualTo("1");
    }

    @Test
    void digest_isReusable() {
        Digest digest = new Digest();
        for (String sql : new String[] {"INSERT INTO t VALUES (1),(2)", "SELECT 'a", "SELECT 1"}) {
            byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
            digest.read(bytes, 0, bytes.length, Dialect.DEFAULT);
        }
        assertThat(digest.isMalformed()).isFalse();
        assertThat(digest.rowCount()).isZero();
        assertThat(digest.hash()).isEqualTo(digest("SELECT 2").hash());
    }

    @Test
    void reading_allocatesNothingOnceWarm() {
        byte[][] statements = {
            "SELECT a, COUNT(*) c FROM t WHERE b = 'x' AND d IN (1, 2.5, x'00') /* c */ LIMIT ?"
                    .getBytes(StandardCharsets.UTF_8),
            ("INSERT INTO t (a, b) VALUES (1, 'a')" + ", (-2, NULL)".repeat(500)).getBytes(StandardCharsets.UTF_8)
        };
        Digest digest = new Digest();
        LiteralValue value = new LiteralValue();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                byte[] sql = statements[i & 1];
                digest.read(sql, 0, sql.length, Dialect.DEFAULT);
                value.read(digest, digest.literalCount() - 1);
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // A thousand reads: less than one object each.
        assertThat(allocated).isLessThan(8_000);
    }
}
