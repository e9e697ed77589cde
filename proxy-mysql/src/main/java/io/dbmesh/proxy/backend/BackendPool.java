package io.dbmesh.proxy.backend;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
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

        /** Whether the connection is not wanted any more, because the client has gone. Then neither need be called. */
        boolean isCancelled();
    }

    /** What a connection is wanted for. */
    private record Want(Profile profile, String database, SessionSettings settings, Borrower borrower) {

        /** Whether the connection can be brought there, at the price of a round trip for another database. */
        boolean isServedBy(BackendConnection connection) {
            // There is no statement that leaves a database without choosing another one.
            return connection.canServe(profile, database.isEmpty() ? "" : null, settings);
        }
    }

    private static final class Waiter {
        final Want want;
        final long sinceNanos = System.nanoTime();

        @Nullable ScheduledFuture<?> timeout;

        Waiter(Want want) {
            this.want = want;
        }

        void served() {
            if (timeout != null) {
                timeout.cancel(false);
            }
        }
    }

    private static final long MIN_SWEEP_MILLIS = 100;
    private static final long MAX_SWEEP_MILLIS = 10_000;

    private final EventLoop eventLoop;
    private final DataSource dataSource;
    private final BackendConnector connector;
    private final PoolLimits limits;

    /** Most recently used last. */
    private final List<BackendConnection> idle = new ArrayList<>();

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final Turns turns;
    private final ScheduledFuture<?> sweep;
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
        this.turns = new Turns(eventLoop, limits.waitTimeoutMillis(), this::exhausted);
        long sweepMillis = Math.clamp(limits.idleTimeoutMillis() / 4, MIN_SWEEP_MILLIS, MAX_SWEEP_MILLIS);
        this.sweep =
                eventLoop.scheduleWithFixedDelay(this::closeStale, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
    }

    /** The idle connection that fits without any preparation, or null. */
    public @Nullable BackendConnection tryBorrow(Profile profile, String database, SessionSettings settings) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            BackendConnection connection = idle.get(i);
            if (connection.fits(profile, database, settings)) {
                return take(i);
            }
        }
        return null;
    }

    /** Finds or opens a connection; the borrower is told now or when one is there, or that none can be had. */
    public void borrow(Profile profile, String database, SessionSettings settings, Borrower borrower) {
        if (closed) {
            borrower.unavailable(shutDown());
            return;
        }
        Want want = new Want(profile, database, settings, borrower);
        BackendConnection connection = tryBorrow(profile, database, settings);
        if (connection == null) {
            connection = takeIdle(want, open >= limits.maxConnections());
        }
        if (connection != null) {
            borrower.connected(connection);
            return;
        }
        if (open >= limits.maxConnections() && !idle.isEmpty()) {
            take(0).close();
        }
        if (open < limits.maxConnections()) {
            open(want);
        } else if (waiters.size() >= limits.maxWaiters()) {
            borrower.unavailable(exhausted(0));
        } else {
            enqueue(new Waiter(want));
        }
    }

    /** Takes back a connection that is in no transaction and has no answer outstanding; any other one is closed. */
    public void giveBack(BackendConnection connection) {
        if (connection.isIdle()) {
            throw new IllegalStateException(connection + " was given back twice");
        }
        if (closed || !connection.isReusable()) {
            connection.close();
            return;
        }
        Want want = nextWant();
        if (want == null) {
            connection.markIdle();
            idle.add(connection);
        } else if (want.isServedBy(connection)) {
            connection.markBorrowed();
            want.borrower().connected(connection);
        } else {
            // The slot is this waiter's: it must not be taken for free when the connection reports that it is closed.
            open(want);
            connection.close();
        }
    }

    /** Called once for each connection that has been closed, by whomever. */
    void closed(BackendConnection connection) {
        open--;
        idle.remove(connection);
        openForWaiters();
    }

    /** Gives each free slot to the one who has waited longest. */
    private void openForWaiters() {
        while (!closed && open < limits.maxConnections()) {
            Want want = nextWant();
            if (want == null) {
                return;
            }
            open(want);
        }
    }

    /** Opens a connection that does not count in the pool, for {@code KILL}: it must work when the pool is full. */
    public void openControlConnection(Profile profile, Borrower borrower) {
        connector.connect(dataSource, profile, "", null, borrower);
    }

    /** Closes what is idle and refuses whoever waits; borrowed connections are closed when given back. */
    public void close() {
        closed = true;
        sweep.cancel(false);
        List.copyOf(idle).forEach(BackendConnection::close);
        Want want;
        while ((want = nextWant()) != null) {
            want.borrower().unavailable(shutDown());
        }
    }

    private static ErrorPacket shutDown() {
        return ErrorPacket.of(new MeshException(MeshError.SHUTDOWN));
    }

    /** Who needs several connections at one time takes a turn first. */
    public Turns turns() {
        return turns;
    }

    /** Most connections that can be open at one time. */
    public int maxConnections() {
        return limits.maxConnections();
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

    private @Nullable BackendConnection takeIdle(Want want, boolean fromAnotherDatabase) {
        int other = -1;
        for (int i = idle.size() - 1; i >= 0; i--) {
            BackendConnection connection = idle.get(i);
            if (connection.canServe(want.profile(), want.database(), want.settings())) {
                return take(i);
            }
            if (other < 0 && want.isServedBy(connection)) {
                other = i;
            }
        }
        return fromAnotherDatabase && other >= 0 ? take(other) : null;
    }

    private BackendConnection take(int index) {
        BackendConnection connection = idle.remove(index);
        connection.markBorrowed();
        return connection;
    }

    private void open(Want want) {
        open++;
        Borrower borrower = want.borrower();
        connector.connect(dataSource, want.profile(), want.database(), this, new Borrower() {
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
                if (!borrower.isCancelled()) {
                    borrower.unavailable(reason);
                }
                failWaitersOfDeadServer(reason);
                openForWaiters();
            }

            @Override
            public boolean isCancelled() {
                return borrower.isCancelled();
            }
        });
    }

    /** With nothing open, no connection will ever be given back to those who wait: they learn the reason now. */
    private void failWaitersOfDeadServer(ErrorPacket reason) {
        Want want;
        while (open == 0 && (want = nextWant()) != null) {
            want.borrower().unavailable(reason);
        }
    }

    private void enqueue(Waiter waiter) {
        waiters.add(waiter);
        waiter.timeout = eventLoop.schedule(
                () -> {
                    if (waiters.remove(waiter) && !waiter.want.borrower().isCancelled()) {
                        long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waiter.sinceNanos);
                        waiter.want.borrower().unavailable(exhausted(waitedMillis));
                    }
                },
                limits.waitTimeoutMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Takes the one who has waited longest and still wants a connection out of the queue. */
    private @Nullable Want nextWant() {
        Waiter waiter;
        while ((waiter = waiters.poll()) != null) {
            waiter.served();
            if (!waiter.want.borrower().isCancelled()) {
                return waiter.want;
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
