package io.dbmesh.proxy.session;

import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.engine.plan.StatementRewriter;
import org.jspecify.annotations.Nullable;

/**
 * What functions about the session give, as SQL.
 *
 * <p>Clients see a column's type, length and whether it can be NULL, and collations follow from the function too. A bare
 * literal would have its own. The function is therefore kept as the branch of an {@code IF} that is never taken: of MySQL and
 * MariaDB alike, the whole then has what the function has.
 */
final class SessionLiterals implements StatementRewriter.SessionValues {

    private final ClientSession session;

    SessionLiterals(ClientSession session) {
        this.session = session;
    }

    /**
     * For a prepared statement: servers carry it out in the schema that was the current one when it was prepared.
     *
     * @param schema null when there was none
     */
    StatementRewriter.SessionValues within(@Nullable String schema) {
        return function -> function == SessionFunction.CURRENT_SCHEMA ? currentSchema(schema) : expression(function);
    }

    @Override
    public String expression(SessionFunction function) {
        SessionState state = session.state();
        return switch (function) {
            case CURRENT_SCHEMA -> currentSchema(state.schema());
            case USER -> typed(quoted(state.user() + "@" + session.host()), "USER()");
            case CURRENT_USER -> typed(quoted(state.user() + "@%"), "CURRENT_USER()");
            // Of a signed and an unsigned number they would make a DECIMAL.
            case CONNECTION_ID -> typed("CAST(" + session.id() + " AS UNSIGNED)", "CONNECTION_ID()");
            case FOUND_ROWS -> typed(Long.toUnsignedString(state.foundRows()), "FOUND_ROWS()");
            case ROW_COUNT -> typed(Long.toString(state.rowCount()), "ROW_COUNT()");
            case LAST_INSERT_ID ->
                typed("CAST(" + Long.toUnsignedString(state.lastInsertId()) + " AS UNSIGNED)", "LAST_INSERT_ID()");
        };
    }

    private static String currentSchema(@Nullable String schema) {
        return typed(quoted(schema), "DATABASE()");
    }

    private static String typed(String value, String function) {
        return "IF(1, " + value + ", " + function + ")";
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
    }
}
