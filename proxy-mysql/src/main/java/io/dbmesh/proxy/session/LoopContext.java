package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.proxy.backend.BackendPool;
import io.netty.channel.EventLoop;
import java.util.Map;

/**
 * What the sessions of one event loop share. Nothing of it is used by another thread, so all of it is without locks, and
 * the scratch objects are reused from statement to statement.
 */
public final class LoopContext {

    /** Longer statements get an array of their own, so that one of them does not stay in memory for ever. */
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private final EventLoop eventLoop;
    private final Map<String, BackendPool> pools;
    private byte[] statementBytes = new byte[4096];

    /** @param pools of this event loop, by data source */
    public LoopContext(EventLoop eventLoop, Map<String, BackendPool> pools) {
        this.eventLoop = eventLoop;
        this.pools = Map.copyOf(pools);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    BackendPool pool(Location location) {
        BackendPool pool = pools.get(location.dataSource());
        if (pool == null) {
            throw new IllegalStateException("no pool for data source " + location.dataSource());
        }
        return pool;
    }

    /** An array of at least this length, whose contents last until the next call. */
    byte[] statementBytes(int length) {
        if (length <= statementBytes.length) {
            return statementBytes;
        }
        byte[] longer = new byte[Math.max(length, 2 * statementBytes.length)];
        if (longer.length <= MAX_KEPT_BYTES) {
            statementBytes = longer;
        }
        return longer;
    }
}
