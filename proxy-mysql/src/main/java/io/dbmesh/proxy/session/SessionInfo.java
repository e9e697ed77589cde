package io.dbmesh.proxy.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What SHOW PROCESSLIST and MESH SHOW SESSIONS say of a session.
 *
 * @param seconds since the last command began
 * @param pinned places whose connection is the session's until its end
 * @param held places where the session has a connection between statements
 */
record SessionInfo(
        int id,
        String user,
        String host,
        @Nullable String schema,
        long seconds,
        boolean busy,
        boolean inTransaction,
        List<String> pinned,
        List<String> held) {}
