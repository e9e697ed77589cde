package io.dbmesh.proxy.session;

import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.engine.plan.StatementRewriter;
import org.jspecify.annotations.Nullable;

/** What functions about the session give, as SQL. */
final class SessionLiterals implements StatementRewriter.SessionValues {

    private final ClientSession session;

    SessionLiterals(ClientSession session) {
        this.session = session;
    }

    @Override
    public String literal(SessionFunction function) {
        String value = value(function);
        boolean isText =
                switch (function) {
                    case CURRENT_SCHEMA, USER, CURRENT_USER -> true;
                    case CONNECTION_ID, FOUND_ROWS, ROW_COUNT, LAST_INSERT_ID -> false;
                };
        if (value == null) {
            return "NULL";
        }
        return isText ? "'" + value.replace("'", "''") + "'" : value;
    }

    /** The value as text; null for NULL. */
    @Nullable String value(SessionFunction function) {
        SessionState state = session.state();
        return switch (function) {
            case CURRENT_SCHEMA -> state.schema();
            case CONNECTION_ID -> Integer.toString(session.id());
            case USER -> state.user() + "@" + session.host();
            case CURRENT_USER -> state.user() + "@%";
            case FOUND_ROWS -> Long.toUnsignedString(state.foundRows());
            case ROW_COUNT -> Long.toString(state.rowCount());
            case LAST_INSERT_ID -> Long.toUnsignedString(state.lastInsertId());
        };
    }
}
