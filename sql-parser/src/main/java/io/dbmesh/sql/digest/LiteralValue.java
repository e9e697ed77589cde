package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.Blanks;
import java.util.Arrays;

/**
 * The value of a literal as bytes: quotes, escapes and prefixes resolved, adjacent strings joined. Reusable; allocates only
 * to grow. Not thread-safe.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/string-literals.html">String Literals</a>
 */
public final class LiteralValue {
    private final Blanks blanks = new Blanks();
    private byte[] bytes = new byte[256];
    private int length;

    /**
     * Reads the value. Of strings the bytes in the client's character set; of hexadecimal and bit literals the bytes that they
     * stand for; of numbers the digits as written, without the sign (see {@link Digest#literalNegated}); of NULL and
     * parameters nothing.
     */
    public void read(Digest digest, int literal) {
        length = 0;
        byte[] text = digest.text();
        int start = digest.literalStart(literal);
        int end = digest.literalEnd(literal);
        switch (digest.literalKind(literal)) {
            case INTEGER, DECIMAL, FLOAT -> number(text, start, end);
            case STRING, TEMPORAL -> strings(digest, start, end);
            case NATIONAL_OR_INTRODUCED -> introduced(digest, start, end);
            case HEX, BIT -> digits(text, start, end);
            case PARAMETER, NULL -> {}
        }
    }

    /** The value is the first {@link #length()} bytes. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void number(byte[] text, int start, int end) {
        int from = start;
        while (text[from] == '-' || text[from] == '+' || text[from] <= ' ') {
            from++;
        }
        // Between a sign and its number there may be a comment.
        while (text[from] == '/' || text[from] == '#') {
            from = lastNumber(text, from, end);
        }
        for (int i = from; i < end; i++) {
            add(text[i]);
        }
    }

    private static int lastNumber(byte[] text, int from, int end) {
        int at = end;
        while (at > from && isNumberByte(text, at - 1, end)) {
            at--;
        }
        return at;
    }

    private static boolean isNumberByte(byte[] text, int at, int end) {
        byte b = text[at];
        boolean exponentSign = (b == '+' || b == '-') && at + 1 < end && (text[at - 1] == 'e' || text[at - 1] == 'E');
        return (b >= '0' && b <= '9') || b == '.' || b == 'e' || b == 'E' || exponentSign;
    }

    private void introduced(Digest digest, int start, int end) {
        byte[] text = digest.text();
        // The introducer's name holds none of the bytes that begin its literal, and a blank is behind it where digits
        // follow.
        int at = start;
        while (text[at] != '\'' && text[at] != '"' && text[at] > ' ' && text[at] != '/' && text[at] != '#') {
            at++;
        }
        blanks.reset(text, end, digest.dialect());
        blanks.setInVersionComment(true);
        int value = blanks.skip(at);
        if (text[value] == '\'' || text[value] == '"') {
            strings(digest, value, end);
        } else {
            digits(text, value, end);
        }
    }

    private void strings(Digest digest, int start, int end) {
        byte[] text = digest.text();
        boolean escapes = !digest.dialect().noBackslashEscapes();
        blanks.reset(text, end, digest.dialect());
        int at = start;
        while (text[at] != '\'' && text[at] != '"') {
            blanks.setInVersionComment(true);
            int next = blanks.skip(at);
            at = next == at ? at + 1 : next;
        }
        while (at < end) {
            at = string(text, at, end, escapes);
            blanks.setInVersionComment(true);
            at = blanks.skip(at);
        }
    }

    /** Behind the closing quote. */
    /** @param end of the literal: what is behind it in the array may be of an older, longer statement */
    private int string(byte[] text, int start, int end, boolean escapes) {
        byte quote = text[start];
        int at = start + 1;
        while (true) {
            byte b = text[at++];
            if (b == quote) {
                if (at >= end || text[at] != quote) {
                    return at;
                }
                at++;
                add(b);
            } else if (b == '\\' && escapes) {
                escape(text[at++]);
            } else {
                add(b);
            }
        }
    }

    private void escape(byte b) {
        switch (b) {
            case '0' -> add((byte) 0);
            case 'b' -> add((byte) 8);
            case 'n' -> add((byte) '\n');
            case 'r' -> add((byte) '\r');
            case 't' -> add((byte) '\t');
            case 'Z' -> add((byte) 26);
            // Patterns need the backslash.
            case '%', '_' -> {
                add((byte) '\\');
                add(b);
            }
            default -> add(b);
        }
    }

    /** {@code 0x1f}, {@code x'1f'}, {@code 0b11}, {@code b'11'}: filled up with zeros at the left to whole bytes. */
    private void digits(byte[] text, int start, int end) {
        boolean quoted = text[end - 1] == '\'';
        int first = start + 2;
        int last = quoted ? end - 1 : end;
        byte base = text[quoted ? start : start + 1];
        int bits = base == 'b' || base == 'B' ? 1 : 4;
        int count = (last - first) * bits;
        int value = 0;
        for (int i = first; i < last; i++) {
            value = value << bits | Character.digit(text[i], 16);
            count -= bits;
            if (count % 8 == 0) {
                add((byte) value);
                value = 0;
            }
        }
    }

    private void add(byte b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = b;
    }
}
