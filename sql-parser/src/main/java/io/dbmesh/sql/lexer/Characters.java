package io.dbmesh.sql.lexer;

/** What single bytes are. */
final class Characters {
    private static final byte BLANK = 1;
    private static final byte LETTER = 2;
    private static final byte DIGIT = 3;

    private static final byte[] CLASSES = new byte[256];

    static {
        for (int b = 0; b < 256; b++) {
            if (b >= '0' && b <= '9') {
                CLASSES[b] = DIGIT;
            } else if (b >= 0x80 || b == '_' || b == '$' || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z')) {
                CLASSES[b] = LETTER;
            } else if (b == ' ' || (b >= 9 && b <= 13)) {
                CLASSES[b] = BLANK;
            }
        }
    }

    private Characters() {}

    static boolean isBlank(byte b) {
        return CLASSES[b & 0xff] == BLANK;
    }

    /** Part of an unquoted name. */
    static boolean isWord(byte b) {
        return CLASSES[b & 0xff] >= LETTER;
    }

    static boolean isDigit(byte b) {
        return CLASSES[b & 0xff] == DIGIT;
    }

    static boolean isHexDigit(byte b) {
        return isDigit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
    }
}
