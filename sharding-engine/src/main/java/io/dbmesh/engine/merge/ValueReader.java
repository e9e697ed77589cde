package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Decodes values that have been located in a row. All throw IndexOutOfBoundsException when a value is malformed. */
final class ValueReader {
    private static final long MICROS = 1_000_000;

    private ValueReader() {}

    /** Any integer or YEAR; of unsigned ones the bits. */
    static long integer(RowFormat format, ByteBuf row, int at, int length, boolean unsigned) {
        if (format == RowFormat.TEXT) {
            return textInteger(row, at, length);
        }
        return switch (length) {
            case 1 -> unsigned ? row.getUnsignedByte(at) : row.getByte(at);
            case 2 -> unsigned ? row.getUnsignedShortLE(at) : row.getShortLE(at);
            case 4 -> unsigned ? row.getUnsignedIntLE(at) : row.getIntLE(at);
            case 8 -> row.getLongLE(at);
            default -> throw malformed("integer", length);
        };
    }

    private static long textInteger(ByteBuf row, int at, int length) {
        int i = at;
        int end = at + length;
        boolean negative = length > 0 && row.getByte(i) == '-';
        if (negative) {
            i++;
        }
        if (i == end) {
            throw malformed("integer", length);
        }
        long value = 0;
        for (; i < end; i++) {
            value = value * 10 + digit(row, i);
        }
        return negative ? -value : value;
    }

    private static int digit(ByteBuf row, int at) {
        int digit = row.getByte(at) - '0';
        if (digit < 0 || digit > 9) {
            throw new IndexOutOfBoundsException("a digit is expected, found byte " + row.getByte(at));
        }
        return digit;
    }

    static double floating(RowFormat format, ByteBuf row, int at, int length) {
        if (format == RowFormat.BINARY) {
            return length == 4 ? row.getFloatLE(at) : row.getDoubleLE(at);
        }
        String text = row.toString(at, length, StandardCharsets.US_ASCII);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw unreadable(text, e);
        }
    }

    static BigDecimal decimal(ByteBuf row, int at, int length) {
        String text = row.toString(at, length, StandardCharsets.US_ASCII);
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw unreadable(text, e);
        }
    }

    /** A longer one than {@link #scaled} takes. */
    static final long TOO_LONG = Long.MIN_VALUE;

    /** A decimal times ten to the scale, or {@link #TOO_LONG} when it has more than 18 digits or more decimals. */
    static long scaled(ByteBuf row, int at, int length, int scale) {
        int i = at;
        int end = at + length;
        boolean negative = length > 0 && row.getByte(i) == '-';
        if (negative) {
            i++;
        }
        while (i < end && row.getByte(i) == '0') {
            i++;
        }
        long value = 0;
        int digits = 0;
        int decimals = -1;
        for (; i < end; i++) {
            if (row.getByte(i) == '.' && decimals < 0) {
                decimals = 0;
                continue;
            }
            value = value * 10 + digit(row, i);
            digits += value == 0 ? 0 : 1;
            decimals += decimals < 0 ? 0 : 1;
            if (digits > 18) {
                return TOO_LONG;
            }
        }
        int missing = scale - Math.max(decimals, 0);
        if (missing < 0 || digits + missing > 18) {
            return value == 0 && missing >= 0 ? 0 : TOO_LONG;
        }
        for (int k = 0; k < missing; k++) {
            value *= 10;
        }
        return negative ? -value : value;
    }

    /** DATE, DATETIME and TIMESTAMP as a number that orders as they do; zero dates come first. */
    static long dateTime(RowFormat format, ByteBuf row, int at, int length) {
        if (format == RowFormat.TEXT) {
            if (length < 10) {
                throw malformed("date", length);
            }
            long day = day(number(row, at, 4), number(row, at + 5, 2), number(row, at + 8, 2));
            return length == 10 ? day * 86_400 * MICROS : day * 86_400 * MICROS + clock(row, at + 11, at + length);
        }
        if (length == 0) {
            return 0;
        }
        long day = day(row.getUnsignedShortLE(at), row.getUnsignedByte(at + 2), row.getUnsignedByte(at + 3));
        long seconds = length < 7 ? 0 : seconds(row, at + 4);
        long micros = length < 11 ? 0 : row.getUnsignedIntLE(at + 7);
        return (day * 86_400 + seconds) * MICROS + micros;
    }

    /** Not days in a calendar, but months and days that are zero have their place. */
    private static long day(long year, long month, long day) {
        return (year * 13 + month) * 32 + day;
    }

    private static long seconds(ByteBuf row, int at) {
        return row.getUnsignedByte(at) * 3600L + row.getUnsignedByte(at + 1) * 60L + row.getUnsignedByte(at + 2);
    }

    /** TIME in microseconds, negative before midnight. */
    static long time(RowFormat format, ByteBuf row, int at, int length) {
        if (format == RowFormat.TEXT) {
            boolean negative = length > 0 && row.getByte(at) == '-';
            long micros = clock(row, negative ? at + 1 : at, at + length);
            return negative ? -micros : micros;
        }
        if (length == 0) {
            return 0;
        }
        long seconds = row.getUnsignedIntLE(at + 1) * 86_400 + seconds(row, at + 5);
        long micros = seconds * MICROS + (length < 12 ? 0 : row.getUnsignedIntLE(at + 8));
        return row.getByte(at) == 0 ? micros : -micros;
    }

    /** {@code h+:mm:ss[.f+]} in microseconds. */
    private static long clock(ByteBuf row, int from, int end) {
        int colon = from;
        while (colon < end && row.getByte(colon) != ':') {
            colon++;
        }
        if (end - colon < 6) {
            throw malformed("time", end - from);
        }
        long seconds =
                number(row, from, colon - from) * 3600 + number(row, colon + 1, 2) * 60 + number(row, colon + 4, 2);
        int fraction = colon + 7;
        long micros = 0;
        for (int i = 0; i < 6; i++) {
            micros = micros * 10 + (fraction + i < end ? digit(row, fraction + i) : 0);
        }
        return seconds * MICROS + micros;
    }

    private static long number(ByteBuf row, int at, int length) {
        long value = 0;
        for (int i = at; i < at + length; i++) {
            value = value * 10 + digit(row, i);
        }
        return value;
    }

    /** BIT: big-endian in both formats. */
    static long bits(ByteBuf row, int at, int length) {
        if (length > 8) {
            throw malformed("BIT", length);
        }
        long value = 0;
        for (int i = at; i < at + length; i++) {
            value = value << 8 | row.getUnsignedByte(i);
        }
        return value;
    }

    private static IndexOutOfBoundsException malformed(String what, int length) {
        return new IndexOutOfBoundsException("no " + what + " has " + length + " bytes");
    }

    private static IndexOutOfBoundsException unreadable(String text, NumberFormatException cause) {
        IndexOutOfBoundsException malformed = new IndexOutOfBoundsException("'" + text + "' is no number");
        malformed.initCause(cause);
        return malformed;
    }
}
