package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.lexer.TokenKind;
import java.security.SecureRandom;
import java.util.Arrays;
import net.openhft.hashing.LongTupleHashFunction;

/**
 * The normalised bytes of a statement. The first byte says how the dialect reads; then come the tokens, each with a blank
 * behind it, so that where a token ends can be told: only quoted names, hints and user variables hold blanks, and those say
 * themselves where they end. A literal is a byte below 0x20, which begins no other token. No blank is written where MySQL
 * looks at adjacency: between a function's name and its parenthesis, and between a dot and the name behind it.
 */
final class Shape {
    private static final LongTupleHashFunction HASH = LongTupleHashFunction.xx128(new SecureRandom().nextLong());

    private final long[] hash = new long[2];
    private byte[] bytes = new byte[1024];
    private int length;

    void begin(Dialect dialect) {
        length = 1;
        int flags = (dialect.ansiQuotes() ? 1 : 0)
                | (dialect.pipesAsConcat() ? 2 : 0)
                | (dialect.noBackslashEscapes() ? 4 : 0)
                | (dialect.ignoreSpace() ? 8 : 0)
                | (dialect.highNotPrecedence() ? 16 : 0)
                | (dialect.mariaDb() ? 32 : 0);
        bytes[0] = (byte) ('@' + flags);
    }

    void symbol(byte[] text, int start, int end) {
        copy(text, start, end);
        bytes[length++] = ' ';
    }

    /** A reserved word: its case does not matter. */
    void word(byte[] text, int start, int end) {
        upper(text, start, end);
        bytes[length++] = ' ';
    }

    void function(byte[] text, int start, int end) {
        upper(text, start, end);
    }

    void nameAfterDot(byte[] text, int start, int end) {
        length--;
        symbol(text, start, end);
    }

    void literal(TokenKind kind) {
        reserve(2);
        bytes[length++] = (byte) (1 + kind.ordinal() - TokenKind.INTEGER_LITERAL.ordinal());
        bytes[length++] = ' ';
    }

    void truncate(int newLength) {
        length = newLength;
    }

    boolean equal(int first, int second, int howMany) {
        return Arrays.equals(bytes, first, first + howMany, bytes, second, second + howMany);
    }

    void hash() {
        HASH.hashBytes(bytes, 0, length, hash);
    }

    long low() {
        return hash[0];
    }

    long high() {
        return hash[1];
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void copy(byte[] text, int start, int end) {
        reserve(end - start + 1);
        if (end - start == 1) {
            bytes[length] = text[start];
        } else {
            System.arraycopy(text, start, bytes, length, end - start);
        }
        length += end - start;
    }

    private void upper(byte[] text, int start, int end) {
        reserve(end - start + 1);
        for (int i = start; i < end; i++) {
            byte b = text[i];
            bytes[length++] = b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
        }
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
