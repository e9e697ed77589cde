package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.plan.Rewrite;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.sharding.ShardSet;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.TokenKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
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

    static boolean readsDiagnostics(Plan plan) {
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
        Request request = statement.reading(location, read.whenOne());
        single.repeatable();
        relay(request, !read.whenOne().isEmpty(), read.effects(), statement);
    }

    /** @param rewritten whether names are spliced, so that it may name other databases than the location's */
    private void relay(Request request, boolean rewritten, Set<Effect> effects, ClientStatement statement) {
        if (effects.contains(Effect.ASSIGNS_VARIABLES)) {
            single.assigning(userVariables(statement));
        }
        if (effects.contains(Effect.IMPLICIT_COMMIT)) {
            session.started(new Waiting(request));
            session.transactions().commitThen(() -> start(request, rewritten, effects));
        } else {
            start(request, rewritten, effects);
        }
    }

    /** All that the statement names: reading one that it does not assign changes nothing. */
    private static List<String> userVariables(ClientStatement statement) {
        Digest digest = statement.digest();
        Set<String> names = new LinkedHashSet<>();
        for (int token = 0; token < digest.tokenCount(); token++) {
            TokenKind kind = digest.tokenKind(token);
            if (kind == TokenKind.USER_VARIABLE || kind == TokenKind.ASSIGNED_VARIABLE) {
                int start = digest.tokenStart(token) + 1;
                String name = new String(digest.text(), start, digest.tokenEnd(token) - start, StandardCharsets.UTF_8);
                names.add(SetStatements.variable(name));
            }
        }
        return List.copyOf(names);
    }

    private void start(Request request, boolean rewritten, Set<Effect> effects) {
        single.start(
                request,
                session.renames().at(request.location(), rewritten),
                effects,
                effects.isEmpty() ? NOTHING : before(effects));
    }

    private List<String> before(Set<Effect> effects) {
        if (effects.contains(Effect.READS_DIAGNOSTICS)) {
            // There are none, but the connection may have those of another session.
            return List.of("DO 0");
        }
        return effects.contains(Effect.READS_LAST_INSERT_ID) || effects.contains(Effect.SETS_LAST_INSERT_ID)
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
        boolean isShow = statement.digest().tokenKind(0) == TokenKind.SHOW;
        if (isShow) {
            session.state().keepFoundRows();
        }
        boolean hasOtherNames = location != null && session.renames().at(location) != null;
        if (location != null && !(isShow && hasOtherNames)) {
            Request asked =
                    isShow ? statement.request(location, read.whenOne()) : statement.reading(location, read.whenOne());
            start(asked, true, Set.of());
            return true;
        }
        if (!isShow) {
            if (!session.state().conditions().isEmpty()) {
                throw MeshException.unsupported(
                        "reading the count of warnings of a statement of several places", "use SHOW COUNT(*) WARNINGS");
            }
            return false;
        }
        ShowConditions show = ShowConditions.read(statement);
        boolean binary = statement.isPrepared();
        if (location == null) {
            answer(show, binary);
        } else {
            fetchConditions(location, () -> answer(show, binary));
        }
        return true;
    }

    /** Of a place whose database has another name than the client knows: the texts have to be rewritten. */
    private void fetchConditions(Location location, Runnable then) {
        session.started(new NothingHeld());
        session.connections().acquire(location, NOTHING, new Connections.Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                Conditions.fetch(List.of(connection), told -> {
                    session.state()
                            .setConditions(told.getFirst().stream()
                                    .map(each -> each.logical(session, location, Condition.RowNumbers.SAME))
                                    .toList());
                    session.state().setDiagnosticsAt(null);
                    session.connections().release(location, connection);
                    session.guarded(then);
                });
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                session.failed(reason);
            }
        });
    }

    private record NothingHeld() implements Execution {
        @Override
        public void clientWritable() {
            // Nothing has been answered yet.
        }

        @Override
        public void abandoned() {
            // Connections are the session's.
        }
    }

    private void answer(ShowConditions show, boolean binary) {
        List<Condition> conditions = show.of(session.state().conditions());
        if (show.counts()) {
            session.answerRows(
                    List.of(ServerColumns.of(session.state()).count(show.countedName())),
                    List.of(List.of(Integer.toString(conditions.size()))),
                    binary);
            return;
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (Condition condition : conditions) {
            rows.add(List.of(condition.level(), Integer.toString(condition.code()), condition.message()));
        }
        session.answerRows(ServerColumns.of(session.state()).diagnostics(), rows, binary);
    }

    // ------------------------------------------------------------------ writes

    private void write(Plan.Write write, ClientStatement statement) {
        Location location = only(write.route(), statement);
        if (location != null) {
            Set<Effect> effects = write.keyRows().isEmpty() ? write.effects() : withKeys(write, statement);
            relay(statement.request(location, write.rewrite()), !write.rewrite().isEmpty(), effects, statement);
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

    /** Asking the server for LAST_INSERT_ID() is a round trip: it is only done when the values do not tell. */
    private Set<Effect> withKeys(Plan.Write write, ClientStatement statement) {
        return switch (KeyCells.origin(write.keyRows(), statement, session.state())) {
            case MADE -> write.effects();
            case GIVEN -> {
                single.keepingLastInsertId(0);
                yield write.effects();
            }
            case MIXED -> {
                Set<Effect> effects = EnumSet.of(Effect.SETS_LAST_INSERT_ID);
                effects.addAll(write.effects());
                yield effects;
            }
        };
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
        if (ddl.returnsRows()) {
            maintain(ddl, statement);
            return;
        }
        new DdlExecution(session, requests(ddl.locations(), statement, ddl.rewrite()), ddl).start();
    }

    /** ANALYZE TABLE and its like, which answer by rows. */
    private void maintain(Plan.Ddl plan, ClientStatement statement) {
        List<Request> requests = requests(plan.locations(), statement, plan.rewrite());
        Location first = plan.locations().getFirst();
        if (requests.size() == 1 && session.renames().at(first) == null) {
            relay(requests.getFirst(), !plan.rewrite().isEmpty(), plan.effects(), statement);
        } else {
            new Maintenance(session, requests, statement.isPrepared()).start();
        }
    }
}
