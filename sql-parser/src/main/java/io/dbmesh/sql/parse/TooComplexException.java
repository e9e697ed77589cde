package io.dbmesh.sql.parse;

/** The statement may be right, but is nested more deeply than the mesh reads. */
public final class TooComplexException extends SqlSyntaxException {
    private static final long serialVersionUID = 1;

    TooComplexException(String message, String near, int line, int column) {
        super(message, near, line, column);
    }
}
