package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.LiteralKind;
import java.util.Arrays;

/** The literals of a statement by place and kind. */
final class Literals {
    private static final LiteralKind[] KINDS = LiteralKind.values();

    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] tokens = new int[64];
    private byte[] kinds = new byte[64];
    private boolean[] negated = new boolean[64];
    private int count;

    void clear() {
        count = 0;
    }

    void add(LiteralKind kind, int start, int end, boolean minus, int token) {
        if (count == starts.length) {
            int length = count * 2;
            starts = Arrays.copyOf(starts, length);
            ends = Arrays.copyOf(ends, length);
            tokens = Arrays.copyOf(tokens, length);
            kinds = Arrays.copyOf(kinds, length);
            negated = Arrays.copyOf(negated, length);
        }
        starts[count] = start;
        ends[count] = end;
        tokens[count] = token;
        kinds[count] = (byte) kind.ordinal();
        negated[count++] = minus;
    }

    /** Gives the last literal its sign, and the token that it has become with it. */
    void signLast(int start, boolean minus, int token) {
        starts[count - 1] = start;
        negated[count - 1] = minus;
        tokens[count - 1] = token;
    }

    /** Lets the last literals have the tokens of those of the first row. */
    void shareTokens(int firstRow, int perRow) {
        for (int i = 0; i < perRow; i++) {
            tokens[count - perRow + i] = tokens[firstRow + i];
        }
    }

    int count() {
        return count;
    }

    int start(int literal) {
        return starts[literal];
    }

    int end(int literal) {
        return ends[literal];
    }

    int token(int literal) {
        return tokens[literal];
    }

    boolean negated(int literal) {
        return negated[literal];
    }

    LiteralKind kind(int literal) {
        return KINDS[kinds[literal]];
    }

    static LiteralKind kindOf(TokenKind token) {
        return switch (token) {
            case INTEGER_LITERAL -> LiteralKind.INTEGER;
            case DECIMAL_LITERAL -> LiteralKind.DECIMAL;
            case FLOAT_LITERAL -> LiteralKind.FLOAT;
            case STRING_LITERAL -> LiteralKind.STRING;
            case NATIONAL_LITERAL -> LiteralKind.NATIONAL_OR_INTRODUCED;
            case HEX_LITERAL -> LiteralKind.HEX;
            case BIT_LITERAL -> LiteralKind.BIT;
            case TEMPORAL_LITERAL -> LiteralKind.TEMPORAL;
            case PARAMETER -> LiteralKind.PARAMETER;
            case NULL -> LiteralKind.NULL;
            default -> throw new IllegalArgumentException(token + " is no literal");
        };
    }
}
