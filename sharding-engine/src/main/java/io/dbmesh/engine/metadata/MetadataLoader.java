package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.SchemaContents.Part;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the servers what they hold. Blocking, for virtual and start-up threads: never to be called from an event loop.
 *
 * <p>A server that does not answer is no failure here: the schema that comes back says what it does not know, and why.
 * Waiting is bounded by {@code limits.connectTimeoutMillis} for each server and, for a server that takes the connection
 * but answers no query, by 30 seconds.
 */
public final class MetadataLoader implements AutoCloseable {
    /** What to do with a location's database that does not exist. */
    public enum Missing {
        CREATE,
        REPORT
    }

    /**
     * What one location said.
     *
     * @param fault why nothing is known of it; then there are no tables
     */
    private record Answer(
            Location location,
            List<TableMetadata> tables,
            @Nullable MeshException fault) {
        @Nullable TableMetadata table(String name) {
            for (TableMetadata table : tables) {
                if (table.name().equals(name)) {
                    return table;
                }
            }
            return null;
        }
    }

    private final MeshConfig config;
    private final MetadataConnections connections;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SegmentKeys segmentKeys;

    public MetadataLoader(MeshConfig config) {
        this.config = config;
        this.connections = new MetadataConnections(config);
        this.segmentKeys = new SegmentKeys(connections, config, threads);
    }

    /** Counters that ask the servers by this loader's connections, and end with it. */
    SegmentKeys segmentKeys() {
        return segmentKeys;
    }

    /** The first snapshot: all schemas, all locations at once. */
    public Mesh load(Missing missing) {
        Map<String, List<Future<Answer>>> asked = new LinkedHashMap<>();
        config.schemas().forEach((name, schema) -> asked.put(name, ask(schema.locations(), null, missing)));
        Map<String, MeshSchema> schemas = new LinkedHashMap<>();
        config.schemas()
                .forEach((name, schema) -> schemas.put(name, join(schema, await(asked.getOrDefault(name, List.of())))));
        return new Mesh(1, config, schemas);
    }

    /** One schema anew, with all its locations. */
    public MeshSchema load(Schema schema, Missing missing) {
        return join(schema, await(ask(schema.locations(), null, missing)));
    }

    /**
     * One table anew, after DDL on it: created, changed or dropped. An incomplete schema is loaded whole.
     *
     * @param known the schema as it was
     */
    public MeshSchema reload(MeshSchema known, String table) {
        Schema schema = known.config();
        if (!known.isComplete()) {
            return load(schema, Missing.CREATE);
        }
        SchemaContents before = known.contents();
        if (schema.rule(table) == null) {
            Answer answer = await(ask(List.of(schema.defaultLocation()), table, Missing.REPORT))
                    .getFirst();
            Part onDefault = replace(before.onDefault(), table, part(schema, List.of(answer)));
            List<MeshException> missing = missing(List.of(answer));
            return MeshSchema.of(
                    schema, new SchemaContents(before.onShards(), onDefault, before.differences(), missing));
        }
        List<Answer> answers = await(ask(schema.shards(), table, Missing.REPORT));
        Part onShards = replace(before.onShards(), table, part(schema, answers));
        Map<String, List<MeshException>> differences =
                before.differencesWith(table, differences(schema, table, answers));
        return MeshSchema.of(schema, new SchemaContents(onShards, before.onDefault(), differences, missing(answers)));
    }

    /** Ends the connections; what is being loaded fails, and what is asked later is refused by {@link MeshError#SHUTDOWN}. */
    @Override
    public void close() {
        threads.shutdownNow();
        segmentKeys.close();
        connections.close();
    }

    private List<Future<Answer>> ask(List<Location> locations, @Nullable String table, Missing missing) {
        List<Future<Answer>> asked = new ArrayList<>();
        try {
            for (Location location : locations) {
                asked.add(threads.submit(() -> read(location, table, missing)));
            }
        } catch (RejectedExecutionException closed) {
            throw MeshException.causedBy(closed, MeshError.SHUTDOWN);
        }
        return asked;
    }

    private static List<Answer> await(List<Future<Answer>> asked) {
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> future : asked) {
            try {
                answers.add(future.get());
            } catch (ExecutionException bug) {
                throw MeshException.causedBy(bug, MeshError.INTERNAL, "reading metadata: " + bug.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw MeshException.causedBy(interrupted, MeshError.QUERY_INTERRUPTED);
            }
        }
        return answers;
    }

    private Answer read(Location location, @Nullable String table, Missing missing) {
        DataSource dataSource = config.dataSource(location);
        try {
            return connections.with(dataSource, connection -> {
                DatabaseReader reader = new DatabaseReader(connection, location.database());
                MeshException absent = reader.exists() ? null : absent(reader, location, missing);
                return new Answer(location, absent == null ? reader.read(table) : List.of(), absent);
            });
        } catch (SQLException failure) {
            MeshException fault = MeshException.causedBy(
                    failure,
                    MeshError.BACKEND_UNREACHABLE,
                    dataSource.name(),
                    dataSource.address(),
                    MetadataConnections.reasonOf(failure));
            return new Answer(location, List.of(), fault);
        }
    }

    /** Creates the database; otherwise tells why it is not there. */
    private @Nullable MeshException absent(DatabaseReader reader, Location location, Missing missing) {
        String reason = "it is created when the mesh starts";
        if (missing == Missing.CREATE) {
            try {
                reader.create();
                return null;
            } catch (SQLException refused) {
                reason = "it cannot be created: " + MetadataConnections.reasonOf(refused);
            }
        }
        DataSource dataSource = config.dataSource(location);
        return new MeshException(
                MeshError.DATABASE_MISSING, location.database(), dataSource.name(), dataSource.address(), reason);
    }

    /** Answers are in the order of {@link Schema#locations}: the default, then the shards. */
    private MeshSchema join(Schema schema, List<Answer> answers) {
        List<Answer> ofShards = answers.subList(1, answers.size());
        Map<String, List<MeshException>> differences = new LinkedHashMap<>();
        for (String table : schema.tables().keySet()) {
            List<MeshException> ofTable = differences(schema, table, ofShards);
            if (!ofTable.isEmpty()) {
                differences.put(table, ofTable);
            }
        }
        Part onShards = schema.isSharded() ? part(schema, ofShards) : Part.EMPTY;
        Part onDefault = part(schema, answers.subList(0, 1));
        return MeshSchema.of(schema, new SchemaContents(onShards, onDefault, differences, missing(answers)));
    }

    /** The tables of the first location that answered; all shards have the same, or else there is a difference. */
    private Part part(Schema schema, List<Answer> answers) {
        for (Answer answer : answers) {
            if (answer.fault() == null) {
                return Part.of(answer.tables());
            }
        }
        Answer first = answers.getFirst();
        DataSource dataSource = config.dataSource(first.location());
        MeshException fault = first.fault();
        Throwable cause = fault == null ? null : fault.getCause();
        String reason = cause != null
                ? MetadataConnections.reasonOf(cause)
                : fault == null ? "it was not asked" : fault.message();
        return new Part(
                List.of(),
                new MeshException(
                        MeshError.METADATA_UNKNOWN, schema.name(), dataSource.name(), dataSource.address(), reason));
    }

    private static Part replace(Part before, String table, Part after) {
        List<TableMetadata> tables = new ArrayList<>();
        before.tables().stream().filter(old -> !old.name().equals(table)).forEach(tables::add);
        tables.addAll(after.tables());
        return new Part(tables, after.fault());
    }

    private static List<MeshException> differences(Schema schema, String table, List<Answer> ofShards) {
        List<MeshException> differences = new ArrayList<>();
        Answer first = null;
        for (Answer answer : ofShards) {
            if (answer.fault() != null) {
                continue;
            }
            if (first == null) {
                first = answer;
                continue;
            }
            String difference = TableDifference.between(first.table(table), answer.table(table));
            if (difference != null) {
                differences.add(new MeshException(
                        MeshError.SHARDS_DIFFER,
                        schema.name() + "." + table,
                        first.location(),
                        answer.location(),
                        difference));
            }
        }
        return differences;
    }

    /** One for each server or database, although a server can have many locations. */
    private static List<MeshException> missing(List<Answer> answers) {
        Set<String> messages = new LinkedHashSet<>();
        List<MeshException> missing = new ArrayList<>();
        for (Answer answer : answers) {
            MeshException fault = answer.fault();
            if (fault != null && messages.add(fault.message())) {
                missing.add(fault);
            }
        }
        return missing;
    }
}
