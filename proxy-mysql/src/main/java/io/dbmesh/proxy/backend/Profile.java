package io.dbmesh.proxy.backend;

/**
 * What is agreed at login and cannot be changed afterwards. Answers are relayed byte for byte, so a client is only ever
 * given a connection that was opened with its own choices.
 *
 * @param deprecateEof whether result sets end with an OK packet instead of EOF packets (CLIENT_DEPRECATE_EOF)
 * @param foundRows whether affected rows count the matched rows instead of the changed ones (CLIENT_FOUND_ROWS)
 * @param ignoreSpace whether a space may stand between a function's name and its parenthesis (CLIENT_IGNORE_SPACE)
 * @param extendedMetadata whether column definitions are MariaDB's longer ones (MARIADB_CLIENT_EXTENDED_METADATA)
 * @param charset id of the collation named at login, 1..255; the server derives the character set of statements and
 *     results from it
 */
public record Profile(
        boolean deprecateEof, boolean foundRows, boolean ignoreSpace, boolean extendedMetadata, int charset) {}
