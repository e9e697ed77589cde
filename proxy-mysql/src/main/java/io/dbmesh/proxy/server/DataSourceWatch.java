package io.dbmesh.proxy.server;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.proxy.backend.BackendPool;
import io.dbmesh.proxy.session.DataSourceInfo;
import io.dbmesh.proxy.session.ServerFacts;
import io.dbmesh.proxy.session.ServerProbe;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each data source from time to time whether it answers, says in the log when that changes, and knows what it said. */
final class DataSourceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DataSourceWatch.class);
    private static final long INTERVAL_MILLIS = 5_000;

    /** @param fault why it does not answer; null when it does */
    private record Health(
            @Nullable ServerFacts facts, @Nullable String fault) {}

    private final List<DataSource> dataSources;
    private final List<WorkerLoop> loops;
    private final Map<String, Health> health = new ConcurrentHashMap<>();

    DataSourceWatch(List<DataSource> dataSources, List<WorkerLoop> loops) {
        this.dataSources = dataSources;
        this.loops = loops;
    }

    /** Begins; ends with the event loops. */
    void start() {
        WorkerLoop loop = loops.get(0);
        loop.eventLoop().scheduleWithFixedDelay(this::askAll, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What it throws would end the watch without a word. */
    private void askAll() {
        for (DataSource dataSource : dataSources) {
            try {
                BackendPool pool = loops.get(0).pool(dataSource);
                ServerProbe.ask(pool, facts -> up(dataSource, facts), fault -> down(dataSource, fault));
            } catch (RuntimeException bug) {
                LOG.error("Data source {} cannot be watched", dataSource.name(), bug);
            }
        }
    }

    private void up(DataSource dataSource, ServerFacts facts) {
        Health before = health.put(dataSource.name(), new Health(facts, null));
        if (before == null || before.fault() != null) {
            LOG.info("Data source {} at {} is up: {}", dataSource.name(), dataSource.address(), facts.version());
        }
    }

    private void down(DataSource dataSource, String fault) {
        Health before = health.get(dataSource.name());
        health.put(dataSource.name(), new Health(before == null ? null : before.facts(), fault));
        if (before == null || before.fault() == null) {
            LOG.warn("Data source {} is down: {}", dataSource.name(), fault);
        }
    }

    /** Of the first data source, in the order of the configuration, that has ever answered. */
    ServerFacts facts() {
        for (DataSource dataSource : dataSources) {
            Health known = health.get(dataSource.name());
            if (known != null && known.facts() != null) {
                return known.facts();
            }
        }
        return ServerFacts.UNKNOWN;
    }

    /** Whether every data source has been asked and has answered or failed. */
    boolean hasAskedAll() {
        return health.size() == dataSources.size();
    }

    List<DataSourceInfo> list() {
        return dataSources.stream().map(this::info).toList();
    }

    private DataSourceInfo info(DataSource dataSource) {
        int open = 0;
        int idle = 0;
        int waiting = 0;
        for (WorkerLoop loop : loops) {
            BackendPool pool = loop.pool(dataSource);
            open += pool.openConnections();
            idle += pool.idleConnections();
            waiting += pool.waitingBorrowers();
        }
        Health known = health.get(dataSource.name());
        String state = known == null ? "unknown" : known.fault() == null ? "up" : "down: " + known.fault();
        ServerFacts facts = known == null ? null : known.facts();
        return new DataSourceInfo(
                dataSource.name(),
                dataSource.address().toString(),
                state,
                facts == null ? "" : facts.version(),
                open,
                idle,
                waiting,
                dataSource.maxConnections());
    }
}
