package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import java.net.SocketAddress;
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
        List<String> held) {

    static SessionInfo of(int id, @Nullable SocketAddress client, long seconds, boolean busy, SessionState state) {
        return new SessionInfo(
                id,
                state.user(),
                String.valueOf(client).replaceFirst("^/", ""),
                state.schema(),
                seconds,
                busy,
                state.inTransaction(),
                state.held().pinned().stream().map(Location::toString).toList(),
                state.held().locations().stream().map(Location::toString).toList());
    }
}
