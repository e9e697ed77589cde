package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MetadataLoader.Missing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the snapshot that new statements see, and swaps it for the next one. {@link #get} is for any thread and never
 * waits; everything else blocks on servers.
 */
public final class CurrentMesh implements AutoCloseable {
    /** How often a location that did not answer is asked again. */
    public static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(CurrentMesh.class);

    private final MetadataLoader loader;
    private volatile Mesh current;
    /** One for each schema: two loads of one schema must not overtake each other. */
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("metadata-retry").factory());

    private CurrentMesh(MetadataLoader loader, Mesh first) {
        this.loader = loader;
        this.current = first;
    }

    /**
     * Creates databases that are missing, loads all schemas, and begins to ask again those that did not answer.
     *
     * @throws MeshException {@link MeshError#NO_DATA_SOURCE_ANSWERS} when there is nothing to work with at all
     */
    public static CurrentMesh start(MeshConfig config) {
        return start(config, RETRY_INTERVAL);
    }

    static CurrentMesh start(MeshConfig config, Duration retryInterval) {
        MetadataLoader loader = new MetadataLoader(config);
        try {
            Mesh first = loader.load(Missing.CREATE);
            requireAnAnswer(first);
            CurrentMesh mesh = new CurrentMesh(loader, first);
            first.problems().forEach(problem -> LOG.warn("{}", problem.describe()));
            long millis = retryInterval.toMillis();
            // Never done and never failed: retry() catches everything.
            Future<?> unused = mesh.retries.scheduleWithFixedDelay(mesh::retry, millis, millis, TimeUnit.MILLISECONDS);
            return mesh;
        } catch (RuntimeException failure) {
            loader.close();
            throw failure;
        }
    }

    /** The newest snapshot. Who needs a consistent view asks once and keeps it. */
    public Mesh get() {
        return current;
    }

    /**
     * Loads a schema anew, after DDL whose tables are not known one by one.
     *
     * @throws MeshException when the configuration has no such schema; a server that does not answer is told by the
     *     schema
     */
    public MeshSchema reload(String schema) {
        return change(schema, known -> loader.load(known.config(), Missing.CREATE));
    }

    /**
     * Loads a table anew, after it was created, changed or dropped. The next statement of any session sees it.
     *
     * @throws MeshException when the configuration has no such schema; a server that does not answer is told by the
     *     schema
     */
    public MeshSchema reload(String schema, String table) {
        return change(schema, known -> loader.reload(known, table));
    }

    /**
     * Loads those schemas anew of which some location did not answer.
     *
     * @return whether now all have answered
     */
    public boolean retryIncomplete() {
        boolean complete = true;
        for (Schema schema : get().config().schemas().values()) {
            if (!get().requireSchema(schema.name()).isComplete()) {
                MeshSchema loaded = reload(schema.name());
                complete &= loaded.isComplete();
                if (loaded.isComplete()) {
                    LOG.info("All locations of schema {} answer now", schema.name());
                }
            }
        }
        return complete;
    }

    /** The AUTO_INCREMENT counters of tables whose keys are leased in ranges. */
    public SegmentKeys segmentKeys() {
        return loader.segmentKeys();
    }

    /** Ends the retries and the connections; the snapshot stays. */
    @Override
    public void close() {
        retries.shutdownNow();
        loader.close();
    }

    private MeshSchema change(String schema, Function<MeshSchema, MeshSchema> load) {
        ReentrantLock lock = locks.computeIfAbsent(get().requireSchema(schema).name(), name -> new ReentrantLock());
        lock.lock();
        try {
            MeshSchema loaded = load.apply(get().requireSchema(schema));
            swap(loaded);
            return loaded;
        } finally {
            lock.unlock();
        }
    }

    /** Short and without waiting, unlike loading: schemas are loaded side by side, and one swap must not undo another. */
    private synchronized void swap(MeshSchema loaded) {
        current = current.with(loaded);
    }

    /** The scheduler drops a task that throws once, so nothing may escape. */
    private void retry() {
        try {
            retryIncomplete();
        } catch (RuntimeException failure) {
            if (!retries.isShutdown()) {
                LOG.error("Cannot load metadata again; trying on", failure);
            }
        }
    }

    private static void requireAnAnswer(Mesh mesh) {
        boolean silent = !mesh.schemas().isEmpty()
                && mesh.schemas().values().stream()
                        .allMatch(schema -> schema.contents().onDefault().fault() != null
                                && (!schema.config().isSharded()
                                        || schema.contents().onShards().fault() != null));
        if (silent) {
            throw new MeshException(
                    MeshError.NO_DATA_SOURCE_ANSWERS,
                    mesh.problems().stream().map(MeshException::message).collect(Collectors.joining("; ")));
        }
    }
}
