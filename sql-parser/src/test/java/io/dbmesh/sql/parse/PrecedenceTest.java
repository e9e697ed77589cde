package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.Read;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.Query;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** How operators and joins bind, by expressions printed with all their parentheses. */
class PrecedenceTest {
    private static String expression(String text, Dialect dialect) {
        Digest digest = Read.digest("SELECT " + text, dialect);
        Query query = (Query) new SqlParser().parse(digest);
        return new Parenthesised(digest)
                .print(((Query.Block) query.body()).items().get(0).expression());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/golden/precedence.txt", delimiterString = " -> ", quoteCharacter = '\0')
    void operators_bindAsInTheManual(String text, String expected) {
        assertThat(expression(text, Dialect.DEFAULT)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/golden/joins.txt", delimiterString = " -> ", quoteCharacter = '\0')
    void joins_areReadAsMySqlDoes(String text, String expected) {
        Digest digest = Read.digest("SELECT 1 FROM " + text);
        Query query = (Query) new SqlParser().parse(digest);
        assertThat(new Parenthesised(digest)
                        .print(((Query.Block) query.body()).from().get(0)))
                .isEqualTo(expected);
    }

    @Test
    void dialect_changesPrecedence() {
        Dialect concat = new Dialect(false, true, false, false, false, false, 80_033);
        assertThat(expression("a || b ^ c", concat)).isEqualTo("((a CONCAT b) BIT_XOR c)");
        assertThat(expression("a ^ -b || c", concat)).isEqualTo("(a BIT_XOR ((MINUS b) CONCAT c))");
        Dialect highNot = new Dialect(false, false, false, false, true, false, 80_033);
        assertThat(expression("NOT a = b", highNot)).isEqualTo("((NOT a) EQUAL b)");
        assertThat(expression("a NOT IN (1) AND b IS NOT NULL", highNot))
                .isEqualTo("((a NOT IN [1]) AND (b IS NOT NULL))");
    }
}
