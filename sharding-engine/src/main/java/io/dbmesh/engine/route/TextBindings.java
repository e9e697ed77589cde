package io.dbmesh.engine.route;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.sharding.KeyCodec;
import io.dbmesh.engine.sharding.KeyUse;
import io.dbmesh.engine.sharding.KeyValue;
import io.dbmesh.engine.sharding.TextEncoding;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.LiteralValue;
import io.dbmesh.sql.tree.LiteralKind;
import java.nio.charset.StandardCharsets;

/**
 * The literals of a statement that came as text. Reused, one for each event loop; it looks at the digest that it was
 * given last.
 */
public final class TextBindings implements Bindings {
    private static final String PARAMETER = "the statement has ? without values";

    private final LiteralValue value = new LiteralValue();
    private Digest digest = new Digest();
    private TextEncoding encoding = TextEncoding.WIDE;

    /**
     * Takes the values from here on from another statement.
     *
     * @param statement whose literals are the values, until the next call
     * @param strings how its strings are encoded: the session's character_set_client when it equals its
     *     character_set_connection, else {@link TextEncoding#WIDE}
     */
    public TextBindings reset(Digest statement, TextEncoding strings) {
        digest = statement;
        encoding = strings;
        return this;
    }

    @Override
    public void key(int index, boolean negated, KeyCodec codec, KeyUse use, KeyValue into) {
        boolean negative = negated ^ digest.literalNegated(index);
        byte[] text = digest.text();
        switch (digest.literalKind(index)) {
            case INTEGER -> codec.integer(text, unsignedStart(index), digest.literalEnd(index), negative, use, into);
            case DECIMAL -> codec.decimal(text, unsignedStart(index), digest.literalEnd(index), negative, use, into);
            case FLOAT -> codec.floatingPoint(into);
            case STRING -> {
                if (negative) {
                    into.setUnroutable("a minus sign stands before a string");
                    return;
                }
                value.read(digest, index);
                codec.string(value.bytes(), 0, value.length(), encoding, use, into);
            }
            case HEX, BIT -> {
                if (negative) {
                    into.setUnroutable("a minus sign stands before a binary string");
                    return;
                }
                value.read(digest, index);
                codec.binary(value.bytes(), 0, value.length(), use, into);
            }
            case NATIONAL_OR_INTRODUCED -> into.setUnroutable("the string names a character set of its own");
            case TEMPORAL -> into.setUnroutable("a DATE, TIME or TIMESTAMP literal is not compared by its text");
            case PARAMETER -> into.setUnroutable(PARAMETER);
            case NULL -> into.setNull();
        }
    }

    /** Behind the sign of a cell, which is part of the literal there. */
    private int unsignedStart(int index) {
        byte[] text = digest.text();
        int start = digest.literalStart(index);
        int end = digest.literalEnd(index);
        while (start < end && text[start] != '.' && (text[start] < '0' || text[start] > '9')) {
            start++;
        }
        return start;
    }

    @Override
    public boolean isNull(int index) {
        return switch (digest.literalKind(index)) {
            case NULL -> true;
            case INTEGER, DECIMAL, FLOAT, STRING, NATIONAL_OR_INTRODUCED, HEX, BIT, TEMPORAL, PARAMETER -> false;
        };
    }

    @Override
    public boolean isZero(int index) {
        return switch (digest.literalKind(index)) {
            case INTEGER, DECIMAL, FLOAT -> {
                int start = unsignedStart(index);
                yield roundsToZero(digest.text(), start, digest.literalEnd(index));
            }
            case STRING, NATIONAL_OR_INTRODUCED -> {
                value.read(digest, index);
                yield roundsToZero(value.bytes(), 0, value.length());
            }
            case HEX, BIT -> {
                value.read(digest, index);
                yield allZero(value.bytes(), value.length());
            }
            case TEMPORAL, PARAMETER, NULL -> false;
        };
    }

    private static boolean allZero(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the number at the beginning of a text, or its absence, is stored as 0 in an integer column. */
    private static boolean roundsToZero(byte[] text, int from, int to) {
        int i = from;
        while (i < to && (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))) {
            i++;
        }
        if (i < to && (text[i] == '-' || text[i] == '+')) {
            i++;
        }
        int start = i;
        boolean plain = true;
        while (i < to && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.')) {
            plain &= text[i] == '0' || text[i] == '.';
            i++;
        }
        boolean exponent = i < to && (text[i] == 'e' || text[i] == 'E');
        if (plain || exponent || i - start > 32) {
            return plain;
        }
        // Rare: a fraction below one half.
        String digits = new String(text, start, i - start, StandardCharsets.ISO_8859_1);
        int point = digits.indexOf('.');
        boolean whole = point < 0 || digits.substring(0, point).chars().anyMatch(digit -> digit != '0');
        return !whole && point + 1 < digits.length() && digits.charAt(point + 1) < '5';
    }

    @Override
    public long wholeNumber(int index) {
        boolean number = digest.literalKind(index) == LiteralKind.INTEGER;
        long result = 0;
        byte[] text = digest.text();
        for (int i = digest.literalStart(index); number && i < digest.literalEnd(index); i++) {
            int digit = text[i] - '0';
            boolean fits =
                    digit >= 0 && digit <= 9 && Long.compareUnsigned(result, Long.divideUnsigned(-1L - digit, 10)) <= 0;
            number = fits;
            result = result * 10 + digit;
        }
        if (!number) {
            throw new MeshException(MeshError.WRONG_ARGUMENTS, "LIMIT");
        }
        return result;
    }
}
