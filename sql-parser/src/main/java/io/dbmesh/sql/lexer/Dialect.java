package io.dbmesh.sql.lexer;

/**
 * How a session's statements are to be read: the parts of {@code sql_mode} that change tokens or grammar, and the server
 * that will run them, which decides on version comments.
 *
 * @param ansiQuotes {@code "} quotes identifiers
 * @param pipesAsConcat {@code ||} joins strings
 * @param noBackslashEscapes a backslash in a string is an ordinary character
 * @param ignoreSpace spaces may stand between a built-in function's name and its parenthesis
 * @param highNotPrecedence NOT binds as tightly as {@code !}
 * @param mariaDb whether the servers are MariaDB's
 * @param version as version comments have it: 80033, 110405
 */
public record Dialect(
        boolean ansiQuotes,
        boolean pipesAsConcat,
        boolean noBackslashEscapes,
        boolean ignoreSpace,
        boolean highNotPrecedence,
        boolean mariaDb,
        int version) {
    /** MySQL 8.0.33 in its default sql_mode. */
    public static final Dialect DEFAULT = new Dialect(false, false, false, false, false, false, 80_033);
}
