package io.dbmesh.engine.sharding;

/** Decimal digits in ASCII, read without allocation. */
final class Decimal {
    /** 18 digits always fit a long, signed. */
    static final int SAFE_DIGITS = 18;

    private static final long MAX_UNSIGNED_TENTH = Long.divideUnsigned(-1L, 10);

    private Decimal() {}

    /** Whether all bytes are digits; false for none. */
    static boolean isDigits(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return end > start;
    }

    /** The first byte that is not a leading zero; the last digit always stays. */
    static int skipZeros(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end - 1 && bytes[i] == '0') {
            i++;
        }
        return i;
    }

    /** Whether the digits are a number of at most 64 bits, unsigned. */
    static boolean fits64Bits(byte[] bytes, int start, int end) {
        int first = skipZeros(bytes, start, end);
        int digits = end - first;
        if (digits < 20) {
            return true;
        }
        if (digits > 20) {
            return false;
        }
        long tenth = parse(bytes, first, end - 1);
        int last = bytes[end - 1] - '0';
        int order = Long.compareUnsigned(tenth, MAX_UNSIGNED_TENTH);
        return order < 0 || (order == 0 && last <= 5);
    }

    /** The number, as unsigned 64 bits; the digits must fit. */
    static long parse(byte[] bytes, int start, int end) {
        long value = 0;
        for (int i = start; i < end; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }
}
