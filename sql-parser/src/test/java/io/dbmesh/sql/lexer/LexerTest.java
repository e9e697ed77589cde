package io.dbmesh.sql.lexer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexerTest {
    private static final Dialect MARIADB = new Dialect(false, false, false, false, false, true, 110_405);

    private static List<String> lex(String sql, Dialect dialect) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        Lexer lexer = new Lexer();
        lexer.reset(bytes, 0, bytes.length, dialect);
        List<String> tokens = new ArrayList<>();
        for (TokenKind kind = lexer.next(); kind != TokenKind.END_OF_TEXT; kind = lexer.next()) {
            tokens.add(
                    kind + " " + new String(bytes, lexer.start(), lexer.end() - lexer.start(), StandardCharsets.UTF_8));
        }
        return tokens;
    }

    private static List<String> lex(String sql) {
        return lex(sql, Dialect.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "1|INTEGER_LITERAL",
                "1.5|DECIMAL_LITERAL",
                ".5|DECIMAL_LITERAL",
                "5.|DECIMAL_LITERAL",
                "1e5|FLOAT_LITERAL",
                "1.5E-3|FLOAT_LITERAL",
                ".5e+3|FLOAT_LITERAL",
                "0x1F|HEX_LITERAL",
                "x'1f'|HEX_LITERAL",
                "X'1F'|HEX_LITERAL",
                "0b01|BIT_LITERAL",
                "b'01'|BIT_LITERAL",
                "'a''b'|STRING_LITERAL",
                "'a\\'b'|STRING_LITERAL",
                "\"a\"|STRING_LITERAL",
                "'a' 'b'|STRING_LITERAL",
                "'a' /* x */ \"b\"|STRING_LITERAL",
                "N'a'|NATIONAL_LITERAL",
                "_utf8mb4'a'|NATIONAL_LITERAL",
                "_LATIN1 'a' 'b'|NATIONAL_LITERAL",
                "_binary x'00'|NATIONAL_LITERAL",
                "_binary 0x00|NATIONAL_LITERAL",
                "DATE '2020-01-01'|TEMPORAL_LITERAL",
                "timestamp\t'2020-01-01'|TEMPORAL_LITERAL",
                "?|PARAMETER",
                "a|IDENTIFIER",
                "`a``b`|IDENTIFIER",
                "ünï$_1|IDENTIFIER",
                "1a|IDENTIFIER",
                "0xg|IDENTIFIER",
                "1e|IDENTIFIER",
                "_unknown|IDENTIFIER",
                "@a.b$|USER_VARIABLE",
                "@`a b`|USER_VARIABLE",
                "@'a b'|USER_VARIABLE",
                "@@|AT_AT",
                "<=>|NULL_SAFE_EQUAL",
                "<>|NOT_EQUAL",
                "!=|NOT_EQUAL",
                ":=|ASSIGN",
                "->>|LONG_ARROW",
                "->|ARROW",
                "<<|SHIFT_LEFT",
                ">=|GREATER_OR_EQUAL",
                "&&|AND_AND",
                "Select|SELECT",
                "count|IDENTIFIER",
                "avg|AVG",
                "/*+ a */|HINT",
                "\\|INVALID",
                "'abc|INVALID",
                "`abc|INVALID",
                "/* abc|INVALID",
                "/*!80000 |INVALID"
            })
    void token_hasItsKind(String text, TokenKind kind) {
        assertThat(lex(text)).hasSize(1).first().asString().startsWith(kind + " ");
    }

    @Test
    void functionName_isFunctionOnlyBeforeParenthesis() {
        assertThat(lex("COUNT(")).containsExactly("COUNT COUNT", "LEFT_PAREN (");
        assertThat(lex("COUNT (")).containsExactly("IDENTIFIER COUNT", "LEFT_PAREN (");
        Dialect ignoreSpace = new Dialect(false, false, false, true, false, false, 80_033);
        assertThat(lex("COUNT (", ignoreSpace)).containsExactly("COUNT COUNT", "LEFT_PAREN (");
    }

    @Test
    void reservedWordBehindDot_isName() {
        assertThat(lex("t.select.1a"))
                .containsExactly("IDENTIFIER t", "DOT .", "IDENTIFIER select", "DOT .", "IDENTIFIER 1a");
        assertThat(lex("t . select")).containsExactly("IDENTIFIER t", "DOT .", "SELECT select");
    }

    @Test
    void comments_areSkipped() {
        assertThat(lex("a -- b\nc # d\n/* e */ f --")).containsExactly("IDENTIFIER a", "IDENTIFIER c", "IDENTIFIER f");
        assertThat(lex("1--1")).containsExactly("INTEGER_LITERAL 1", "MINUS -", "MINUS -", "INTEGER_LITERAL 1");
    }

    @Test
    void versionComment_isReadWhenServerRunsIt() {
        assertThat(lex("a /*!80000 b */ c")).containsExactly("IDENTIFIER a", "IDENTIFIER b", "IDENTIFIER c");
        assertThat(lex("a /*! b */ c")).containsExactly("IDENTIFIER a", "IDENTIFIER b", "IDENTIFIER c");
        assertThat(lex("a /*!99999 b /* x */ y */ c")).containsExactly("IDENTIFIER a", "IDENTIFIER c");
        assertThat(lex("a /*M! b */ c")).containsExactly("IDENTIFIER a", "IDENTIFIER c");
        assertThat(lex("a /*M!100000 b */ c", MARIADB)).containsExactly("IDENTIFIER a", "IDENTIFIER b", "IDENTIFIER c");
        assertThat(lex("a /*!80000 b */ c", MARIADB)).containsExactly("IDENTIFIER a", "IDENTIFIER c");
        assertThat(lex("a /*!50600 b */ c", MARIADB)).containsExactly("IDENTIFIER a", "IDENTIFIER b", "IDENTIFIER c");
    }

    @Test
    void dialect_changesTokens() {
        Dialect ansi = new Dialect(true, true, true, false, true, false, 80_033);
        assertThat(lex("\"a\" || 'b\\' NOT c", ansi))
                .containsExactly(
                        "IDENTIFIER \"a\"", "CONCAT_PIPES ||", "STRING_LITERAL 'b\\'", "HIGH_NOT NOT", "IDENTIFIER c");
        assertThat(lex("\"a\" || NOT c"))
                .containsExactly("STRING_LITERAL \"a\"", "OR_OR ||", "NOT NOT", "IDENTIFIER c");
    }
}
