package io.dbmesh.proxy.session;

import io.dbmesh.sql.lexer.Dialect;

/**
 * What clients are told about the server, taken from the first data source that answered.
 *
 * @param version of the greeting, such as {@code 8.0.33} or {@code 11.4.5-MariaDB}
 * @param dialect how statements are read as long as a session has not changed its sql_mode
 */
public record ServerFacts(String version, Dialect dialect) {
    /** When no data source has answered yet. */
    public static final ServerFacts UNKNOWN = new ServerFacts("8.0.33", Dialect.DEFAULT);

    /** From what a server says of itself. */
    public static ServerFacts of(String version, String sqlMode) {
        return new ServerFacts(version, Dialects.of(version, sqlMode));
    }
}
