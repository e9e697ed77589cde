package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.plan.Rewrite;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.sharding.ShardSet;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.sql.lexer.TokenKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a plan and the values of one execution to the places it goes to, and to the way in which it is carried out there. */
final class PlanRunner {

    private static final List<String> NOTHING = List.of();

    private final ClientSession session;
    private final SingleExecution single;
    private final LocalStatements local;
    private final InsertExecution insert;

    PlanRunner(ClientSession session, SingleExecution single) {
        this.session = session;
        this.single = single;
        this.local = new LocalStatements(session);
        this.insert = new InsertExecution(session, single);
    }

    LocalStatements local() {
        return local;
    }

    /** Carries a statement out. What it throws is answered as the statement's error. */
    void run(Plan plan, ClientStatement statement) {
        if (!readsDiagnostics(plan)) {
            session.forgetDiagnostics();
        }
        switch (plan) {
            case Plan.Read read -> read(read, statement);
            case Plan.Write write -> write(write, statement);
            case Plan.InsertRows rows -> insert.start(rows, statement);
            case Plan.Ddl ddl -> define(ddl, statement);
            case Plan.Local answered -> local.run(answered.statement(), statement.words(), statement.isPrepared());
            case Plan.Refuse refused -> throw refused.reason();
        }
    }

    private static boolean readsDiagnostics(Plan plan) {
        return plan instanceof Plan.Read read && read.effects().contains(Effect.READS_DIAGNOSTICS);
    }

    // ------------------------------------------------------------------ places

    /** The place that a route leads to, or null when there are several. */
    private @Nullable Location only(Route route, ClientStatement statement) {
        return switch (route) {
            case Route.Fixed fixed -> fixed.location();
            case Route.AnyOf any -> anyOf(any.locations());
            case Route.AllOf all ->
                all.locations().size() == 1 ? all.locations().get(0) : null;
            case Route.ByKey byKey -> {
                int shard = session.loop()
                        .routes()
                        .shards(byKey, statement.bindings())
                        .only();
                yield shard < 0 ? null : byKey.shards().get(shard);
            }
        };
    }

    /** Where the session already is, so that a transaction does not come to another place for it. */
    private Location anyOf(List<Location> locations) {
        if (!session.state().held().isEmpty()) {
            for (Location location : locations) {
                if (session.state().held().at(location) != null) {
                    return location;
                }
            }
        }
        return locations.get(session.id() % locations.size());
    }

    private List<Location> several(Route route, ClientStatement statement) {
        return switch (route) {
            case Route.Fixed fixed -> List.of(fixed.location());
            case Route.AnyOf any -> List.of(anyOf(any.locations()));
            case Route.AllOf all -> all.locations();
            case Route.ByKey byKey -> {
                ShardSet shards = session.loop().routes().shards(byKey, statement.bindings());
                yield Arrays.stream(shards.toArray())
                        .mapToObj(byKey.shards()::get)
                        .toList();
            }
        };
    }

    private static List<Request> requests(List<Location> locations, ClientStatement statement, Rewrite rewrite) {
        List<Request> requests = new ArrayList<>(locations.size());
        try {
            for (Location location : locations) {
                requests.add(statement.request(location, rewrite));
            }
        } catch (RuntimeException refused) {
            requests.forEach(Request::release);
            throw refused;
        }
        return requests;
    }

    // ------------------------------------------------------------------ reads

    private void read(Plan.Read read, ClientStatement statement) {
        if (read.effects().contains(Effect.READS_DIAGNOSTICS) && diagnostics(read, statement)) {
            return;
        }
        Location location = only(read.route(), statement);
        if (location == null) {
            readMany(read, several(read.route(), statement), statement);
            return;
        }
        Request request = statement.request(location, read.whenOne());
        single.repeatable();
        relay(request, read.effects());
    }

    private void relay(Request request, Set<Effect> effects) {
        if (effects.contains(Effect.IMPLICIT_COMMIT)) {
            session.started(new Waiting(request));
            session.transactions().commitThen(() -> start(request, effects));
        } else {
            start(request, effects);
        }
    }

    private void start(Request request, Set<Effect> effects) {
        single.start(
                request,
                Commands.renameFor(request.location(), session.state().schema()),
                effects,
                effects.isEmpty() ? NOTHING : before(effects));
    }

    private List<String> before(Set<Effect> effects) {
        return effects.contains(Effect.READS_LAST_INSERT_ID)
                ? List.of("SET last_insert_id = "
                        + Long.toUnsignedString(session.state().lastInsertId()))
                : NOTHING;
    }

    /** A statement that waits for a commit before it. */
    private record Waiting(Request request) implements Execution {
        @Override
        public void clientWritable() {
            // Nothing has been answered yet.
        }

        @Override
        public void abandoned() {
            request.release();
        }
    }

    private void readMany(Plan.Read read, List<Location> locations, ClientStatement statement) {
        switch (read.whenMany()) {
            case Plan.Many.Refused refused -> throw refused.reason();
            case Plan.Many.Merged merged -> {
                if (session.state().settings().literal("sql_select_limit") != null) {
                    throw MeshException.unsupported(
                            "sql_select_limit for a statement over several shards", "use LIMIT");
                }
                ScatterRead.Window window = ScatterRead.Window.of(merged, statement.bindings());
                List<Request> requests = requests(locations, statement, merged.rewrite());
                Set<Effect> effects = read.effects();
                new ScatterRead(
                                session,
                                requests,
                                merged.merge(),
                                window,
                                effects,
                                effects.isEmpty() ? NOTHING : before(effects))
                        .start();
            }
        }
    }

    /** SHOW WARNINGS and its like: asked where the last statement was, or answered from what the mesh itself said. */
    private boolean diagnostics(Plan.Read read, ClientStatement statement) {
        Location location = session.state().diagnosticsAt();
        if (location != null) {
            start(statement.request(location, read.whenOne()), Set.of());
            return true;
        }
        if (statement.digest().tokenKind(0) != TokenKind.SHOW) {
            return false;
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        ErrorPacket error = session.state().lastError();
        if (error != null) {
            List<@Nullable String> row = new ArrayList<>(List.of("Error", Integer.toString(error.errno())));
            row.add(error.message());
            rows.add(row);
        }
        session.answerRows(
                List.of(
                        ColumnDefinition.text("Level"),
                        ColumnDefinition.integer("Code"),
                        ColumnDefinition.text("Message")),
                rows,
                statement.isPrepared());
        return true;
    }

    // ------------------------------------------------------------------ writes

    private void write(Plan.Write write, ClientStatement statement) {
        Location location = only(write.route(), statement);
        if (location != null) {
            relay(statement.request(location, write.rewrite()), write.effects());
            return;
        }
        MeshException refusal = write.whenMany();
        if (refusal != null) {
            throw refusal;
        }
        List<Request> requests = requests(several(write.route(), statement), statement, write.rewrite());
        new MultiWrite(session, requests, write.everywhereEqual() ? sameEverywhere(session) : MultiWrite.Terms.SUM)
                .start();
    }

    /** Rows that are to be equal in all places must be made at one time. */
    static MultiWrite.Terms sameEverywhere(ClientSession session) {
        if (session.state().settings().literal("timestamp") != null) {
            return new MultiWrite.Terms(true, NOTHING, NOTHING);
        }
        Instant now = Instant.now();
        String seconds = String.format(Locale.ROOT, "%d.%06d", now.getEpochSecond(), now.getNano() / 1000);
        return new MultiWrite.Terms(true, List.of("SET timestamp = " + seconds), List.of("SET timestamp = DEFAULT"));
    }

    private void define(Plan.Ddl ddl, ClientStatement statement) {
        new DdlExecution(session, requests(ddl.locations(), statement, ddl.rewrite()), ddl).start();
    }
}
