package io.dbmesh.engine.sharding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.sharding.StringEquality.Stripped;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

/** Each line is one of MySQL's rules of when two values are equal, or of what is stored. */
class KeyCodecTest {
    private static final KeyCodec INT = KeyCodec.ofIntegers(32, false, "int");
    private static final KeyCodec BIGINT = KeyCodec.ofIntegers(64, false, "bigint");
    private static final KeyCodec BIGINT_UNSIGNED = KeyCodec.ofIntegers(64, true, "bigint unsigned");
    private static final KeyCodec TINYINT_UNSIGNED = KeyCodec.ofIntegers(8, true, "tinyint unsigned");
    private static final KeyCodec GENERAL_CI = strings(TextEncoding.UTF8, true, Stripped.SPACES, 10);
    private static final KeyCodec NOPAD_CI = strings(TextEncoding.UTF8, true, Stripped.NOTHING, 10);
    private static final KeyCodec UTF8_BIN = strings(TextEncoding.UTF8, false, Stripped.SPACES, 10);
    private static final KeyCodec LATIN1_BIN = strings(TextEncoding.LATIN1, false, Stripped.SPACES, 10);
    private static final KeyCodec VARBINARY = strings(TextEncoding.BINARY, false, Stripped.NOTHING, 10);
    private static final KeyCodec BINARY = strings(TextEncoding.BINARY, false, Stripped.ZEROS, 10);
    private static final KeyCodec DATE = KeyCodec.ofDates(true, 0);
    private static final KeyCodec DATETIME = KeyCodec.ofDates(false, 3);

    private final KeyValue value = new KeyValue();

    @Test
    void integer_literal() {
        assertThat(integer(INT, "42", false, KeyUse.STORE)).isEqualTo("42");
        assertThat(integer(INT, "0042", true, KeyUse.STORE)).isEqualTo("-42");
        assertThat(integer(INT, "0", true, KeyUse.STORE)).isEqualTo("0");
        assertThat(integer(INT, "2147483647", false, KeyUse.STORE)).isEqualTo("2147483647");
        assertThat(integer(INT, "2147483648", true, KeyUse.STORE)).isEqualTo("-2147483648");
        assertThat(integer(BIGINT, "9223372036854775808", true, KeyUse.STORE)).isEqualTo("-9223372036854775808");
        assertThat(integer(BIGINT_UNSIGNED, "18446744073709551615", false, KeyUse.STORE))
                .isEqualTo("18446744073709551615");
        assertThat(integer(TINYINT_UNSIGNED, "255", false, KeyUse.STORE)).isEqualTo("255");
        assertThat(integer(TINYINT_UNSIGNED, "00000000000000000000000000255", false, KeyUse.STORE))
                .isEqualTo("255");
    }

    @Test
    void integer_thatTheColumnCannotHold_isNotStored() {
        assertThat(integer(INT, "2147483648", false, KeyUse.STORE)).isEqualTo("out of range: int");
        assertThat(integer(INT, "2147483649", true, KeyUse.STORE)).isEqualTo("out of range: int");
        assertThat(integer(BIGINT, "9223372036854775808", false, KeyUse.STORE)).isEqualTo("out of range: bigint");
        assertThat(integer(BIGINT, "9223372036854775809", true, KeyUse.STORE)).isEqualTo("out of range: bigint");
        assertThat(integer(BIGINT_UNSIGNED, "18446744073709551616", false, KeyUse.STORE))
                .isEqualTo("out of range: bigint unsigned");
        assertThat(integer(BIGINT_UNSIGNED, "1", true, KeyUse.STORE)).isEqualTo("out of range: bigint unsigned");
        assertThat(integer(TINYINT_UNSIGNED, "256", false, KeyUse.STORE)).isEqualTo("out of range: tinyint unsigned");
        assertThat(integer(BIGINT, "99999999999999999999999", false, KeyUse.STORE))
                .startsWith("out of range");
    }

    @Test
    void integer_compared_needNotFitTheColumn() {
        assertThat(integer(INT, "2147483648", false, KeyUse.COMPARE)).isEqualTo("2147483648");
        assertThat(integer(BIGINT, "9223372036854775808", false, KeyUse.COMPARE))
                .startsWith("unroutable");
        assertThat(integer(BIGINT_UNSIGNED, "1", true, KeyUse.COMPARE)).startsWith("unroutable");
    }

    @Test
    void integer_asDecimal_countsWhenWhole() {
        assertThat(decimal(INT, "5.00", true)).isEqualTo("-5");
        assertThat(decimal(INT, "5.", false)).isEqualTo("5");
        assertThat(decimal(INT, "5.01", false)).startsWith("unroutable");
        INT.floatingPoint(value);
        assertThat(value.kind()).isEqualTo(KeyValue.Kind.UNROUTABLE);
    }

    /** {@code .0} is 0. */
    @Test
    void integer_asDecimalWithoutWholePart() {
        assertThat(decimal(INT, ".0", false)).isEqualTo("0");
    }

    @Test
    void integer_asString_countsWhenPlain() {
        assertThat(string(BIGINT, "42", KeyUse.COMPARE)).isEqualTo("42");
        assertThat(string(BIGINT, "-042", KeyUse.STORE)).isEqualTo("-42");
        for (String odd : new String[] {"", "-", "4 ", " 4", "4.0", "4e0", "4x", "+4", "9007199254740993"}) {
            assertThat(string(BIGINT, odd, KeyUse.COMPARE)).as(odd).startsWith("unroutable");
        }
    }

    @Test
    void integer_asHexLiteral_isItsNumber() {
        BIGINT.binary(new byte[] {1, (byte) 0xFF}, 0, 2, KeyUse.COMPARE, value);
        assertThat(value).hasToString("511");
        BIGINT.binary(new byte[9], 0, 9, KeyUse.COMPARE, value);
        assertThat(value.isRoutable()).isFalse();
    }

    @Test
    void integer_asParameter() {
        assertThat(number(BIGINT, Long.MIN_VALUE, false)).isEqualTo("-9223372036854775808");
        assertThat(number(BIGINT, -1, false)).isEqualTo("-1");
        assertThat(number(BIGINT, -1, true)).isEqualTo("out of range: bigint");
        assertThat(number(BIGINT_UNSIGNED, -1, true)).isEqualTo("18446744073709551615");
        assertThat(number(BIGINT_UNSIGNED, -1, false)).isEqualTo("out of range: bigint unsigned");
        assertThat(number(INT, 1L << 31, false)).isEqualTo("out of range: int");
    }

    @Test
    void signedAndUnsigned_shareADomain() {
        assertThat(INT.domain()).isEqualTo(BIGINT_UNSIGNED.domain()).isNotEqualTo(GENERAL_CI.domain());
        assertThat(GENERAL_CI.domain()).isNotEqualTo(UTF8_BIN.domain()).isNotEqualTo(NOPAD_CI.domain());
    }

    @Test
    void string_underCaseInsensitiveCollation_isFolded() {
        assertThat(string(GENERAL_CI, "Alice", KeyUse.STORE)).isEqualTo("'alice'");
        assertThat(string(GENERAL_CI, "[Z]  ", KeyUse.STORE)).isEqualTo("'[z]'");
        assertThat(string(NOPAD_CI, "A ", KeyUse.STORE)).isEqualTo("'a '");
    }

    @Test
    void string_beyondAsciiUnderCaseInsensitiveCollation_isUnroutable() {
        for (String odd : new String[] {"é", "a\tb", "a\u0000", "a\u007f"}) {
            assertThat(string(GENERAL_CI, odd, KeyUse.COMPARE)).as(odd).startsWith("unroutable");
            assertThat(string(GENERAL_CI, odd, KeyUse.STORE)).as(odd).startsWith("unroutable");
        }
    }

    @Test
    void string_underBinaryCollation_isExactInOneEncoding() {
        assertThat(string(UTF8_BIN, "Äé", KeyUse.STORE)).isEqualTo("'Äé'");
        assertThat(string(UTF8_BIN, "A  ", KeyUse.STORE)).isEqualTo("'A'");
        assertThat(string(UTF8_BIN, "a\tb", KeyUse.STORE)).isEqualTo("'a\tb'");
        assertThat(string(UTF8_BIN, "é", ISO_8859_1, TextEncoding.LATIN1, KeyUse.STORE))
                .startsWith("unroutable");
        assertThat(string(LATIN1_BIN, "é", UTF_8, TextEncoding.UTF8, KeyUse.STORE))
                .startsWith("unroutable");
        assertThat(string(LATIN1_BIN, "abc", UTF_8, TextEncoding.UTF8, KeyUse.STORE))
                .isEqualTo("'abc'");
        assertThat(string(UTF8_BIN, "abc", UTF_8, TextEncoding.WIDE, KeyUse.STORE))
                .isEqualTo("'abc'");
    }

    @Test
    void string_ofMalformedUtf8_isUnroutable() {
        for (int[] bad : new int[][] {
            {0xC3}, {0x80}, {0xC0, 0x80}, {0xE0, 0x80, 0x80}, {0xED, 0xA0, 0x80}, {0xF5, 0x80, 0x80, 0x80}
        }) {
            byte[] bytes = new byte[bad.length];
            for (int i = 0; i < bad.length; i++) {
                bytes[i] = (byte) bad[i];
            }
            UTF8_BIN.string(bytes, 0, bytes.length, TextEncoding.UTF8, KeyUse.STORE, value);
            assertThat(value.kind()).isEqualTo(KeyValue.Kind.UNROUTABLE);
        }
    }

    @Test
    void string_ofUtf8mb3_holdsNoFourByteCharacters() {
        KeyCodec utf8mb3 = KeyCodec.ofStrings(new StringEquality(TextEncoding.UTF8, false, Stripped.SPACES, true), 10);
        assertThat(string(utf8mb3, "é", KeyUse.STORE)).isEqualTo("'é'");
        assertThat(string(utf8mb3, "\uD83D\uDE00", KeyUse.STORE)).startsWith("unroutable");
        assertThat(string(UTF8_BIN, "\uD83D\uDE00", KeyUse.STORE)).isEqualTo("'\uD83D\uDE00'");
    }

    @Test
    void string_longerThanTheColumn_isNotStored() {
        assertThat(string(GENERAL_CI, "12345678901", KeyUse.STORE)).isEqualTo("out of range: its length");
        assertThat(string(GENERAL_CI, "1234567890 ", KeyUse.STORE)).isEqualTo("'1234567890'");
        assertThat(string(UTF8_BIN, "éééééééééé", KeyUse.STORE)).isEqualTo("'éééééééééé'");
        assertThat(string(GENERAL_CI, "12345678901", KeyUse.COMPARE)).isEqualTo("'12345678901'");
    }

    @Test
    void string_binaryColumn_isBytes() {
        assertThat(string(VARBINARY, "é ", ISO_8859_1, TextEncoding.LATIN1, KeyUse.STORE))
                .startsWith("'");
        assertThat(value.length()).isEqualTo(2);
        assertThat(string(BINARY, "a\u0000\u0000", KeyUse.COMPARE)).isEqualTo("'a'");
        VARBINARY.binary(new byte[] {0x41, 0}, 0, 2, KeyUse.COMPARE, value);
        assertThat(value.length()).isEqualTo(2);
    }

    @Test
    void string_columnComparedWithNumber_isUnroutable() {
        assertThat(integer(GENERAL_CI, "5", false, KeyUse.COMPARE)).startsWith("unroutable");
        assertThat(integer(GENERAL_CI, "005", false, KeyUse.STORE)).isEqualTo("'5'");
        assertThat(integer(GENERAL_CI, "5", true, KeyUse.STORE)).isEqualTo("'-5'");
        assertThat(integer(GENERAL_CI, "0", true, KeyUse.STORE)).isEqualTo("'0'");
        assertThat(number(GENERAL_CI, -1, true)).isEqualTo("out of range: its length");
        GENERAL_CI.longValue(-12, false, KeyUse.STORE, value);
        assertThat(value).hasToString("'-12'");
        assertThat(decimal(GENERAL_CI, "5.0", false)).startsWith("unroutable");
    }

    @Test
    void date_ordersAsTime() {
        String[] ascending = {
            "0001-01-01",
            "1999-12-31 23:59:59.999",
            "2000-01-01",
            "2000-01-01 00:00:00.001",
            "2000-01-01T00:01:00",
            "2000-02-29",
            "9999-12-31 23:59:59"
        };
        long last = Long.MIN_VALUE;
        for (String date : ascending) {
            string(DATETIME, date, KeyUse.STORE);
            assertThat(value.isRoutable()).as(date).isTrue();
            assertThat(value.longValue()).as(date).isGreaterThan(last);
            last = value.longValue();
        }
    }

    @Test
    void date_equalsDatetimeAtMidnight() {
        String date = string(DATE, "2024-05-06", KeyUse.STORE);
        assertThat(string(DATETIME, "2024-05-06 00:00:00", KeyUse.STORE)).isEqualTo(date);
        assertThat(string(DATE, "2024-05-06 00:00:00.000", KeyUse.STORE)).isEqualTo(date);
        DATETIME.date(2024, 5, 6, 0, 0, 0, 0, KeyUse.COMPARE, value);
        assertThat(value).hasToString(date);
    }

    @Test
    void date_thatIsNotPlain_isUnroutable() {
        String[] odd = {
            "",
            "2024-5-6",
            "20240506",
            "24-05-06",
            "2024/05/06",
            "0000-00-00",
            "2024-02-30",
            "2023-02-29",
            "2024-13-01",
            "2024-05-06 24:00:00",
            "2024-05-06 10:00",
            "2024-05-06 10:00:00.",
            "2024-05-06 10:00:00.1234567",
            "2024-05-06 10:00:00+01:00",
            "2024-05-06 10:00:00.0001"
        };
        for (String date : odd) {
            assertThat(string(DATETIME, date, KeyUse.STORE)).as(date).startsWith("unroutable");
        }
        assertThat(string(DATE, "2024-05-06 10:00:00", KeyUse.COMPARE)).startsWith("unroutable");
        assertThat(integer(DATE, "20240506", false, KeyUse.COMPARE)).startsWith("unroutable");
    }

    private static KeyCodec strings(TextEncoding encoding, boolean foldCase, Stripped stripped, int length) {
        return KeyCodec.ofStrings(new StringEquality(encoding, foldCase, stripped, false), length);
    }

    private String integer(KeyCodec codec, String digits, boolean negative, KeyUse use) {
        byte[] sql = ("= " + digits + ";").getBytes(UTF_8);
        codec.integer(sql, 2, 2 + digits.length(), negative, use, value);
        return value.toString();
    }

    private String decimal(KeyCodec codec, String digits, boolean negative) {
        codec.decimal(digits.getBytes(UTF_8), 0, digits.length(), negative, KeyUse.STORE, value);
        return value.toString();
    }

    private String number(KeyCodec codec, long number, boolean unsigned) {
        codec.longValue(number, unsigned, KeyUse.STORE, value);
        return value.toString();
    }

    private String string(KeyCodec codec, String text, KeyUse use) {
        return string(codec, text, UTF_8, TextEncoding.UTF8, use);
    }

    private String string(KeyCodec codec, String text, Charset charset, TextEncoding encoding, KeyUse use) {
        byte[] bytes = text.getBytes(charset);
        codec.string(bytes, 0, bytes.length, encoding, use, value);
        return value.toString();
    }
}
