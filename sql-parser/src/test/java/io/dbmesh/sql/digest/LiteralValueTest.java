package io.dbmesh.sql.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.sql.lexer.Dialect;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteralValueTest {
    private static String value(String sql, Dialect dialect) {
        LiteralValue value = new LiteralValue();
        value.read(Read.digest(sql, dialect), 0);
        return new String(value.toByteArray(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'abc'|abc",
                "'it''s'|it's",
                "\"a\"\"b'c\"|a\"b'c",
                "'a\\'b\\\\c\\qd'|a'b\\cqd",
                "'50\\%\\_'|50\\%\\_",
                "'a' 'b' \"c\"|abc",
                "'a' /* 'x' */ -- 'y'|a",
                "'a'/* 'x' */'b'|ab",
                "N'é'|é",
                "_utf8mb4'é' 'f'|éf",
                "_utf8mb4 /* ' */ 'é'|é",
                "_binary x'4142'|AB",
                "_binary 0x4142|AB",
                "DATE '2020-01-01'|2020-01-01",
                "timestamp /* x */ '2020'|2020",
                "x'4142'|AB",
                "0x4142|AB",
                "b'0100000101000010'|AB",
                "0b1000001|A",
                "12|12",
                "1.5e-3|1.5e-3"
            })
    void value_isResolved(String literal, String expected) {
        assertThat(value("SELECT " + literal, Dialect.DEFAULT)).isEqualTo(expected);
    }

    @Test
    void backslash_isOrdinaryWithoutEscapes() {
        Dialect plain = new Dialect(false, false, true, false, false, false, 80_033);
        assertThat(value("SELECT 'a\\' 'b\\n'", plain)).isEqualTo("a\\b\\n");
    }

    @Test
    void escapes_nameControlBytes() {
        assertThat(value("SELECT '\\0\\b\\n\\r\\t\\Z'", Dialect.DEFAULT)).isEqualTo("\0\b\n\r\t\032");
    }

    @Test
    void signOfCell_isLeftOut() {
        assertThat(value("INSERT INTO t VALUES (- /* x1 */ 12.5e+3)", Dialect.DEFAULT))
                .isEqualTo("12.5e+3");
        assertThat(value("INSERT INTO t VALUES (+7)", Dialect.DEFAULT)).isEqualTo("7");
    }

    @Test
    void oddHexDigits_areFilledUp() {
        LiteralValue value = new LiteralValue();
        value.read(Read.digest("SELECT 0x1ff"), 0);
        assertThat(value.toByteArray()).containsExactly(0x01, 0xff);
    }

    @Test
    void quoteOfAnOlderStatement_behindTheText_isNotRead() {
        byte[] reused = "SELECT 'dan''bob'".getBytes(StandardCharsets.UTF_8);
        Digest digest = new Digest();
        digest.read(reused, 0, "SELECT 'dan'".length(), Dialect.DEFAULT);
        LiteralValue value = new LiteralValue();
        value.read(digest, 0);
        assertThat(value.toByteArray()).asString().isEqualTo("dan");
    }
}
