package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.TokenKind;
import java.util.Arrays;

/** The tokens of a statement by place and kind. */
final class Tokens {
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private short[] kinds = new short[256];
    private int count;

    void clear() {
        count = 0;
    }

    void add(TokenKind kind, int start, int end) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            kinds = Arrays.copyOf(kinds, count * 2);
        }
        starts[count] = start;
        ends[count] = end;
        kinds[count++] = (short) kind.ordinal();
    }

    /** Makes the last tokens, from this one on, a single cell. */
    void joinToCell(int first) {
        ends[first] = ends[count - 1];
        kinds[first] = (short) TokenKind.CELL.ordinal();
        count = first + 1;
    }

    void truncate(int newCount) {
        count = newCount;
    }

    int count() {
        return count;
    }

    int start(int token) {
        return starts[token];
    }

    int end(int token) {
        return ends[token];
    }

    TokenKind kind(int token) {
        return TokenKind.at(kinds[token]);
    }
}
