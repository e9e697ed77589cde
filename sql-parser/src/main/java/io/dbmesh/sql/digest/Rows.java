package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.LiteralKind;
import java.util.Arrays;

/**
 * Follows an INSERT's tokens to its rows, makes cells of plain values, and drops the tokens of each row that has the shape of
 * the first.
 */
final class Rows {
    private enum Phase {
        /** The statement's first word is to come. */
        START,
        /** No VALUES yet. */
        BEFORE,
        /** A parenthesis must follow. */
        EXPECT_ROW,
        WITHIN,
        /** A comma or something else follows. */
        BETWEEN,
        /** No rows, or all are read. */
        DONE
    }

    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int count;
    private boolean collapse;
    private Phase phase = Phase.START;
    private TokenKind previous = TokenKind.END_OF_TEXT;
    private int depth;

    private int rowTokens;
    private int rowShape;
    private int rowLiterals;
    private int cellTokens;
    private int cellShape;
    // The first row in the shape.
    private int firstShape;
    private int firstShapeEnd;
    private int literalsBefore;
    private int literalsPerRow;

    void begin(boolean collapseRows) {
        collapse = collapseRows;
        count = 0;
        phase = Phase.START;
        previous = TokenKind.END_OF_TEXT;
        depth = 0;
        literalsBefore = 0;
        literalsPerRow = 0;
    }

    /** Told of each token before it is added. */
    void before(TokenKind kind, Tokens tokens, Literals literals, Shape shape) {
        if (phase == Phase.WITHIN) {
            if (depth == 1 && (kind == TokenKind.COMMA || kind == TokenKind.RIGHT_PAREN)) {
                endCell(tokens, literals, shape);
            }
        } else if (phase == Phase.EXPECT_ROW && kind == TokenKind.LEFT_PAREN) {
            rowTokens = tokens.count();
            rowShape = shape.length();
            rowLiterals = literals.count();
        }
    }

    /** Whether the token is the comma before a row, which is left out with the row when rows are collapsed. */
    boolean isSeparator(TokenKind kind) {
        if (collapse && phase == Phase.BETWEEN && kind == TokenKind.COMMA) {
            phase = Phase.EXPECT_ROW;
            return true;
        }
        return false;
    }

    /** Told of each token when it is added; false when the rows cannot be collapsed. */
    boolean after(TokenKind kind, Tokens tokens, Literals literals, Shape shape, int start, int end) {
        boolean fits = true;
        switch (phase) {
            case START -> phase = phaseAfterFirstWord(kind);
            case BEFORE -> lookForValues(kind);
            case EXPECT_ROW -> fits = beginRow(kind, tokens, shape, start);
            case WITHIN -> fits = within(kind, tokens, literals, shape, end);
            case BETWEEN -> phase = !collapse && kind == TokenKind.COMMA ? Phase.EXPECT_ROW : Phase.DONE;
            case DONE -> {}
        }
        previous = kind;
        return fits;
    }

    /** EXPLAIN and MESH may stand before the statement proper. */
    private static Phase phaseAfterFirstWord(TokenKind kind) {
        return switch (kind) {
            case INSERT, REPLACE -> Phase.BEFORE;
            case MESH, EXPLAIN, DESCRIBE, DESC, FORMAT, EQUAL, IDENTIFIER -> Phase.START;
            default -> Phase.DONE;
        };
    }

    private void lookForValues(TokenKind kind) {
        switch (kind) {
            case LEFT_PAREN -> depth++;
            case RIGHT_PAREN -> depth--;
            case VALUES -> phase = depth == 0 ? Phase.EXPECT_ROW : Phase.DONE;
            case VALUE -> {
                if (depth == 0 && mayEndName(previous)) {
                    phase = Phase.EXPECT_ROW;
                }
            }
            case SELECT, SET, WITH, TABLE, ON -> phase = Phase.DONE;
            default -> {}
        }
    }

    /** Whether VALUE behind this is the keyword, not the table's name. */
    private static boolean mayEndName(TokenKind kind) {
        return switch (kind) {
            case INSERT, REPLACE, INTO, IGNORE, LOW_PRIORITY, HIGH_PRIORITY, DELAYED, DOT, HINT -> false;
            default -> true;
        };
    }

    private boolean beginRow(TokenKind kind, Tokens tokens, Shape shape, int start) {
        if (kind != TokenKind.LEFT_PAREN) {
            phase = Phase.DONE;
            // Behind a comma that was left out: not a row, so the comma is needed.
            return count == 0 || !collapse;
        }
        if (count == 0 || collapse) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
            }
            starts[count++] = start;
        }
        phase = Phase.WITHIN;
        depth = 1;
        beginCell(tokens, shape);
        return true;
    }

    private boolean within(TokenKind kind, Tokens tokens, Literals literals, Shape shape, int end) {
        switch (kind) {
            case LEFT_PAREN -> depth++;
            case RIGHT_PAREN -> {
                if (--depth == 0) {
                    return endRow(tokens, literals, shape, end);
                }
            }
            case COMMA -> {
                if (depth == 1) {
                    beginCell(tokens, shape);
                }
            }
            default -> {}
        }
        return true;
    }

    private void beginCell(Tokens tokens, Shape shape) {
        cellTokens = tokens.count();
        cellShape = shape.length();
    }

    private void endCell(Tokens tokens, Literals literals, Shape shape) {
        int length = tokens.count() - cellTokens;
        if (!collapse || length < 1 || length > 2) {
            return;
        }
        TokenKind first = tokens.kind(cellTokens);
        TokenKind last = tokens.kind(tokens.count() - 1);
        boolean signed = length == 2 && (first == TokenKind.PLUS || first == TokenKind.MINUS) && last.isNumber();
        if (signed) {
            literals.signLast(tokens.start(cellTokens), first == TokenKind.MINUS, cellTokens);
        } else if (length == 1 && last == TokenKind.NULL) {
            literals.add(LiteralKind.NULL, tokens.start(cellTokens), tokens.end(cellTokens), false, cellTokens);
        } else if (length == 2 || !last.isLiteral()) {
            return;
        }
        tokens.joinToCell(cellTokens);
        shape.truncate(cellShape);
        shape.literal(TokenKind.CELL);
    }

    private boolean endRow(Tokens tokens, Literals literals, Shape shape, int end) {
        ends[count - 1] = end;
        phase = Phase.BETWEEN;
        if (!collapse) {
            return true;
        }
        if (count == 1) {
            firstShape = rowShape;
            firstShapeEnd = shape.length();
            literalsBefore = rowLiterals;
            literalsPerRow = literals.count() - rowLiterals;
            return true;
        }
        int length = firstShapeEnd - firstShape;
        if (shape.length() - rowShape != length
                || literals.count() - rowLiterals != literalsPerRow
                || !shape.equal(firstShape, rowShape, length)) {
            return false;
        }
        literals.shareTokens(literalsBefore, literalsPerRow);
        tokens.truncate(rowTokens);
        shape.truncate(rowShape);
        return true;
    }

    /** Whether the text may end here: a comma or part of a row that was left out must be told to the parser. */
    boolean isComplete() {
        return !collapse
                || count == 0
                || phase == Phase.DONE
                || phase == Phase.BETWEEN
                || (phase == Phase.WITHIN && count == 1);
    }

    int count() {
        return count;
    }

    int start(int row) {
        return starts[row];
    }

    int end(int row) {
        return ends[row];
    }

    int literalsBefore() {
        return literalsBefore;
    }

    int literalsPerRow() {
        return literalsPerRow;
    }
}
