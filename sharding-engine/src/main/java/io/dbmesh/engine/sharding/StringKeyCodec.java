package io.dbmesh.engine.sharding;

import java.nio.charset.StandardCharsets;

/**
 * Keys of CHAR, VARCHAR, BINARY and VARBINARY. What is equal depends on the collation: a binary one compares bytes, a
 * known case-insensitive one is told for printable ASCII only (case folded), since beyond it collations disagree on
 * accents, ligatures and ignored characters. Where the collation pads, trailing spaces do not count.
 */
final class StringKeyCodec extends KeyCodec {
    private static final String NOT_ASCII =
            "the column's collation ignores case, and then only printable ASCII is told exactly";
    private static final String OTHER_ENCODING =
            "the connection's character set is not the column's, and the string is not ASCII";

    private final KeyDomain domain;
    private final TextEncoding encoding;
    private final boolean foldCase;
    private final byte strip;
    private final boolean strips;
    private final long maxCharacters;
    private final boolean threeByteUtf8;

    /**
     * @param maxCharacters the column's length; bytes for binary columns
     */
    StringKeyCodec(StringEquality equality, long maxCharacters) {
        this.encoding = equality.encoding();
        this.foldCase = equality.foldCase();
        this.strips = equality.stripped() != StringEquality.Stripped.NOTHING;
        this.strip = (byte) (equality.stripped() == StringEquality.Stripped.ZEROS ? 0 : ' ');
        this.maxCharacters = maxCharacters;
        this.threeByteUtf8 = equality.threeByteUtf8();
        this.domain = equality.domain();
    }

    @Override
    public KeyDomain domain() {
        return domain;
    }

    /** A number compared with a string column is compared as a double: '5', '05' and '5 apples' all equal 5. */
    @Override
    public void integer(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into) {
        if (use == KeyUse.COMPARE) {
            into.setUnroutable("a number is compared with a string column");
            return;
        }
        int first = Decimal.skipZeros(sql, start, end);
        boolean zero = sql[first] == '0';
        int sign = negative && !zero ? 1 : 0;
        int length = end - first + sign;
        if (length > maxCharacters) {
            into.setOutOfRange("its length");
            return;
        }
        byte[] text = into.setBytes(length);
        text[0] = '-';
        System.arraycopy(sql, first, text, sign, end - first);
    }

    @Override
    public void decimal(byte[] sql, int start, int end, boolean negative, KeyUse use, KeyValue into) {
        into.setUnroutable("a number with a fraction is given for a string column");
    }

    @Override
    public void longValue(long value, boolean unsigned, KeyUse use, KeyValue into) {
        if (use == KeyUse.COMPARE) {
            into.setUnroutable("a number is compared with a string column");
            return;
        }
        byte[] digits =
                (unsigned ? Long.toUnsignedString(value) : Long.toString(value)).getBytes(StandardCharsets.US_ASCII);
        string(digits, 0, digits.length, encoding, use, into);
    }

    /** In the place of a string, {@code 0x41} is 'A' in the binary character set. */
    @Override
    public void binary(byte[] bytes, int start, int end, KeyUse use, KeyValue into) {
        if (use == KeyUse.COMPARE && encoding != TextEncoding.BINARY) {
            // The comparison is then a binary one, where case and padding count.
            into.setUnroutable("a binary string is compared with a text column");
            return;
        }
        string(bytes, start, end, TextEncoding.BINARY, use, into);
    }

    @Override
    public void string(byte[] bytes, int start, int end, TextEncoding given, KeyUse use, KeyValue into) {
        boolean printable = isPrintableAscii(bytes, start, end);
        if (given == TextEncoding.WIDE && !(printable && encoding != TextEncoding.BINARY)) {
            into.setUnroutable(OTHER_ENCODING);
            return;
        }
        if (!printable && foldCase) {
            into.setUnroutable(NOT_ASCII);
            return;
        }
        if (!printable && encoding != TextEncoding.BINARY && !isExact(bytes, start, end, given)) {
            into.setUnroutable(OTHER_ENCODING);
            return;
        }
        int last = end;
        while (strips && last > start && bytes[last - 1] == strip) {
            last--;
        }
        int characters = encoding == TextEncoding.UTF8 ? utf8Characters(bytes, start, last) : last - start;
        if (use == KeyUse.STORE && characters > maxCharacters) {
            into.setOutOfRange("its length");
            return;
        }
        byte[] text = into.setBytes(last - start);
        if (foldCase) {
            for (int i = start; i < last; i++) {
                byte b = bytes[i];
                text[i - start] = b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
            }
        } else {
            System.arraycopy(bytes, start, text, 0, last - start);
        }
    }

    /** Whether bytes beyond printable ASCII mean the same in the connection and in the column. */
    private boolean isExact(byte[] bytes, int start, int end, TextEncoding given) {
        if (isAscii(bytes, start, end)) {
            return given != TextEncoding.WIDE && encoding != TextEncoding.WIDE;
        }
        return switch (given) {
            case UTF8 -> encoding == TextEncoding.UTF8 && isUtf8(bytes, start, end, threeByteUtf8 ? 3 : 4);
            case LATIN1 -> encoding == TextEncoding.LATIN1;
            case BINARY, OTHER_ASCII, WIDE -> false;
        };
    }

    private static boolean isPrintableAscii(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < ' ' || bytes[i] == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static int utf8Characters(byte[] bytes, int start, int end) {
        int characters = 0;
        for (int i = start; i < end; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                characters++;
            }
        }
        return characters;
    }

    /** Well-formed UTF-8 of at most {@code maxBytes} for each character; malformed strings are changed by a server. */
    private static boolean isUtf8(byte[] bytes, int start, int end, int maxBytes) {
        int i = start;
        while (i < end) {
            int lead = bytes[i] & 0xFF;
            int size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
            if (size == 0 || size > maxBytes || i + size > end) {
                return false;
            }
            for (int k = 1; k < size; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    return false;
                }
            }
            int second = size > 2 ? bytes[i + 1] & 0xFF : 0;
            boolean misplaced = (lead == 0xE0 && second < 0xA0) // overlong
                    || (lead == 0xED && second > 0x9F) // surrogate
                    || (lead == 0xF0 && second < 0x90) // overlong
                    || (lead == 0xF4 && second > 0x8F); // beyond U+10FFFF
            if (misplaced) {
                return false;
            }
            i += size;
        }
        return true;
    }
}
