package io.dbmesh.sql.lexer;

/**
 * Skips what separates tokens: blanks and comments. Knows version comments ({@code /*!80000 ...}): those that the dialect's
 * server would run are skipped at their ends only.
 */
public final class Blanks {
    private static final int MARIADB_IGNORES_FROM = 50_700;
    private static final int MARIADB_IGNORES_TO = 99_999;

    private byte[] text = new byte[0];
    private int limit;
    private Dialect dialect = Dialect.DEFAULT;
    /** Whether the position is in a version comment whose contents are read. */
    private boolean inVersionComment;

    public void reset(byte[] sql, int to, Dialect howToRead) {
        text = sql;
        limit = to;
        dialect = howToRead;
        inVersionComment = false;
    }

    boolean isInVersionComment() {
        return inVersionComment;
    }

    public void setInVersionComment(boolean value) {
        inVersionComment = value;
    }

    /** The next byte that is no blank; {@code -1 - position} when an unterminated comment begins there. */
    public int skip(int from) {
        int at = from;
        while (at < limit) {
            byte b = text[at];
            if (Characters.isBlank(b)) {
                at++;
            } else if (b == '#' || (b == '-' && isDashComment(at))) {
                at = endOfLine(at);
            } else if (b == '*' && inVersionComment && byteAt(at + 1) == '/') {
                inVersionComment = false;
                at += 2;
            } else if (b == '/' && byteAt(at + 1) == '*' && byteAt(at + 2) != '+') {
                int end = comment(at);
                if (end < 0) {
                    return -1 - at;
                }
                at = end;
            } else {
                return at;
            }
        }
        return at;
    }

    /** Behind a comment's end, or behind the opening of a version comment that is read; -1 without end. */
    private int comment(int at) {
        boolean mariaDbOnly = byteAt(at + 2) == 'M' && byteAt(at + 3) == '!';
        if (byteAt(at + 2) != '!' && !mariaDbOnly) {
            return endOfComment(at + 2, false);
        }
        int digits = at + (mariaDbOnly ? 4 : 3);
        int behind = digits;
        int version = 0;
        while (behind < digits + 6 && behind < limit && Characters.isDigit(text[behind])) {
            version = version * 10 + text[behind++] - '0';
        }
        if (behind < digits + 5) {
            behind = digits;
            version = 0;
        }
        if (!runs(mariaDbOnly, version)) {
            return endOfComment(behind, true);
        }
        inVersionComment = true;
        return behind;
    }

    private boolean runs(boolean mariaDbOnly, int version) {
        if (version > dialect.version() || (mariaDbOnly && !dialect.mariaDb())) {
            return false;
        }
        return mariaDbOnly || !dialect.mariaDb() || version < MARIADB_IGNORES_FROM || version > MARIADB_IGNORES_TO;
    }

    /** Behind the end; a version comment that is not read may hold one level of comments. */
    private int endOfComment(int from, boolean nested) {
        boolean inner = false;
        for (int i = from; i + 1 < limit; i++) {
            if (text[i] == '*' && text[i + 1] == '/') {
                if (!inner) {
                    return i + 2;
                }
                inner = false;
                i++;
            } else if (nested && !inner && text[i] == '/' && text[i + 1] == '*') {
                inner = true;
                i++;
            }
        }
        return -1;
    }

    private boolean isDashComment(int at) {
        if (byteAt(at + 1) != '-') {
            return false;
        }
        return at + 2 >= limit || (text[at + 2] >= 0 && text[at + 2] <= ' ');
    }

    private int endOfLine(int from) {
        int at = from;
        while (at < limit && text[at] != '\n') {
            at++;
        }
        return at;
    }

    private byte byteAt(int at) {
        return at < limit ? text[at] : 0;
    }
}
