package io.dbmesh.engine.sharding;

/**
 * Makes the canonical form of a key column's values, such that values which are equal for MySQL have one form. One for
 * each key column; immutable and without allocation.
 *
 * <p>Each method puts its result into {@code into}: a routable value, or {@link KeyValue.Kind#UNROUTABLE} where the
 * shard cannot be told for certain (a search then asks all shards, an INSERT is refused), or {@link
 * KeyValue.Kind#OUT_OF_RANGE} for a value to store that the column cannot hold exactly.
 *
 * <p>The methods follow the ways a value arrives: as a literal of a statement, or as a parameter of a prepared one.
 */
public abstract sealed class KeyCodec permits IntegerKeyCodec, StringKeyCodec, DateKeyCodec {
    private static final String FLOAT = "a floating-point number is not exact";

    /**
     * Integers.
     *
     * @param bits that the column keeps: 8, 16, 24, 32 or 64
     * @param typeName for messages
     */
    public static KeyCodec ofIntegers(int bits, boolean unsigned, String typeName) {
        return new IntegerKeyCodec(bits, unsigned, typeName);
    }

    /**
     * Dates.
     *
     * @param dateOnly for DATE
     * @param fractionDigits of a second that a DATETIME column keeps, 0 to 6
     */
    public static KeyCodec ofDates(boolean dateOnly, int fractionDigits) {
        return new DateKeyCodec(dateOnly, fractionDigits);
    }

    /** Strings. */
    public static KeyCodec ofStrings(StringEquality equality, long maxCharacters) {
        return new StringKeyCodec(equality, maxCharacters);
    }

    /** Which other columns' keys have comparable forms. */
    public abstract KeyDomain domain();

    /**
     * A literal of decimal digits, without sign.
     *
     * @param negative whether an odd number of minus signs stands before it
     */
    public abstract void integer(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into);

    /** A literal with a decimal point and no exponent, without sign. Also for DECIMAL parameters. */
    public abstract void decimal(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into);

    /** A literal with an exponent, or a FLOAT or DOUBLE parameter. */
    public void floatingPoint(KeyValue into) {
        into.setUnroutable(FLOAT);
    }

    /**
     * A string: the value's bytes, with quotes and escapes already taken away.
     *
     * @param encoding of the bytes (the session's character_set_client, when it equals its character_set_connection;
     *     else {@link TextEncoding#WIDE})
     */
    public abstract void string(byte[] bytes, int start, int end, TextEncoding encoding, KeyUse use, KeyValue into);

    /** A hexadecimal or bit literal: its bytes. */
    public abstract void binary(byte[] bytes, int start, int end, KeyUse use, KeyValue into);

    /** An integer parameter. */
    public abstract void longValue(long value, boolean unsigned, KeyUse use, KeyValue into);

    /** A DATE, DATETIME or TIMESTAMP parameter in its parts. */
    public void date(
            int year, int month, int day, int hour, int minute, int second, int micros, KeyUse use, KeyValue into) {
        into.setUnroutable("a date is not of the key column's type");
    }
}
