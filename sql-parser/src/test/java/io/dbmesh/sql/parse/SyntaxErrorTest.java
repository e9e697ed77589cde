package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dbmesh.sql.digest.Read;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxErrorTest {
    private static SqlSyntaxException refusal(String sql) {
        try {
            new SqlParser().parse(Read.digest(sql));
        } catch (SqlSyntaxException e) {
            return e;
        }
        throw new AssertionError("parsed: " + sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "SELEC 1 # SELEC 1",
                "SELECT FROM t # FROM t",
                "SELECT a, FROM t # FROM t",
                "SELECT a FROM t WHERE a = = 1 # = 1",
                "SELECT a FROM t WHERE (a = 1 # ",
                "SELECT a FROM t WHERE a = 1) # )",
                "SELECT a b c FROM t # c FROM t",
                "SELECT a FROM select # select",
                "SELECT a FROM t ORDER a # a",
                "SELECT a FROM t GROUP BY # ",
                "SELECT a FROM t LIMIT x y # y",
                "SELECT a FROM t LIMIT -1 # -1",
                "SELECT 'abc # 'abc",
                "SELECT `abc # `abc",
                "SELECT 1; SELECT 2 # SELECT 2",
                "SELECT 1;; # ;",
                "SELECT a FROM t1 LEFT JOIN t2 # ",
                "SELECT a FROM t1 LEFT JOIN t2 WHERE x # WHERE x",
                "SELECT a FROM t ON x # ON x",
                "SELECT a, * FROM t # * FROM t",
                "SELECT t.* + 1 FROM t # * + 1 FROM t",
                "SELECT COUNT (*) FROM t # *) FROM t",
                "SELECT a + @b := 1 # @b := 1",
                "SELECT a IN () FROM t # ) FROM t",
                "SELECT CASE a END # END",
                "SELECT a.b.c.d # d",
                "SELECT a UNION # ",
                "SELECT CAST(a) # )",
                "INSERT INTO t VALUES # ",
                "INSERT INTO t VALUES (1), # ",
                "INSERT INTO t VALUES (1), (2 # ",
                "INSERT INTO t (a, VALUES (1) # VALUES (1)",
                "UPDATE t a = 1 # = 1",
                "UPDATE t SET a # ",
                "UPDATE t SET a + 1 # + 1",
                "DELETE t WHERE a # WHERE a",
                "DELETE FROM # ",
                "CREATE TABLE t (a # ",
                "CREATE TABLE t (a INT 'x # 'x",
                "CREATE FOO x # FOO x",
                "DROP TABLE # ",
                "SET # ",
                "SET a # ",
                "SET a = # ",
                "SHOW # ",
                "START # ",
                "COMMIT 1 # 1",
                "BEGIN x # x",
                "MESH # ",
                "MESH SHOW x # x",
                "USE # ",
                "KILL # ",
                "SELECT 1 FROM t FOR # ",
                "SELECT \\ # \\"
            })
    void near_isTheTextFromTheOffendingToken(String sql, @Nullable String expected) {
        String near = expected == null ? "" : expected;
        SqlSyntaxException refusal = refusal(sql);
        assertThat(refusal.near()).as(sql).isEqualTo(near);
        assertThat(refusal.line()).isEqualTo(1);
    }

    @Test
    void line_andColumnAreCounted() {
        SqlSyntaxException refusal = refusal("SELECT a\nFROM t\n  WHERE WHERE b\nORDER BY c");
        assertThat(refusal.line()).isEqualTo(3);
        assertThat(refusal.column()).isEqualTo(9);
        assertThat(refusal.near()).isEqualTo("WHERE b\nORDER BY c");
        assertThat(refusal).hasMessage("syntax error near 'WHERE b\nORDER BY c' at line 3");
    }

    @Test
    void near_isAtMost80Characters() {
        assertThat(refusal("SELECT a b c" + "é".repeat(200)).near()).isEqualTo("c" + "é".repeat(79));
    }

    @Test
    void star_standsOnlyInSelectLists() {
        assertThatExceptionOfType(SqlSyntaxException.class)
                .isThrownBy(() -> new SqlParser().parse(Read.digest("SELECT 1 FROM t WHERE t.*")));
        assertThatExceptionOfType(SqlSyntaxException.class)
                .isThrownBy(() -> new SqlParser().parse(Read.digest("SELECT t.* AS x FROM t")));
    }
}
