package io.dbmesh.proxy.backend;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one data source. They are handed out to the sessions of the same loop, so a
 * statement never changes threads.
 *
 * <p>An idle connection that already carries the wanted profile, database and settings is preferred; then one that has
 * to replay settings; then a new one; and only when the pool is full one that must change its database, because that
 * costs a round trip before the statement may be sent.
 */
public final class BackendPool {

    /** Who waits for a connection. Called on the event loop, at once or later, exactly once. */
    public interface Borrower {
        /** A connection in the wanted profile; {@link BackendConnection#prepareFor} must still be called. */
        void connected(BackendConnection connection);

        /** No connection can be had. */
        void unavailable(ErrorPacket reason);

        /** Whether the connection is not wanted any more, because the client has gone. */
        boolean isCancelled();
    }

    private record Waiter(Profile profile, Borrower borrower, long sinceNanos) {}

    private final EventLoop eventLoop;
    private final DataSource dataSource;
    private final BackendConnector connector;
    private final PoolLimits limits;

    /** Most recently used last. */
    private final List<BackendConnection> idle = new ArrayList<>();

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int open;
    private boolean closed;

    /**
     * Bounds of one pool.
     *
     * @param maxConnections open connections, busy or idle, at least 1
     * @param maxWaiters sessions that may wait for a connection at the same time
     * @param waitTimeoutMillis how long a session waits before it gets an error
     * @param idleTimeoutMillis how long an unused connection is kept
     */
    public record PoolLimits(int maxConnections, int maxWaiters, long waitTimeoutMillis, long idleTimeoutMillis) {}

    public BackendPool(EventLoop eventLoop, DataSource dataSource, BackendConnector connector, PoolLimits limits) {
        this.eventLoop = eventLoop;
        this.dataSource = dataSource;
        this.connector = connector;
        this.limits = limits;
        long sweepMillis = Math.max(1_000, limits.idleTimeoutMillis() / 4);
        eventLoop.scheduleWithFixedDelay(this::closeStale, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
    }

    /** The idle connection that fits without any preparation, or null. */
    public @Nullable BackendConnection tryBorrow(Profile profile, String database, SessionSettings settings) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            BackendConnection connection = idle.get(i);
            if (connection.fits(profile, database, settings)) {
                idle.remove(i);
                return connection;
            }
        }
        return null;
    }

    /** Finds or opens a connection; the borrower is told now or when one is there, or that none can be had. */
    public void borrow(Profile profile, String database, SessionSettings settings, Borrower borrower) {
        BackendConnection connection = tryBorrow(profile, database, settings);
        if (connection == null) {
            connection = takeIdle(profile, database, settings);
        }
        if (connection == null && open >= limits.maxConnections()) {
            connection = takeIdle(profile, null, settings);
        }
        if (connection != null) {
            borrower.connected(connection);
        } else if (open < limits.maxConnections() || closeOneIdle()) {
            open(profile, database, borrower);
        } else if (waiters.size() >= limits.maxWaiters()) {
            borrower.unavailable(exhausted(0));
        } else {
            enqueue(new Waiter(profile, borrower, System.nanoTime()));
        }
    }

    /** Takes back a connection that is in no transaction and has no answer outstanding. */
    public void giveBack(BackendConnection connection) {
        if (closed || !connection.isReusable()) {
            connection.close();
            return;
        }
        Waiter waiter = nextWaiter();
        if (waiter == null) {
            connection.markIdle();
            idle.add(connection);
        } else if (waiter.profile().equals(connection.profile())) {
            waiter.borrower().connected(connection);
        } else {
            connection.close();
            open(waiter.profile(), "", waiter.borrower());
        }
    }

    /** Called once for each connection that has been closed, by whomever. */
    void closed(BackendConnection connection) {
        open--;
        idle.remove(connection);
        Waiter waiter = open < limits.maxConnections() ? nextWaiter() : null;
        if (waiter != null) {
            open(waiter.profile(), "", waiter.borrower());
        }
    }

    /** Opens a connection that does not count in the pool, for {@code KILL}: it must work when the pool is full. */
    public void openControlConnection(Profile profile, Borrower borrower) {
        connector.connect(dataSource, profile, "", null, borrower);
    }

    /** Closes what is idle and refuses whoever waits; borrowed connections are closed when given back. */
    public void close() {
        closed = true;
        List.copyOf(idle).forEach(BackendConnection::close);
        Waiter waiter;
        while ((waiter = waiters.poll()) != null) {
            waiter.borrower().unavailable(ErrorPacket.of(new MeshException(MeshError.SHUTDOWN)));
        }
    }

    /** Connections that are open or being opened. */
    public int openConnections() {
        return open;
    }

    /** Connections that wait to be used. */
    public int idleConnections() {
        return idle.size();
    }

    /** Sessions that wait for a connection. */
    public int waitingBorrowers() {
        return waiters.size();
    }

    private @Nullable BackendConnection takeIdle(
            Profile profile, @Nullable String database, SessionSettings settings) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            BackendConnection connection = idle.get(i);
            if (connection.canServe(profile, database, settings)) {
                idle.remove(i);
                return connection;
            }
        }
        return null;
    }

    private void open(Profile profile, String database, Borrower borrower) {
        open++;
        connector.connect(dataSource, profile, database, this, new Borrower() {
            @Override
            public void connected(BackendConnection connection) {
                if (borrower.isCancelled()) {
                    giveBack(connection);
                } else {
                    borrower.connected(connection);
                }
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                open--;
                borrower.unavailable(reason);
                failWaitersOfDeadServer(reason);
            }

            @Override
            public boolean isCancelled() {
                return borrower.isCancelled();
            }
        });
    }

    /** With nothing open, no connection will ever be given back to those who wait: they learn the reason now. */
    private void failWaitersOfDeadServer(ErrorPacket reason) {
        while (open == 0 && !waiters.isEmpty()) {
            waiters.remove().borrower().unavailable(reason);
        }
    }

    private boolean closeOneIdle() {
        if (idle.isEmpty()) {
            return false;
        }
        idle.get(0).close();
        return true;
    }

    private void enqueue(Waiter waiter) {
        waiters.add(waiter);
        eventLoop.schedule(
                () -> {
                    if (waiters.remove(waiter)) {
                        long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waiter.sinceNanos());
                        waiter.borrower().unavailable(exhausted(waitedMillis));
                    }
                },
                limits.waitTimeoutMillis(),
                TimeUnit.MILLISECONDS);
    }

    private @Nullable Waiter nextWaiter() {
        Waiter waiter;
        while ((waiter = waiters.poll()) != null) {
            if (!waiter.borrower().isCancelled()) {
                return waiter;
            }
        }
        return null;
    }

    private ErrorPacket exhausted(long waitedMillis) {
        return ErrorPacket.of(new MeshException(
                MeshError.POOL_TIMEOUT,
                dataSource.name(),
                waitedMillis,
                open - idle.size(),
                limits.maxConnections(),
                waiters.size()));
    }

    private void closeStale() {
        long now = System.nanoTime();
        for (BackendConnection connection : List.copyOf(idle)) {
            if (TimeUnit.NANOSECONDS.toMillis(now - connection.idleSinceNanos()) > limits.idleTimeoutMillis()) {
                connection.close();
            }
        }
    }
}
