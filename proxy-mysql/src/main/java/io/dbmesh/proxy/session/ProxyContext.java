package io.dbmesh.proxy.session;

import io.dbmesh.engine.key.SnowflakeKeys;
import io.dbmesh.engine.metadata.CurrentMesh;
import io.dbmesh.engine.plan.PlanCache;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What all sessions of a server share; all of it is safe for all threads.
 *
 * @param mesh holds the snapshot that the next statement sees
 * @param background virtual threads, for planning and metadata
 * @param dataSources what is known of each data source at this moment
 * @param facts of a server behind the mesh; asked at each login, because at start-up none may have answered
 */
public record ProxyContext(
        CurrentMesh mesh,
        PlanCache plans,
        SnowflakeKeys keys,
        SessionRegistry sessions,
        Executor background,
        Supplier<ServerFacts> facts,
        Supplier<List<DataSourceInfo>> dataSources) {}
