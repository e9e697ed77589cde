package io.dbmesh.sql.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.lexer.TokenKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statements made of known tokens with noise between them: the digest must find those tokens again. */
class DigestFuzzTest {
    private static final String[] WORDS = {"a", "b1", "`x y`", "`q``q`", "tbl", "ü", "@v", "@`w w`"};
    private static final String[] RESERVED = {"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN"};
    private static final String[] SYMBOLS = {"(", ")", ",", "=", "<", "<=", "<>", "+", "*", "/", "%", "||", "&&", "<<"};
    private static final String[] LITERALS = {
        "1", "2.5", "1e3", "'s'", "'it''s'", "\"d\"", "'b\\'s'", "x'0f'", "0b1", "?", "N'n'"
    };
    private static final String[] NOISE = {" ", "  ", "\t", "\n", " /* c */ ", " /* 'q' */", " -- x 'y\n", " # z \"\n"};

    private record Piece(String text, boolean literal) {}

    private static Piece piece(Random random, boolean afterOperand) {
        if (afterOperand) {
            return random.nextBoolean()
                    ? new Piece(pick(random, RESERVED), false)
                    : new Piece(pick(random, SYMBOLS), false);
        }
        return switch (random.nextInt(3)) {
            case 0 -> new Piece(pick(random, WORDS), false);
            case 1 -> new Piece(pick(random, RESERVED), false);
            default -> new Piece(pick(random, LITERALS), true);
        };
    }

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static List<Piece> pieces(Random random) {
        List<Piece> pieces = new ArrayList<>();
        boolean afterOperand = false;
        int length = 1 + random.nextInt(40);
        for (int i = 0; i < length; i++) {
            Piece piece = piece(random, afterOperand);
            pieces.add(piece);
            // Two operands in a row would be an alias or one joined string, and a string behind ) is a name.
            afterOperand = piece.literal()
                    || piece.text().equals(")")
                    || !Character.isUpperCase(piece.text().charAt(0))
                            && Character.isLetter(piece.text().charAt(0))
                    || piece.text().startsWith("`")
                    || piece.text().startsWith("@");
        }
        return pieces;
    }

    private static String noise(Random random) {
        StringBuilder noise = new StringBuilder(" ");
        for (int i = random.nextInt(3); i > 0; i--) {
            noise.append(pick(random, NOISE));
        }
        return noise.toString();
    }

    private static String join(List<Piece> pieces, Random random, boolean otherCase) {
        StringBuilder sql = new StringBuilder();
        for (Piece piece : pieces) {
            boolean reserved = piece.text().length() > 1
                    && Character.isUpperCase(piece.text().charAt(0))
                    && !piece.literal();
            String text = reserved && otherCase ? piece.text().toLowerCase(Locale.ROOT) : piece.text();
            sql.append(noise(random)).append(text);
        }
        return sql.append(noise(random)).toString();
    }

    @Test
    void tokensAndLiterals_areFoundAgain() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            List<Piece> pieces = pieces(random);
            String sql = join(pieces, random, false);
            Digest digest = Read.digest(sql);
            List<String> tokens = new ArrayList<>();
            for (int i = 0; i < digest.tokenCount(); i++) {
                tokens.add(Read.token(digest, i));
            }
            assertThat(tokens)
                    .as("seed %d: %s", seed, sql)
                    .isEqualTo(pieces.stream().map(Piece::text).toList());
            List<String> literals = new ArrayList<>();
            for (int i = 0; i < digest.literalCount(); i++) {
                literals.add(Read.literal(digest, i));
                assertThat(Read.token(digest, digest.tokenOfLiteral(i))).isEqualTo(Read.literal(digest, i));
            }
            assertThat(literals)
                    .as("seed %d: %s", seed, sql)
                    .isEqualTo(pieces.stream()
                            .filter(Piece::literal)
                            .map(Piece::text)
                            .toList());
            assertThat(Read.shape(Read.digest(join(pieces, random, true)))).isEqualTo(Read.shape(digest));
        }
    }

    @Test
    void textAroundLiterals_andLiteralsMakeTheText() {
        String sql =
                "/* x */ INSERT INTO t VALUES (1, 'a', NULL), (-2, 'b' 'c', x'00') ON DUPLICATE KEY UPDATE a = 'd'";
        Digest digest = Read.digest(sql);
        StringBuilder text = new StringBuilder();
        int at = digest.textStart();
        for (int i = 0; i < digest.literalCount(); i++) {
            text.append(Read.text(digest, at, digest.literalStart(i))).append(Read.literal(digest, i));
            at = digest.literalEnd(i);
        }
        text.append(Read.text(digest, at, digest.textEnd()));
        assertThat(text).hasToString(sql);
    }

    @Test
    void anyBytes_areReadToTheEnd() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "ab1 '\"`\\/*!+-#;(),.@?=<>|&:{}[]0xXnN_\n~^%$é";
        Digest digest = new Digest();
        for (int round = 0; round < 20_000; round++) {
            StringBuilder sql = new StringBuilder(random.nextInt(4) == 0 ? "INSERT INTO t VALUES (" : "");
            for (int i = random.nextInt(30); i > 0; i--) {
                sql.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] bytes = sql.toString().getBytes(StandardCharsets.UTF_8);
            digest.read(bytes, 0, bytes.length, Dialect.DEFAULT);
            int end = 0;
            for (int i = 0; i < digest.tokenCount(); i++) {
                assertThat(digest.tokenStart(i)).as("seed %d: %s", seed, sql).isGreaterThanOrEqualTo(end);
                // At the end of an unterminated version comment there is a token of no length.
                int least = digest.tokenKind(i) == TokenKind.INVALID ? 0 : 1;
                assertThat(digest.tokenEnd(i) - digest.tokenStart(i))
                        .as("seed %d: %s", seed, sql)
                        .isGreaterThanOrEqualTo(least);
                end = digest.tokenEnd(i);
                if (digest.tokenKind(i) == TokenKind.INVALID) {
                    assertThat(digest.isMalformed()).isTrue();
                }
            }
            LiteralValue value = new LiteralValue();
            for (int i = 0; i < digest.literalCount(); i++) {
                value.read(digest, i);
            }
        }
    }
}
