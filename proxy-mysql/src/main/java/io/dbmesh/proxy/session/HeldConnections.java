package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ServerStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The backend connections that a session keeps between statements, one for each location: because a transaction is open
 * there, a cursor is, or because the connection is pinned (a temporary table, a lock) and nobody else may have it.
 */
final class HeldConnections {

    private final Map<Location, BackendConnection> connections = new LinkedHashMap<>();
    private final Set<Location> pinned = new HashSet<>();
    /** By the client's id of the statement. */
    private final Map<Integer, Cursor> cursors = new HashMap<>(0);

    @Nullable BackendConnection at(Location location) {
        return connections.isEmpty() ? null : connections.get(location);
    }

    void hold(Location location, BackendConnection connection) {
        connections.put(location, connection);
    }

    void drop(Location location) {
        connections.remove(location);
        pinned.remove(location);
        if (!cursors.isEmpty()) {
            cursors.values().removeIf(cursor -> cursor.location().equals(location));
        }
    }

    /**
     * Rows that wait at a server.
     *
     * @param statementId the server's
     */
    record Cursor(Location location, BackendConnection connection, int statementId) {}

    /** A statement of the client, by its id, has opened a cursor: the connection stays until it is closed. */
    void cursorOpened(int statement, Cursor cursor) {
        cursors.put(statement, cursor);
    }

    /** The open cursor of a statement of the client, or null. */
    @Nullable Cursor cursor(int statement) {
        return cursors.isEmpty() ? null : cursors.get(statement);
    }

    /** Closes the cursor of a statement of the client, if it has one; {@code atEnd} when the server has closed it. */
    boolean endCursor(int statement, boolean atEnd) {
        Cursor ended = cursors.isEmpty() ? null : cursors.remove(statement);
        if (ended == null) {
            return false;
        }
        ended.connection().cursorEnded(ended.statementId(), atEnd);
        return true;
    }

    boolean hasCursorAt(Location location) {
        return !cursors.isEmpty()
                && cursors.values().stream()
                        .anyMatch(cursor -> cursor.location().equals(location));
    }

    /** Keeps the location's connection until the session ends; it is then closed. */
    void pin(Location location) {
        pinned.add(location);
    }

    boolean isPinned(Location location) {
        return pinned.contains(location);
    }

    /** What servers say of the session's open transaction: IN_TRANS and IN_TRANS_READONLY, or 0 when none is open. */
    int transactionFlags() {
        for (BackendConnection connection : connections.values()) {
            if (connection.isInTransaction()) {
                return connection.serverStatus() & (ServerStatus.IN_TRANS | ServerStatus.IN_TRANS_READONLY);
            }
        }
        return 0;
    }

    boolean isEmpty() {
        return connections.isEmpty();
    }

    Collection<BackendConnection> all() {
        return connections.values();
    }

    /** The connections themselves have been closed. */
    void forgetPins() {
        pinned.clear();
    }

    /** Locations in the order in which the session came to them. */
    List<Location> locations() {
        return new ArrayList<>(connections.keySet());
    }

    Set<Location> pinned() {
        return pinned;
    }
}
