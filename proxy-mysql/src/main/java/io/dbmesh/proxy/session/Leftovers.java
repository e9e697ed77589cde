package io.dbmesh.proxy.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rest of an answer that nobody wants, on a connection that is no session's any more. Usually little is left and already
 * on its way (each shard sends LIMIT rows), so that the connection is soon worth more than a new one; when it is more, or
 * does not come, the query is killed and the connection closed.
 */
final class Leftovers {

    private static final int MAX_BYTES = 256 * 1024;
    private static final long MAX_MILLIS = 100;

    private final Connections connections;
    private final ScatterExchange exchange;
    private final EventLoop eventLoop;
    private int bytes;
    private @Nullable ScheduledFuture<?> deadline;

    Leftovers(Connections connections, ScatterExchange exchange, EventLoop eventLoop) {
        this.connections = connections;
        this.exchange = exchange;
        this.eventLoop = eventLoop;
    }

    void start() {
        deadline = eventLoop.schedule(this::cutOff, MAX_MILLIS, TimeUnit.MILLISECONDS);
        exchange.connection().resumeReading();
    }

    /** Counts what has come; true when no more should be waited for. */
    boolean isTooMuch(int length) {
        bytes += length;
        return bytes > MAX_BYTES;
    }

    /** Kills what the server still does, and closes. */
    void cutOff() {
        lost();
        connections.killAndClose(exchange.location(), exchange.connection());
    }

    /** All of it has come: the connection is as good as any. */
    void ended() {
        lost();
        connections.giveBack(exchange.location(), exchange.connection());
    }

    /** The connection has gone. */
    void lost() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
