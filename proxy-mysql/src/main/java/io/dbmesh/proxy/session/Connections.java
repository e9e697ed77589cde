package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.BackendPool;
import io.dbmesh.proxy.backend.ControlExchange;
import io.dbmesh.proxy.backend.Turns;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.ResponseScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a session the connections that its statements need, and gives them back: its own where a transaction is open or
 * the connection is pinned, else from the pool of the event loop.
 *
 * <p>What is acquired is in use until it is released; when the client goes away, whatever is in use is closed and what runs
 * there is killed.
 */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /**
     * Sessions that need several connections take them in one order, and those of one pool by {@link Turns}, so that two of
     * them do not wait for each other. Transactions that come to places one after another still can; one gives up after the
     * pool's time-out.
     */
    private static final Comparator<Location> ORDER =
            Comparator.comparing(Location::dataSource).thenComparing(Location::database);

    /** Told about one connection; exactly one of the methods is called, at once or later, unless the client goes away. */
    interface Receiver {
        /** In the session's state and, if one is open, in its transaction: the statement may be sent, then flushed. */
        void acquired(BackendConnection connection);

        /** Nothing is held. */
        void unavailable(ErrorPacket reason);
    }

    /** Told about several connections, as {@link Receiver} is about one. */
    interface AllReceiver {
        /** Likewise, in the order of the locations asked for. */
        void acquired(List<BackendConnection> connections);

        void unavailable(ErrorPacket reason);
    }

    private record InUse(Location location, BackendConnection connection) {}

    private final LoopContext loop;
    private final SessionState state;
    private final List<InUse> inUse = new ArrayList<>(2);
    private @Nullable Acquisition acquisition;
    private boolean abandoned;

    Connections(LoopContext loop, SessionState state) {
        this.loop = loop;
        this.state = state;
    }

    /** The way without waiting: a connection on which the statement may be sent as it is, or null. */
    @Nullable BackendConnection take(Location location) {
        BackendConnection held = state.held().at(location);
        if (held != null) {
            if (!held.isReadyFor(location.database(), state.settings()) || hasToJoin(held)) {
                return null;
            }
            inUse.add(new InUse(location, held));
            return held;
        }
        if (state.mustJoin()) {
            return null;
        }
        BackendConnection idle = loop.pool(location).tryBorrow(state.profile(), location.database(), state.settings());
        if (idle != null) {
            inUse.add(new InUse(location, idle));
        }
        return idle;
    }

    /**
     * Acquires a connection.
     *
     * @param before statements that cannot fail unless the connection does, sent before the one to come; such as
     *     {@code BEGIN} of a transaction that only this statement has
     */
    void acquire(Location location, List<String> before, Receiver receiver) {
        BackendConnection held = state.held().at(location);
        if (held != null && !hasToJoin(held)) {
            acquire(location, before, receiver, held);
        } else {
            boolean taints = state.transaction().leavesCharacteristics();
            acquire(location, joined(before), taints ? tainting(receiver) : receiver, held);
        }
    }

    /**
     * Acquires a connection for something of the mesh's own or for preparing a statement: it finds what {@code SET
     * TRANSACTION} has said of the next transaction, since servers do not prepare what a READ ONLY one refuses, but does not
     * use it up.
     */
    void acquireBeside(Location location, List<String> before, Receiver receiver) {
        if (state.transaction().leavesCharacteristics()) {
            List<String> join = new ArrayList<>(state.transaction().characteristics());
            join.addAll(before);
            acquire(location, join, tainting(receiver), state.held().at(location));
        } else {
            acquire(location, before, receiver);
        }
    }

    /**
     * A server keeps {@code SET TRANSACTION} until a statement that opens a transaction of its engines has succeeded. Nobody
     * knows whether the statement to come does, and the next session must not find it, so that the connection is not given
     * to another one.
     */
    private static Receiver tainting(Receiver receiver) {
        return new Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                connection.taint();
                receiver.acquired(connection);
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                receiver.unavailable(reason);
            }
        };
    }

    private void acquire(Location location, List<String> join, Receiver receiver, @Nullable BackendConnection held) {
        if (held != null) {
            prepare(location, held, join, receiver);
            return;
        }
        loop.pool(location).borrow(state.profile(), location.database(), state.settings(), new BackendPool.Borrower() {
            @Override
            public void connected(BackendConnection connection) {
                prepare(location, connection, join, receiver);
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                if (!abandoned) {
                    receiver.unavailable(reason);
                }
            }

            @Override
            public boolean isCancelled() {
                return abandoned;
            }
        });
    }

    /** A pinned connection may have been there before the transaction was. */
    private boolean hasToJoin(BackendConnection held) {
        return state.mustJoin() && !held.isInTransaction();
    }

    private List<String> joined(List<String> before) {
        if (!state.mustJoin()) {
            return before;
        }
        List<String> statements = state.joinStatements();
        if (before.isEmpty()) {
            return statements;
        }
        List<String> all = new ArrayList<>(statements);
        all.addAll(before);
        return all;
    }

    private void prepare(Location location, BackendConnection connection, List<String> before, Receiver receiver) {
        if (abandoned) {
            loop.pool(location).giveBack(connection);
            return;
        }
        inUse.add(new InUse(location, connection));
        connection.prepareFor(location.database(), state.settings(), before, new BackendConnection.Ready() {
            @Override
            public void ready(BackendConnection ready) {
                receiver.acquired(ready);
            }

            @Override
            public void failed(ErrorPacket reason) {
                release(location, connection);
                receiver.unavailable(reason);
            }
        });
    }

    /**
     * Acquires connections to different locations, one after another in an order that all sessions keep. When one
     * cannot be had, those that were are released.
     */
    void acquireAll(List<Location> locations, List<String> before, AllReceiver receiver) {
        Acquisition begun = new Acquisition(locations, before, receiver);
        acquisition = begun;
        begun.next();
    }

    private final class Acquisition implements Receiver, Turns.Taker {
        private final List<Location> locations;
        private final List<Location> order;
        private final List<String> before;
        private final AllReceiver receiver;
        private final BackendConnection[] connections;
        private int acquired;
        private String dataSource = "";
        private @Nullable Turns turn;

        Acquisition(List<Location> locations, List<String> before, AllReceiver receiver) {
            this.locations = locations;
            this.order = locations.stream().sorted(ORDER).toList();
            this.before = before;
            this.receiver = receiver;
            this.connections = new BackendConnection[locations.size()];
        }

        void next() {
            if (acquired == connections.length) {
                endTurn();
                acquisition = null;
                receiver.acquired(List.of(connections));
                return;
            }
            Location next = order.get(acquired);
            if (next.dataSource().equals(dataSource)) {
                acquire(next, before, this);
            } else {
                endTurn();
                dataSource = next.dataSource();
                enter(next);
            }
        }

        /** Goes on with a data source, from its first location. */
        private void enter(Location first) {
            int wanted = 0;
            for (Location location : order) {
                wanted += isHere(location) && state.held().at(location) == null ? 1 : 0;
            }
            int all = wanted
                    + (int) state.held().locations().stream()
                            .filter(this::isHere)
                            .count();
            BackendPool pool = loop.pool(first);
            if (all > pool.maxConnections()) {
                unavailable(ErrorPacket.of(
                        new MeshException(MeshError.TOO_FEW_CONNECTIONS, all, dataSource, pool.maxConnections())));
            } else if (wanted > 1) {
                pool.turns().take(this);
            } else {
                acquire(first, before, this);
            }
        }

        private boolean isHere(Location location) {
            return location.dataSource().equals(dataSource);
        }

        @Override
        public void granted() {
            Location first = order.get(acquired);
            turn = loop.pool(first).turns();
            acquire(first, before, this);
        }

        @Override
        public boolean isCancelled() {
            return abandoned;
        }

        void endTurn() {
            Turns ended = turn;
            turn = null;
            if (ended != null) {
                ended.end();
            }
        }

        @Override
        public void acquired(BackendConnection connection) {
            connections[locations.indexOf(order.get(acquired))] = connection;
            acquired++;
            next();
        }

        @Override
        public void unavailable(ErrorPacket reason) {
            endTurn();
            acquisition = null;
            for (int i = 0; i < acquired; i++) {
                Location location = order.get(i);
                BackendConnection connection = connections[locations.indexOf(location)];
                connection.flush();
                release(location, connection);
            }
            receiver.unavailable(reason);
        }
    }

    /**
     * Ends the use of a connection whose answer is complete. It stays with the session while a transaction is open there
     * or it is pinned, and goes back to the pool otherwise.
     */
    void release(Location location, BackendConnection connection) {
        forget(connection);
        if (connection.isClosed()) {
            if (state.held().at(location) == connection) {
                state.held().drop(location);
            }
            return;
        }
        // It may have been paused for a client that was slow to take the end of the answer.
        connection.resumeReading();
        if (state.keeps(location, connection)) {
            state.held().hold(location, connection);
        } else {
            state.held().drop(location);
            loop.pool(location).giveBack(connection);
        }
    }

    /** The connection is the session's no more, though its answer is not complete: whoever reads the rest ends its use. */
    void leave(Location location, BackendConnection connection) {
        forget(connection);
        if (state.held().at(location) == connection) {
            state.held().drop(location);
        }
    }

    /** Ends the use of a connection that was left and whose answer is complete. */
    void giveBack(Location location, BackendConnection connection) {
        loop.pool(location).giveBack(connection);
    }

    /** Ends the use of a connection that was left and whose answer is not complete. */
    void killAndClose(Location location, BackendConnection connection) {
        if (!connection.isClosed()) {
            connection.close();
            kill(location, connection.threadId());
        }
    }

    /** Gives back what is held between statements and has no reason to be any more. */
    void releaseHeld() {
        for (Location location : state.held().locations()) {
            BackendConnection connection = state.held().at(location);
            if (connection != null && !isInUse(connection)) {
                release(location, connection);
            }
        }
    }

    private void forget(BackendConnection connection) {
        for (int i = inUse.size() - 1; i >= 0; i--) {
            if (inUse.get(i).connection() == connection) {
                inUse.remove(i);
            }
        }
    }

    private boolean isInUse(BackendConnection connection) {
        for (InUse use : inUse) {
            if (use.connection() == connection) {
                return true;
            }
        }
        return false;
    }

    /** Whether a statement of the session is with a server. */
    boolean hasInUse() {
        return !inUse.isEmpty();
    }

    void pauseReading() {
        inUse.forEach(use -> use.connection().pauseReading());
    }

    void resumeReading() {
        // Resuming may deliver bytes at once and so change the list.
        List.copyOf(inUse).forEach(use -> use.connection().resumeReading());
    }

    /**
     * Stops, by {@code KILL QUERY}, what servers are doing for the session. It may come too late, so that the connections
     * must not serve another session afterwards.
     */
    void killRunning() {
        for (InUse use : inUse) {
            use.connection().taint();
            kill(use.location(), use.connection().threadId());
        }
    }

    private void kill(Location location, long threadId) {
        loop.killBegun();
        loop.pool(location).openControlConnection(state.profile(), new BackendPool.Borrower() {
            @Override
            public void connected(BackendConnection control) {
                byte[] sql = ("KILL QUERY " + threadId).getBytes(StandardCharsets.US_ASCII);
                control.send(
                        CommandByte.QUERY,
                        sql,
                        new ControlExchange(state.profile().deprecateEof()) {
                            @Override
                            protected void ok(BackendConnection connection, ResponseScanner answer) {
                                loop.killEnded();
                                control.close();
                            }

                            @Override
                            protected void error(BackendConnection connection, ErrorPacket reason) {
                                // The thread has ended meanwhile, which is what was wanted.
                                loop.killEnded();
                                control.close();
                            }
                        });
                control.flush();
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                loop.killEnded();
                LOG.warn("{}: cannot kill query of thread {}: {}", location, threadId, reason.message());
            }

            @Override
            public boolean isCancelled() {
                return false;
            }
        });
    }

    /**
     * The client has gone: kills what runs, closes what is in use or pinned, and rolls back what is open elsewhere so that
     * the connection can be used again.
     */
    void abandon() {
        abandoned = true;
        killRunning();
        for (InUse use : List.copyOf(inUse)) {
            use.connection().close();
            state.held().drop(use.location());
        }
        inUse.clear();
        if (acquisition != null) {
            acquisition.endTurn();
            acquisition = null;
        }
        cleanHeld();
    }

    /** After a fault of ours nobody knows what state the connections in use are in: they are closed. */
    void discardInUse() {
        for (InUse use : List.copyOf(inUse)) {
            use.connection().close();
            release(use.location(), use.connection());
        }
    }

    /** Empties the session's hands: rolls back, closes what is pinned, gives back the rest. */
    void cleanHeld() {
        for (Location location : state.held().locations()) {
            BackendConnection connection = state.held().at(location);
            boolean pinned = state.held().isPinned(location) || state.held().hasCursorAt(location);
            state.held().drop(location);
            if (connection == null) {
                continue;
            }
            if (pinned || connection.isClosed()) {
                connection.close();
            } else if (connection.isInTransaction()) {
                rollBackAndGiveBack(location, connection);
            } else {
                loop.pool(location).giveBack(connection);
            }
        }
    }

    private void rollBackAndGiveBack(Location location, BackendConnection connection) {
        connection.send("ROLLBACK", new ControlExchange(state.profile().deprecateEof()) {
            @Override
            protected void ok(BackendConnection rolledBack, ResponseScanner answer) {
                loop.pool(location).giveBack(rolledBack);
            }

            @Override
            protected void error(BackendConnection broken, ErrorPacket reason) {
                broken.close();
            }
        });
        connection.flush();
    }
}
