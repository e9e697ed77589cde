package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.plan.StatementRewriter;
import io.dbmesh.engine.route.RouteEvaluator;
import io.dbmesh.proxy.backend.BackendPool;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one event loop share. Unless it is said, nothing of it is used by another thread, so that it is
 * without locks, and the scratch objects are reused from statement to statement.
 */
public final class LoopContext {

    /** Longer statements get an array of their own, so that one of them does not stay in memory for ever. */
    private static final int MAX_KEPT_BYTES = 1 << 20;

    /** Past this many, servers are asked each time. */
    private static final int MAX_ACCEPTED_SETTINGS = 10_000;

    private final EventLoop eventLoop;
    private final Map<String, BackendPool> pools;
    private final TextStatement textStatement = new TextStatement(this);
    private final StatementRewriter rewriter = new StatementRewriter();
    private final RouteEvaluator routes = new RouteEvaluator();
    private final Set<String> acceptedSettings = new HashSet<>();
    private final AtomicInteger kills = new AtomicInteger();
    private byte[] statementBytes = new byte[4096];
    private @Nullable SchemaRenames renames;

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

    /** What databases are called for clients under a configuration, which is nearly always the last one. */
    @SuppressWarnings("ReferenceEquality") // each is loaded once; to compare all of it costs more than new renames
    SchemaRenames renames(MeshConfig config) {
        SchemaRenames known = renames;
        if (known == null || known.config() != config) {
            known = new SchemaRenames(config);
            renames = known;
        }
        return known;
    }

    void killBegun() {
        kills.incrementAndGet();
    }

    void killEnded() {
        kills.decrementAndGet();
    }

    /** Whether servers are still being told to stop what they do for clients that have gone. From any thread. */
    public boolean isKilling() {
        return kills.get() > 0;
    }

    /** The COM_QUERY at hand. */
    TextStatement textStatement() {
        return textStatement;
    }

    StatementRewriter rewriter() {
        return rewriter;
    }

    RouteEvaluator routes() {
        return routes;
    }

    /** Whether some server has accepted the assignment {@code name=literal}, so that no server need be asked again. */
    boolean isAcceptedSetting(String assignment) {
        return acceptedSettings.contains(assignment);
    }

    void acceptSetting(String assignment) {
        if (acceptedSettings.size() < MAX_ACCEPTED_SETTINGS) {
            acceptedSettings.add(assignment);
        }
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
