package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.SessionSettings;
import io.dbmesh.proxy.protocol.SessionChanges;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Remembers what a client with SESSION_TRACK has been told of its session. */
final class SessionTracking {

    /** As in {@code session_track_system_variables} by default, of MySQL and MariaDB alike. */
    private static final List<String> TRACKED = List.of(
            "autocommit", "character_set_client", "character_set_connection", "character_set_results", "time_zone");

    private @Nullable String schema;
    private SessionSettings settings = SessionSettings.DEFAULTS;

    /** The login's variables are known to the client, its schema is told. */
    void begin() {
        schema = null;
        settings = SessionSettings.DEFAULTS;
    }

    /** USE: is told even when it is the same schema again. */
    void schemaChosen() {
        schema = null;
    }

    /**
     * What has changed since the last call. A variable that has its first value again is left out: only servers know it.
     */
    @SuppressWarnings("ReferenceEquality") // the quick way out for the same settings; equal ones give no changes below
    SessionChanges changes(SessionState state) {
        SortedMap<String, String> variables = new TreeMap<>();
        if (settings != state.settings()) {
            for (String name : TRACKED) {
                String literal = state.settings().literal(name);
                if (literal != null && !literal.equals("DEFAULT") && !literal.equals(settings.literal(name))) {
                    variables.put(name, value(name, literal));
                }
            }
            settings = state.settings();
        }
        String current = Objects.equals(schema, state.schema()) ? null : state.schema();
        schema = state.schema();
        return new SessionChanges(current, variables);
    }

    private static String value(String name, String literal) {
        if (name.equals("autocommit")) {
            return literal.equals("0") ? "OFF" : "ON";
        }
        String text = literal.replace("'", "");
        return text.equals("NULL") ? "" : text;
    }
}
