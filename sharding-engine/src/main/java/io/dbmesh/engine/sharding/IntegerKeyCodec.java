package io.dbmesh.engine.sharding;

/**
 * Keys of TINYINT to BIGINT, signed and unsigned: the canonical form is the number in 64 bits. A signed and an unsigned
 * column share the domain: numbers that both can hold have the same bits, and the others are equal to nothing there.
 */
final class IntegerKeyCodec extends KeyCodec {
    private static final KeyDomain DOMAIN = new KeyDomain(KeyDomain.Kind.INTEGER, "");
    /** Beyond it a double skips integers, and MySQL may compare a string with an integer column as doubles. */
    private static final long MAX_EXACT_IN_DOUBLE = 1L << 53;

    private final boolean unsigned;
    private final long min;
    private final long max;
    private final String typeName;

    /**
     * @param bits 8, 16, 24, 32 or 64
     * @param typeName for messages
     */
    IntegerKeyCodec(int bits, boolean unsigned, String typeName) {
        this.unsigned = unsigned;
        this.min = unsigned ? 0 : -1L << (bits - 1);
        this.max = unsigned ? -1L >>> (Long.SIZE - bits) : ~(-1L << (bits - 1));
        this.typeName = typeName;
    }

    @Override
    public KeyDomain domain() {
        return DOMAIN;
    }

    @Override
    public void integer(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into) {
        if (!Decimal.fits64Bits(sql, start, end)) {
            beyond(use, into);
            return;
        }
        magnitude(Decimal.parse(sql, start, end), negative, use, into);
    }

    /** {@code 5.00} is equal to 5; what has a fraction is rounded when stored, which is left to the shard. */
    @Override
    public void decimal(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into) {
        int point = start;
        while (point < end && sql[point] != '.') {
            point++;
        }
        for (int i = point + 1; i < end; i++) {
            if (sql[i] != '0') {
                into.setUnroutable("it has a fraction, and the column is an integer");
                return;
            }
        }
        integer(sql, start, point, negative, use, into);
    }

    /**
     * Only the plain spelling of an integer that is the same number whichever way MySQL compares it, as a whole number
     * or as a double.
     */
    @Override
    public void string(byte[] bytes, int start, int end, TextEncoding encoding, KeyUse use, KeyValue into) {
        boolean negative = start < end && bytes[start] == '-';
        int first = negative ? start + 1 : start;
        int digits = end - first;
        if (encoding == TextEncoding.WIDE
                || !Decimal.isDigits(bytes, first, end)
                || digits > Decimal.SAFE_DIGITS
                || Decimal.parse(bytes, first, end) > MAX_EXACT_IN_DOUBLE) {
            into.setUnroutable("the string is not plainly an integer");
            return;
        }
        magnitude(Decimal.parse(bytes, first, end), negative, use, into);
    }

    /** In the place of a number, {@code 0x10} is 16. */
    @Override
    public void binary(byte[] bytes, int start, int end, KeyUse use, KeyValue into) {
        if (end - start > Long.BYTES) {
            into.setUnroutable("the literal is longer than 64 bits");
            return;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            value = (value << Byte.SIZE) | (bytes[i] & 0xFF);
        }
        magnitude(value, false, use, into);
    }

    @Override
    public void longValue(long value, boolean unsignedValue, KeyUse use, KeyValue into) {
        boolean negative = !unsignedValue && value < 0;
        magnitude(negative ? -value : value, negative, use, into);
    }

    /**
     * @param magnitude the number without its sign, as unsigned 64 bits
     */
    private void magnitude(long magnitude, boolean negative, KeyUse use, KeyValue into) {
        boolean below = negative && magnitude != 0;
        boolean inLong = below ? Long.compareUnsigned(magnitude, Long.MIN_VALUE) <= 0 : unsigned || magnitude >= 0;
        boolean inDomain = unsigned ? !below : inLong;
        if (!inDomain) {
            beyond(use, into);
            return;
        }
        long value = below ? -magnitude : magnitude;
        if (use == KeyUse.STORE && !isInColumn(value)) {
            into.setOutOfRange(typeName);
            return;
        }
        into.setLong(value, unsigned);
    }

    private boolean isInColumn(long value) {
        return unsigned ? Long.compareUnsigned(value, max) <= 0 : value >= min && value <= max;
    }

    private void beyond(KeyUse use, KeyValue into) {
        if (use == KeyUse.STORE) {
            into.setOutOfRange(typeName);
        } else {
            into.setUnroutable("the number is beyond the column's range");
        }
    }
}
