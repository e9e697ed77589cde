package io.dbmesh.sql.parse;

/** The text is no statement that the grammar knows. Carries what MySQL's error 1064 tells. */
public class SqlSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String near;
    private final int line;
    private final int column;

    SqlSyntaxException(String message, String near, int line, int column) {
        super(message, null, false, false);
        this.near = near;
        this.line = line;
        this.column = column;
    }

    /** The text from the first token that does not fit, at most 80 characters; empty at the end of the text. */
    public String near() {
        return near;
    }

    /** Line of that token, from 1. */
    public int line() {
        return line;
    }

    /** Column of that token in bytes, from 1. */
    public int column() {
        return column;
    }
}
