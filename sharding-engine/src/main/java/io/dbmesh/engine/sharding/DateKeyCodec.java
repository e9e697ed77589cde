package io.dbmesh.engine.sharding;

/**
 * Keys of DATE and DATETIME: the canonical form is a number that orders as the date does. TIMESTAMP is no key: what is
 * stored depends on the session's time zone.
 *
 * <p>Of the many spellings that MySQL takes for a date, only {@code YYYY-MM-DD} and {@code YYYY-MM-DD hh:mm:ss[.ffffff]}
 * of real dates are told; zero dates, two-digit years and the rest are unroutable.
 */
final class DateKeyCodec extends KeyCodec {
    private static final KeyDomain DOMAIN = new KeyDomain(KeyDomain.Kind.DATE, "");
    private static final int DATE_LENGTH = 10;
    private static final int DATETIME_LENGTH = 19;
    private static final int MICRO_DIGITS = 6;
    private static final String NO_DATE = "only dates spelt 'YYYY-MM-DD' or 'YYYY-MM-DD hh:mm:ss' are told exactly";
    private static final String TOO_FINE = "the time is finer than the column keeps";

    private final boolean dateOnly;
    private final int microsUnit;

    /**
     * @param dateOnly for DATE
     * @param fractionDigits that a DATETIME column keeps, 0 to 6
     */
    DateKeyCodec(boolean dateOnly, int fractionDigits) {
        this.dateOnly = dateOnly;
        int unit = 1;
        for (int i = fractionDigits; i < MICRO_DIGITS; i++) {
            unit *= 10;
        }
        this.microsUnit = unit;
    }

    @Override
    public KeyDomain domain() {
        return DOMAIN;
    }

    @Override
    public void integer(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into) {
        into.setUnroutable(NO_DATE);
    }

    @Override
    public void decimal(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into) {
        into.setUnroutable(NO_DATE);
    }

    @Override
    public void binary(byte[] bytes, int start, int end, KeyUse use, KeyValue into) {
        into.setUnroutable(NO_DATE);
    }

    @Override
    public void longValue(long value, boolean unsigned, KeyUse use, KeyValue into) {
        into.setUnroutable(NO_DATE);
    }

    @Override
    public void string(byte[] bytes, int start, int end, TextEncoding encoding, KeyUse use, KeyValue into) {
        int length = end - start;
        boolean hasTime = length >= DATETIME_LENGTH;
        boolean shaped = encoding != TextEncoding.WIDE
                && (hasTime ? hasTimeShape(bytes, start, end) : length == DATE_LENGTH)
                && Decimal.isDigits(bytes, start, start + 4)
                && bytes[start + 4] == '-'
                && Decimal.isDigits(bytes, start + 5, start + 7)
                && bytes[start + 7] == '-'
                && Decimal.isDigits(bytes, start + 8, start + DATE_LENGTH);
        if (!shaped) {
            into.setUnroutable(NO_DATE);
            return;
        }
        date(
                number(bytes, start, 4),
                number(bytes, start + 5, 2),
                number(bytes, start + 8, 2),
                hasTime ? number(bytes, start + 11, 2) : 0,
                hasTime ? number(bytes, start + 14, 2) : 0,
                hasTime ? number(bytes, start + 17, 2) : 0,
                length > DATETIME_LENGTH + 1 ? micros(bytes, start + DATETIME_LENGTH + 1, end) : 0,
                use,
                into);
    }

    @Override
    public void date(
            int year, int month, int day, int hour, int minute, int second, int micros, KeyUse use, KeyValue into) {
        boolean real = month >= 1
                && month <= 12
                && day >= 1
                && day <= daysIn(year, month)
                && year <= 9999
                && hour <= 23
                && minute <= 59
                && second <= 59;
        if (!real) {
            into.setUnroutable("it is no real date");
            return;
        }
        boolean hasTime = (hour | minute | second | micros) != 0;
        if (dateOnly ? hasTime : micros % microsUnit != 0) {
            into.setUnroutable(TOO_FINE);
            return;
        }
        long days = (long) year << 9 | month << 5 | day;
        long time = (long) hour << 12 | minute << 6 | second;
        into.setLong((days << 17 | time) << 20 | micros, false);
    }

    private static boolean hasTimeShape(byte[] bytes, int start, int end) {
        int fraction = start + DATETIME_LENGTH;
        return (bytes[start + 10] == ' ' || bytes[start + 10] == 'T')
                && Decimal.isDigits(bytes, start + 11, start + 13)
                && bytes[start + 13] == ':'
                && Decimal.isDigits(bytes, start + 14, start + 16)
                && bytes[start + 16] == ':'
                && Decimal.isDigits(bytes, start + 17, fraction)
                && (end == fraction
                        || (bytes[fraction] == '.'
                                && end - fraction - 1 <= MICRO_DIGITS
                                && Decimal.isDigits(bytes, fraction + 1, end)));
    }

    private static int micros(byte[] bytes, int start, int end) {
        int micros = number(bytes, start, end - start);
        for (int i = end - start; i < MICRO_DIGITS; i++) {
            micros *= 10;
        }
        return micros;
    }

    private static int number(byte[] bytes, int start, int digits) {
        return (int) Decimal.parse(bytes, start, start + digits);
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }
}
