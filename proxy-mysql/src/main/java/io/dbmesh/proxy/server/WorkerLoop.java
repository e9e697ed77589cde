package io.dbmesh.proxy.server;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.proxy.backend.BackendConnector;
import io.dbmesh.proxy.backend.BackendPool;
import io.dbmesh.proxy.session.LoopContext;
import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.Map;

/** An event loop with its pools and what its sessions share. */
final class WorkerLoop {

    /** Many more than there are connections, few enough that memory is bounded. */
    private static final int MAX_WAITERS = 10_000;

    private final EventLoop eventLoop;
    private final Map<String, BackendPool> pools = new LinkedHashMap<>();
    private final LoopContext context;

    /** @param loops how many there are, which share the connections that each data source allows */
    WorkerLoop(EventLoop eventLoop, Transport transport, MeshConfig config, int loops) {
        this.eventLoop = eventLoop;
        Limits limits = config.limits();
        BackendConnector connector =
                new BackendConnector(eventLoop, transport.channelType(), limits.connectTimeoutMillis());
        for (DataSource dataSource : config.dataSources().values()) {
            BackendPool.PoolLimits poolLimits = new BackendPool.PoolLimits(
                    Math.max(1, dataSource.maxConnections() / loops),
                    MAX_WAITERS,
                    limits.poolWaitTimeoutMillis(),
                    limits.backendIdleTimeoutMillis());
            pools.put(dataSource.name(), new BackendPool(eventLoop, dataSource, connector, poolLimits));
        }
        this.context = new LoopContext(eventLoop, pools);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    LoopContext context() {
        return context;
    }

    BackendPool pool(DataSource dataSource) {
        BackendPool pool = pools.get(dataSource.name());
        if (pool == null) {
            throw new IllegalArgumentException("no pool for " + dataSource);
        }
        return pool;
    }

    /** Closes what is idle and refuses whoever waits. From any thread. */
    void closePools() {
        eventLoop.execute(() -> pools.values().forEach(BackendPool::close));
    }
}
