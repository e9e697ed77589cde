package io.dbmesh.sql.lexer;

import java.nio.charset.StandardCharsets;

/** Finds the keyword that a word is, in any case, without allocation. */
final class Keywords {
    private static final int SIZE = 4096;
    private static final byte[][] NAMES = new byte[SIZE][];
    private static final TokenKind[] KINDS = new TokenKind[SIZE];

    static {
        for (TokenKind kind : TokenKind.values()) {
            if (kind.isKeyword()) {
                byte[] name = kind.name().getBytes(StandardCharsets.US_ASCII);
                int slot = hash(name, 0, name.length);
                while (NAMES[slot] != null) {
                    slot = (slot + 1) & (SIZE - 1);
                }
                NAMES[slot] = name;
                KINDS[slot] = kind;
            }
        }
    }

    private Keywords() {}

    /** The keyword, or IDENTIFIER. */
    static TokenKind find(byte[] text, int start, int end) {
        int slot = hash(text, start, end);
        while (NAMES[slot] != null) {
            if (equal(NAMES[slot], text, start, end)) {
                return KINDS[slot];
            }
            slot = (slot + 1) & (SIZE - 1);
        }
        return TokenKind.IDENTIFIER;
    }

    private static boolean equal(byte[] name, byte[] text, int start, int end) {
        if (name.length != end - start) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (name[i] != upper(text[start + i])) {
                return false;
            }
        }
        return true;
    }

    private static int hash(byte[] text, int start, int end) {
        int hash = end - start;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + upper(text[i]);
        }
        return (hash ^ (hash >>> 12)) & (SIZE - 1);
    }

    /** ASCII upper case; other bytes as they are. */
    static byte upper(byte b) {
        return b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
    }
}
