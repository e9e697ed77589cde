package io.dbmesh.proxy.client;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a scenario.
 *
 * @param line of the scenario's file
 * @param sql without the semicolon
 * @param parameters for its question marks; none when the statement is to be sent as it is
 * @param unordered whether the server may give the rows in any order
 * @param refusal what the error 1235 of a sharded schema must contain; null when the statement works there
 */
record Step(
        int line,
        String sql,
        List<Parameter> parameters,
        boolean unordered,
        @Nullable String refusal) {
    Step {
        parameters = List.copyOf(parameters);
    }

    /** For clients that know no parameters. */
    String sqlWithLiterals() {
        if (parameters.isEmpty()) {
            return sql;
        }
        StringBuilder filled = new StringBuilder();
        Iterator<Parameter> values = parameters.iterator();
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            filled.append(c == '?' ? values.next().literal() : String.valueOf(c));
        }
        return filled.toString();
    }
}
