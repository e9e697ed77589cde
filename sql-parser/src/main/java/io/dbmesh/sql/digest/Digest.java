package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.lexer.Lexer;
import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.LiteralKind;

/**
 * A statement's tokens, literals and shape. Reusable: it allocates nothing once its arrays have grown. Not thread-safe: one
 * for each event loop.
 *
 * <p>Two statements have the same {@link #normalised() normalised bytes} only when they have the same tokens but for the
 * values of their literals (and, in the rows of an INSERT, for the literals' kinds and the number of rows) and are read by
 * the same dialect. Then they have the same syntax tree and literals of the same number, at the same ordinals.
 *
 * <p>All offsets are into {@link #text()}.
 */
public final class Digest {
    private final Lexer lexer = new Lexer();
    private final Tokens tokens = new Tokens();
    private final Literals literals = new Literals();
    private final Shape shape = new Shape();
    private final Rows rows = new Rows();

    private byte[] text = new byte[0];
    private int textStart;
    private int textEnd;
    private int inputEnd;
    private Dialect dialect = Dialect.DEFAULT;
    private int malformedAt = -1;
    private int secondStatement = -1;

    /**
     * Reads a statement. The bytes must not change as long as this digest is looked at.
     *
     * @param start first byte
     * @param end behind the last byte
     */
    public void read(byte[] sql, int start, int end, Dialect howToRead) {
        text = sql;
        textStart = start;
        inputEnd = end;
        dialect = howToRead;
        if (!scan(end, true)) {
            scan(end, false);
        }
        while (textEnd > textStart && (text[textEnd - 1] & 0xff) <= ' ') {
            textEnd--;
        }
        shape.hash();
    }

    /** One pass; false when the rows of an INSERT have proved to be of several shapes. */
    private boolean scan(int end, boolean collapse) {
        begin(end, collapse);
        int semicolon = -1;
        for (TokenKind kind = lexer.next(); kind != TokenKind.END_OF_TEXT; kind = lexer.next()) {
            if (semicolon >= 0) {
                if (kind != TokenKind.SEMICOLON && !isCompound()) {
                    secondStatement = lexer.start();
                    malformedAt = lexer.start();
                    textEnd = semicolon;
                    return true;
                }
                tokens.add(TokenKind.SEMICOLON, semicolon, semicolon + 1);
                shape.symbol(text, semicolon, semicolon + 1);
                semicolon = -1;
            }
            if (kind == TokenKind.SEMICOLON) {
                semicolon = lexer.start();
            } else if (!add(kind)) {
                return false;
            }
        }
        if (semicolon >= 0) {
            textEnd = semicolon;
        }
        return rows.isComplete();
    }

    private void begin(int end, boolean collapse) {
        lexer.reset(text, textStart, end, dialect);
        tokens.clear();
        literals.clear();
        shape.begin(dialect);
        rows.begin(collapse);
        textEnd = end;
        malformedAt = -1;
        secondStatement = -1;
    }

    /** False when a row has another shape than the first. */
    private boolean add(TokenKind lexed) {
        int start = lexer.start();
        int end = lexer.end();
        TokenKind kind = isNameString(lexed) ? TokenKind.STRING_NAME : lexed;
        if (kind == TokenKind.INVALID && malformedAt < 0) {
            malformedAt = start;
        }
        rows.before(kind, tokens, literals, shape);
        if (rows.isSeparator(kind)) {
            return true;
        }
        if (kind.isLiteral()) {
            literals.add(Literals.kindOf(kind), start, end, false, tokens.count());
            shape.literal(kind);
        } else if (lexer.isAfterDot()) {
            shape.nameAfterDot(text, start, end);
        } else if (kind.isReserved()) {
            shape.word(text, start, end);
        } else if (kind.isFunction()) {
            shape.function(text, start, end);
        } else {
            shape.symbol(text, start, end);
        }
        tokens.add(kind, start, end);
        return rows.after(kind, tokens, literals, shape, start, end);
    }

    /**
     * Whether a string is a name: an alias, behind AS or a value or another name, or that of a character set or collation. It
     * is no value then, and is part of the shape.
     */
    private boolean isNameString(TokenKind kind) {
        if (kind != TokenKind.STRING_LITERAL) {
            return false;
        }
        int last = tokens.count() - 1;
        TokenKind before = last < 0 ? TokenKind.COMMA : tokens.kind(last);
        return switch (before) {
            case AS, NAMES, CHARSET, COLLATE, USING, NULL, TRUE, FALSE, END, RIGHT_PAREN, USER_VARIABLE -> true;
            case SET -> last > 0 && isCharacter(tokens.kind(last - 1));
            case IDENTIFIER -> last == 0 || tokens.kind(last - 1) != TokenKind.LEFT_BRACE;
            case DATE, TIME, TIMESTAMP, DO, RETURNING, ESCAPE, FORMAT, COMMENT, PASSWORD, START, BEGIN, PREPARE ->
                false;
            default -> before.isLiteral() || before.isWord();
        };
    }

    private static boolean isCharacter(TokenKind kind) {
        return kind == TokenKind.CHARACTER || kind == TokenKind.CHAR;
    }

    /** Whether the statement defines a stored program, which may hold semicolons. */
    private boolean isCompound() {
        int last = Math.min(tokens.count(), 24);
        TokenKind first = last == 0 ? TokenKind.SEMICOLON : tokens.kind(0);
        if (first == TokenKind.BEGIN) {
            return last > 1 && tokens.kind(1) == TokenKind.NOT;
        }
        for (int i = 1; i < last && (first == TokenKind.CREATE || first == TokenKind.ALTER); i++) {
            switch (tokens.kind(i)) {
                case PROCEDURE, FUNCTION, TRIGGER, EVENT -> {
                    return true;
                }
                case TABLE, VIEW, SELECT -> {
                    return false;
                }
                default -> {}
            }
        }
        return false;
    }

    /** The array that the statement lies in. */
    public byte[] text() {
        return text;
    }

    public int textStart() {
        return textStart;
    }

    /** Behind the statement's last byte; blanks and a semicolon at the end are left out. */
    public int textEnd() {
        return textEnd;
    }

    /** The end that {@link #read} was given. */
    public int inputEnd() {
        return inputEnd;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Whether the text is no one statement: an unterminated string or comment, a byte that begins no token, a second statement. */
    public boolean isMalformed() {
        return malformedAt >= 0;
    }

    /** Where {@link #isMalformed()} was noticed; -1 when it is not. */
    public int malformedAt() {
        return malformedAt;
    }

    /** Where a second statement begins behind a semicolon; -1 when there is only one. */
    public int secondStatement() {
        return secondStatement;
    }

    /** The shape: the first {@link #normalisedLength()} bytes count. */
    public byte[] normalised() {
        return shape.bytes();
    }

    public int normalisedLength() {
        return shape.length();
    }

    /** The lower half of a hash of the shape that is keyed for this process. */
    public long hash() {
        return shape.low();
    }

    /** The upper half. */
    public long hash2() {
        return shape.high();
    }

    public int tokenCount() {
        return tokens.count();
    }

    public int tokenStart(int token) {
        return tokens.start(token);
    }

    public int tokenEnd(int token) {
        return tokens.end(token);
    }

    public TokenKind tokenKind(int token) {
        return tokens.kind(token);
    }

    /** The number of literals in this text, those of all rows included. */
    public int literalCount() {
        return literals.count();
    }

    public LiteralKind literalKind(int literal) {
        return literals.kind(literal);
    }

    /** With the sign of a cell. */
    public int literalStart(int literal) {
        return literals.start(literal);
    }

    public int literalEnd(int literal) {
        return literals.end(literal);
    }

    /** Whether a cell of an INSERT's row has a minus sign; elsewhere signs are operators. */
    public boolean literalNegated(int literal) {
        return literals.negated(literal);
    }

    /** The token of a literal; for one of a collapsed row that of the first row. */
    public int tokenOfLiteral(int literal) {
        return literals.token(literal);
    }

    /**
     * How many rows of VALUES the first row stands for: 0 without VALUES, 1 for one row, and 1 as well when there are rows of
     * several shapes, which are not collapsed: all are in the tree then.
     */
    public int rowCount() {
        return rows.count();
    }

    /** How many literals stand before the first row. */
    public int literalsBeforeRows() {
        return rows.literalsBefore();
    }

    /** How many literals each row has; 0 when the rows are not collapsed. */
    public int literalsPerRow() {
        return rows.literalsPerRow();
    }

    /** The parenthesis that opens a row; of rows of several shapes, 0 is all of them. */
    public int rowStart(int row) {
        return rows.start(row);
    }

    /** Behind the parenthesis that closes a row. */
    public int rowEnd(int row) {
        return rows.end(row);
    }

    /**
     * The literal of this text for an ordinal of the tree.
     *
     * @param row which of the collapsed rows is meant, from 0; ignored for ordinals outside the rows
     * @param ordinal as {@link io.dbmesh.sql.tree.Expression.Literal#ordinal()}
     */
    public int literalIndex(int row, int ordinal) {
        int inRow = ordinal - rows.literalsBefore();
        if (inRow < 0 || rows.count() <= 1) {
            return ordinal;
        }
        int perRow = rows.literalsPerRow();
        return ordinal + (inRow < perRow ? row : rows.count() - 1) * perRow;
    }
}
