package io.dbmesh.sql.lexer;

import static io.dbmesh.sql.lexer.TokenKind.*;

import java.nio.charset.StandardCharsets;

/**
 * Cuts a statement into tokens as MySQL does. Reusable; allocates nothing. Not thread-safe.
 *
 * <p>What MySQL's grammar joins to one literal is one token here: adjacent strings, a string with its introducer, a
 * temporal literal. Version comments vanish: their contents are tokens when the dialect's server would run them.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/language-structure.html">Language Structure</a>
 */
public final class Lexer {
    /** The names that make {@code _name} an introducer. */
    private static final byte[][] CHARSETS = ascii(
            "utf8mb4 binary latin1 utf8 utf8mb3 ascii armscii8 big5 cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932"
                    + " dec8 eucjpms euckr gb18030 gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin2 latin5"
                    + " latin7 macce macroman sjis swe7 tis620 ucs2 ujis utf16 utf16le utf32");

    private final Blanks blanks = new Blanks();
    private byte[] text = new byte[0];
    private int limit;
    private Dialect dialect = Dialect.DEFAULT;
    private int position;
    private int start;
    private boolean afterDot;
    private TokenKind kind = END_OF_TEXT;

    /** Begins with a text; the bytes must not change while it is read. */
    public void reset(byte[] sql, int from, int to, Dialect howToRead) {
        text = sql;
        position = from;
        start = from;
        limit = to;
        dialect = howToRead;
        afterDot = false;
        kind = END_OF_TEXT;
        blanks.reset(sql, to, howToRead);
    }

    /** First byte of the token that {@link #next} returned. */
    public int start() {
        return start;
    }

    /** Behind its last byte. */
    public int end() {
        return position;
    }

    /** Whether the token is a name because it stands right behind a dot: reserved words are names there. */
    public boolean isAfterDot() {
        return afterDot;
    }

    /**
     * The next token, {@link TokenKind#END_OF_TEXT} at the end. An unterminated string, quoted name or comment is one
     * {@link TokenKind#INVALID} token up to the end.
     */
    public TokenKind next() {
        boolean behindDot = kind == DOT && position < limit && Characters.isWord(text[position]);
        afterDot = behindDot;
        int at = blanks.skip(position);
        if (at < 0) {
            start = -1 - at;
            kind = invalidRest();
        } else {
            start = at;
            kind = at < limit ? token(behindDot) : endOfText();
        }
        return kind;
    }

    private TokenKind endOfText() {
        position = limit;
        if (blanks.isInVersionComment()) {
            blanks.setInVersionComment(false);
            return INVALID;
        }
        return END_OF_TEXT;
    }

    private TokenKind invalidRest() {
        position = limit;
        blanks.setInVersionComment(false);
        return INVALID;
    }

    private TokenKind token(boolean behindDot) {
        byte b = text[start];
        if (behindDot) {
            position = endOfWord(start);
            return IDENTIFIER;
        }
        if (Characters.isDigit(b)) {
            return numberOrWord();
        }
        if (Characters.isWord(b)) {
            return word(b);
        }
        return switch (b) {
            case '\'' -> strings(start, STRING_LITERAL);
            case '"' -> dialect.ansiQuotes() ? quotedName() : strings(start, STRING_LITERAL);
            case '`' -> quotedName();
            case '.' -> kind != IDENTIFIER && Characters.isDigit(byteAt(start + 1)) ? fraction(start) : symbol(1, DOT);
            case '@' -> at();
            default -> operator(b);
        };
    }

    private TokenKind symbol(int length, TokenKind symbol) {
        position = start + length;
        return symbol;
    }

    private TokenKind operator(byte b) {
        byte second = byteAt(start + 1);
        return switch (b) {
            case '(' -> symbol(1, LEFT_PAREN);
            case ')' -> symbol(1, RIGHT_PAREN);
            case ',' -> symbol(1, COMMA);
            case ';' -> symbol(1, SEMICOLON);
            case '?' -> symbol(1, PARAMETER);
            case '+' -> symbol(1, PLUS);
            case '*' -> symbol(1, STAR);
            case '%' -> symbol(1, PERCENT);
            case '^' -> symbol(1, CARET);
            case '~' -> symbol(1, TILDE);
            case '=' -> symbol(1, EQUAL);
            case '{' -> symbol(1, LEFT_BRACE);
            case '}' -> symbol(1, RIGHT_BRACE);
            case '[' -> symbol(1, LEFT_BRACKET);
            case ']' -> symbol(1, RIGHT_BRACKET);
            case '&' -> second == '&' ? symbol(2, AND_AND) : symbol(1, AMPERSAND);
            case '|' -> second == '|' ? symbol(2, dialect.pipesAsConcat() ? CONCAT_PIPES : OR_OR) : symbol(1, PIPE);
            case '!' -> second == '=' ? symbol(2, NOT_EQUAL) : symbol(1, BANG);
            case ':' -> second == '=' ? symbol(2, ASSIGN) : symbol(1, COLON);
            case '/' -> second == '*' ? hint() : symbol(1, SLASH);
            case '-' -> minus(second);
            case '<' -> less(second);
            case '>' -> greater(second);
            default -> symbol(1, INVALID);
        };
    }

    private TokenKind minus(byte second) {
        if (second != '>') {
            return symbol(1, MINUS);
        }
        return byteAt(start + 2) == '>' ? symbol(3, LONG_ARROW) : symbol(2, ARROW);
    }

    private TokenKind less(byte second) {
        return switch (second) {
            case '<' -> symbol(2, SHIFT_LEFT);
            case '>' -> symbol(2, NOT_EQUAL);
            case '=' -> byteAt(start + 2) == '>' ? symbol(3, NULL_SAFE_EQUAL) : symbol(2, LESS_OR_EQUAL);
            default -> symbol(1, LESS_THAN);
        };
    }

    private TokenKind greater(byte second) {
        return switch (second) {
            case '>' -> symbol(2, SHIFT_RIGHT);
            case '=' -> symbol(2, GREATER_OR_EQUAL);
            default -> symbol(1, GREATER_THAN);
        };
    }

    private TokenKind hint() {
        for (int i = start + 3; i + 1 < limit; i++) {
            if (text[i] == '*' && text[i + 1] == '/') {
                position = i + 2;
                return HINT;
            }
        }
        return invalidRest();
    }

    private TokenKind at() {
        byte second = byteAt(start + 1);
        if (second == '@') {
            return symbol(2, AT_AT);
        }
        if (second == '\'' || second == '"' || second == '`') {
            int end = endOfQuotes(start + 1, second != '`' && !dialect.noBackslashEscapes());
            position = end;
            return end < 0 ? invalidRest() : USER_VARIABLE;
        }
        int end = start + 1;
        while (end < limit && (Characters.isWord(text[end]) || text[end] == '.')) {
            end++;
        }
        position = end;
        return end == start + 1 ? AT_SIGN : USER_VARIABLE;
    }

    private TokenKind quotedName() {
        int end = endOfQuotes(start, false);
        if (end < 0) {
            return invalidRest();
        }
        position = end;
        return IDENTIFIER;
    }

    /** A string and those that follow it, which MySQL joins. */
    private TokenKind strings(int from, TokenKind found) {
        int end = endOfQuotes(from, !dialect.noBackslashEscapes());
        while (end >= 0) {
            position = end;
            int next = quoteAhead(end);
            if (next < 0 || found == TEMPORAL_LITERAL) {
                return found;
            }
            end = endOfQuotes(next, !dialect.noBackslashEscapes());
        }
        return invalidRest();
    }

    /** Where the next string begins if nothing but blanks is before it; else -1 and nothing is changed. */
    private int quoteAhead(int from) {
        boolean inVersionComment = blanks.isInVersionComment();
        int at = blanks.skip(from);
        if (at >= 0 && at < limit && isStringQuote(text[at])) {
            return at;
        }
        blanks.setInVersionComment(inVersionComment);
        return -1;
    }

    private boolean isStringQuote(byte b) {
        return b == '\'' || (b == '"' && !dialect.ansiQuotes());
    }

    /** Behind the closing quote; -1 without one. Doubled quotes are part of the contents. */
    private int endOfQuotes(int from, boolean escapes) {
        byte quote = text[from];
        for (int i = from + 1; i < limit; i++) {
            byte b = text[i];
            if (b == '\\' && escapes) {
                i++;
            } else if (b == quote) {
                if (byteAt(i + 1) != quote) {
                    return i + 1;
                }
                i++;
            }
        }
        return -1;
    }

    private TokenKind word(byte first) {
        int end = endOfWord(start);
        position = end;
        int length = end - start;
        if (length == 1 && byteAt(end) == '\'') {
            if (first == 'n' || first == 'N') {
                return strings(end, NATIONAL_LITERAL);
            }
            if (first == 'x' || first == 'X') {
                return quotedDigits(end, HEX_LITERAL);
            }
            if (first == 'b' || first == 'B') {
                return quotedDigits(end, BIT_LITERAL);
            }
        }
        if (first == '_' && isCharset(start + 1, end)) {
            return introduced(end);
        }
        TokenKind word = Keywords.find(text, start, end);
        if (word.isFunction()) {
            return isCalled(end) ? word : IDENTIFIER;
        }
        if (word == NOT && dialect.highNotPrecedence()) {
            return HIGH_NOT;
        }
        if (word == DATE || word == TIME || word == TIMESTAMP) {
            int quote = quoteAhead(end);
            return quote < 0 ? word : strings(quote, TEMPORAL_LITERAL);
        }
        return word;
    }

    private boolean isCalled(int end) {
        if (!dialect.ignoreSpace()) {
            return byteAt(end) == '(';
        }
        boolean inVersionComment = blanks.isInVersionComment();
        int at = blanks.skip(end);
        blanks.setInVersionComment(inVersionComment);
        return at >= 0 && byteAt(at) == '(';
    }

    /** Behind the introducer's name: with the literal that follows it is one token, without it is a name. */
    private TokenKind introduced(int end) {
        int quote = quoteAhead(end);
        if (quote >= 0) {
            return strings(quote, NATIONAL_LITERAL);
        }
        boolean inVersionComment = blanks.isInVersionComment();
        int at = blanks.skip(end);
        if (at > end && at < limit) {
            byte b = text[at];
            boolean quoted = byteAt(at + 1) == '\'' && (b == 'x' || b == 'X' || b == 'b' || b == 'B');
            if (quoted && quotedDigits(at + 1, NATIONAL_LITERAL) != INVALID) {
                return NATIONAL_LITERAL;
            }
            int wordEnd = endOfWord(at);
            if (b == '0' && (isPrefixed(at, wordEnd, 'x') || isPrefixed(at, wordEnd, 'b'))) {
                position = wordEnd;
                return NATIONAL_LITERAL;
            }
        }
        position = end;
        blanks.setInVersionComment(inVersionComment);
        return IDENTIFIER;
    }

    private boolean isCharset(int from, int to) {
        for (byte[] name : CHARSETS) {
            if (name.length == to - from) {
                int i = 0;
                while (i < name.length && Keywords.upper(text[from + i]) == name[i]) {
                    i++;
                }
                if (i == name.length) {
                    return true;
                }
            }
        }
        return false;
    }

    private TokenKind quotedDigits(int quote, TokenKind found) {
        for (int i = quote + 1; i < limit; i++) {
            if (text[i] == '\'') {
                position = i + 1;
                return found;
            }
            boolean digit = found == BIT_LITERAL ? text[i] == '0' || text[i] == '1' : Characters.isHexDigit(text[i]);
            if (!digit) {
                position = i;
                return INVALID;
            }
        }
        return invalidRest();
    }

    /** A word that begins with a digit is a number if it can be one, else a name. */
    private TokenKind numberOrWord() {
        int wordEnd = endOfWord(start);
        if (text[start] == '0' && isPrefixed(start, wordEnd, 'x')) {
            position = wordEnd;
            return HEX_LITERAL;
        }
        if (text[start] == '0' && isPrefixed(start, wordEnd, 'b')) {
            position = wordEnd;
            return BIT_LITERAL;
        }
        int end = endOfDigits(start);
        if (byteAt(end) == '.') {
            return fraction(end);
        }
        if (end == wordEnd) {
            position = end;
            return INTEGER_LITERAL;
        }
        int exponentEnd = endOfExponent(end);
        if (exponentEnd > end && exponentEnd >= wordEnd) {
            position = exponentEnd;
            return FLOAT_LITERAL;
        }
        position = wordEnd;
        return IDENTIFIER;
    }

    private TokenKind fraction(int dot) {
        int end = endOfDigits(dot + 1);
        int exponentEnd = endOfExponent(end);
        position = exponentEnd;
        return exponentEnd > end ? FLOAT_LITERAL : DECIMAL_LITERAL;
    }

    /** Behind an exponent that begins here; where it began if there is none. */
    private int endOfExponent(int from) {
        if (byteAt(from) != 'e' && byteAt(from) != 'E') {
            return from;
        }
        int digits = byteAt(from + 1) == '+' || byteAt(from + 1) == '-' ? from + 2 : from + 1;
        int end = endOfDigits(digits);
        return end > digits ? end : from;
    }

    private boolean isPrefixed(int from, int wordEnd, char base) {
        if (wordEnd < from + 3 || text[from + 1] != base) {
            return false;
        }
        for (int i = from + 2; i < wordEnd; i++) {
            boolean digit = base == 'x' ? Characters.isHexDigit(text[i]) : text[i] == '0' || text[i] == '1';
            if (!digit) {
                return false;
            }
        }
        return true;
    }

    private int endOfWord(int from) {
        int end = from;
        while (end < limit && Characters.isWord(text[end])) {
            end++;
        }
        return end;
    }

    private int endOfDigits(int from) {
        int end = from;
        while (end < limit && Characters.isDigit(text[end])) {
            end++;
        }
        return end;
    }

    private byte byteAt(int at) {
        return at < limit ? text[at] : 0;
    }

    private static byte[][] ascii(String names) {
        String[] words = names.toUpperCase(java.util.Locale.ROOT).split(" ", -1);
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
        }
        return bytes;
    }
}
