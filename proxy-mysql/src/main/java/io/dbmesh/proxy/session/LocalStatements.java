package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.PlanPrinter;
import io.dbmesh.engine.plan.PlanRequest;
import io.dbmesh.engine.plan.Planner;
import io.dbmesh.engine.route.TextBindings;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.sql.tree.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements that are answered from what the mesh and the session know. */
final class LocalStatements {

    private final ClientSession session;
    private final SetStatements set;

    LocalStatements(ClientSession session) {
        this.session = session;
        this.set = new SetStatements(session);
    }

    /**
     * Answers a statement.
     *
     * @param binary whether it has been prepared, so that rows are in the binary format
     */
    void run(Statement statement, StatementText text, boolean binary) {
        switch (statement) {
            case Statement.Transaction transaction -> session.transactions().run(transaction);
            case Statement.SetVariables variables -> set.run(variables, text);
            case Statement.SetNames names -> set.run(names);
            case Statement.SetTransaction transaction -> set.run(transaction);
            case Statement.Use use -> use(use.schema().text());
            case Statement.Kill kill -> kill(text.wholeNumber(kill.idOrdinal()), kill.queryOnly());
            case Statement.Show show -> {
                if (isProcessList(show)) {
                    withSessions(sessions -> answer(processes(sessions), binary));
                } else {
                    answer(rows(show, text), binary);
                }
            }
            case Statement.Mesh mesh -> {
                if (mesh.command() == Statement.Mesh.Command.SHOW_SESSIONS) {
                    withSessions(sessions -> answer(meshSessions(sessions), binary));
                } else {
                    answer(rows(mesh, text), binary);
                }
            }
            default ->
                throw new MeshException(
                        MeshError.INTERNAL,
                        "no answer to " + statement.getClass().getSimpleName());
        }
    }

    /** A result of the proxy's own. */
    record Rows(List<ColumnDefinition> columns, List<List<@Nullable String>> rows) {}

    private void answer(Rows result, boolean binary) {
        session.answerRows(result.columns(), result.rows(), binary);
    }

    private static boolean isProcessList(Statement.Show show) {
        return show.kind().equals("PROCESSLIST");
    }

    /** Each session tells of itself on its own event loop. */
    private void withSessions(Consumer<List<SessionInfo>> then) {
        List<CompletableFuture<SessionInfo>> asked = session.proxy().sessions().all().stream()
                .map(each ->
                        CompletableFuture.supplyAsync(each::info, each.loop().eventLoop()))
                .toList();
        CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
                .whenCompleteAsync(
                        (all, failure) -> session.guarded(() -> then.accept(
                                asked.stream().map(CompletableFuture::join).toList())),
                        session.loop().eventLoop());
    }

    /** What the statement answers with, for its preparation; null when it is no result set. */
    @Nullable List<ColumnDefinition> columns(Statement statement, StatementText text) {
        boolean preparable = session.state().dialect().mariaDb() || !isTextOnly(statement);
        if (!preparable) {
            throw new StatementError(new ErrorPacket(
                    1295, "HY000", "This command is not supported in the prepared statement protocol yet"));
        }
        return switch (statement) {
            case Statement.Show show -> rows(show, text).columns();
            case Statement.Mesh mesh -> rows(mesh, text).columns();
            default -> null;
        };
    }

    private void use(String schema) {
        Commands.use(session, schema);
        session.answerOkAndComplete();
    }

    /** KILL: of the session itself too, which then does not answer. */
    void kill(long thread, boolean queryOnly) {
        ClientSession victim = session.proxy().sessions().find(thread);
        if (victim == null) {
            throw new MeshException(MeshError.UNKNOWN_THREAD, named(thread));
        }
        victim.kill(queryOnly);
        session.answerOkAndComplete();
    }

    /** MySQL keeps 32 bits of the number. */
    private String named(long thread) {
        long told = session.state().dialect().mariaDb() ? thread : thread & 0xffff_ffffL;
        return Long.toUnsignedString(told);
    }

    // ------------------------------------------------------------------ SHOW

    private Rows rows(Statement.Show show, StatementText text) {
        if (show.hasWhere()) {
            throw MeshException.unsupported("SHOW " + show.kind() + " WHERE", "use LIKE");
        }
        String like = show.like() < 0 ? null : text.string(show.like());
        return switch (show.kind()) {
            case "DATABASES", "SCHEMAS" -> databases(like);
            case "TABLES" -> tables(show, like);
            case "PROCESSLIST" -> processes(List.of());
            default -> throw MeshException.unsupported("SHOW " + show.kind(), "ask a server directly");
        };
    }

    private Rows databases(@Nullable String like) {
        TreeSet<String> names = new TreeSet<>(session.mesh().schemas().keySet());
        names.add("information_schema");
        return names(columns().databases(titled("Database", like)), like, List.copyOf(names));
    }

    private ServerColumns columns() {
        return ServerColumns.of(session.state());
    }

    private static Rows names(List<ColumnDefinition> columns, @Nullable String like, List<String> names) {
        List<String> shown = like == null ? names : new LikePattern(like).filter(names);
        List<List<@Nullable String>> rows = new ArrayList<>();
        shown.forEach(name -> rows.add(row(name)));
        return new Rows(columns, rows);
    }

    private static String titled(String title, @Nullable String like) {
        return like == null ? title : title + " (" + like + ")";
    }

    private Rows tables(Statement.Show show, @Nullable String like) {
        MeshSchema schema = schema(show.schema() == null ? null : show.schema().text());
        List<String> names = List.copyOf(new TreeSet<>(schema.tables().keySet()));
        String title = titled("Tables_in_" + schema.name(), like);
        if (!show.full()) {
            return names(columns().tables(title), like, names);
        }
        List<String> shown = like == null ? names : new LikePattern(like).filter(names);
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (String name : shown) {
            MeshTable table = schema.find(name);
            boolean view = table != null && table.metadata().isView();
            rows.add(row(name, view ? "VIEW" : "BASE TABLE"));
        }
        return new Rows(columns().fullTables(title), rows);
    }

    private MeshSchema schema(@Nullable String named) {
        String name = named == null ? session.state().schema() : named;
        if (name == null) {
            throw new MeshException(MeshError.NO_DATABASE_SELECTED);
        }
        return session.mesh().requireSchema(name);
    }

    private Rows processes(List<SessionInfo> sessions) {
        ServerColumns columns = columns();
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (SessionInfo info : sessions) {
            List<@Nullable String> row = row(
                    String.valueOf(info.id()),
                    info.user(),
                    info.host(),
                    info.schema(),
                    info.busy() ? "Query" : "Sleep",
                    String.valueOf(info.seconds()),
                    "",
                    null);
            if (columns.mariaDb()) {
                row.add("0.000");
            }
            rows.add(row);
        }
        return new Rows(columns.processes(), rows);
    }

    // ------------------------------------------------------------------ MESH

    private Rows rows(Statement.Mesh mesh, StatementText text) {
        return switch (mesh.command()) {
            case EXPLAIN -> explain(mesh, text);
            case SHOW_SHARDS -> shards();
            case SHOW_TABLES -> meshTables();
            case SHOW_DATA_SOURCES -> dataSources();
            case SHOW_SESSIONS -> meshSessions(List.of());
        };
    }

    private Rows explain(Statement.Mesh mesh, StatementText text) {
        Statement explained = mesh.explained();
        if (explained == null) {
            throw new IllegalStateException("MESH EXPLAIN of nothing");
        }
        SessionState state = session.state();
        PlanRequest request =
                new PlanRequest(session.mesh(), state.schema(), state.dialect(), text.digest(), explained);
        List<List<@Nullable String>> rows = new ArrayList<>();
        TextBindings bindings = new TextBindings().reset(text.digest(), state.encoding());
        PlanPrinter.explain(Planner.plan(request), text.digest(), bindings)
                .lines()
                .forEach(line -> rows.add(row(line)));
        return new Rows(List.of(ColumnDefinition.text("Plan")), rows);
    }

    private Rows shards() {
        Mesh mesh = session.mesh();
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (MeshSchema schema : mesh.schemas().values()) {
            List<Location> shards = schema.config().shards();
            for (int i = 0; i < shards.size(); i++) {
                rows.add(row(
                        schema.name(),
                        String.valueOf(i),
                        shards.get(i).dataSource(),
                        shards.get(i).database(),
                        mesh.config().dataSource(shards.get(i)).address().toString()));
            }
        }
        return new Rows(
                List.of(
                        ColumnDefinition.text("Schema"),
                        ColumnDefinition.integer("Shard"),
                        ColumnDefinition.text("Data_source"),
                        ColumnDefinition.text("Database"),
                        ColumnDefinition.text("Address")),
                rows);
    }

    private Rows meshTables() {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (MeshSchema schema : session.mesh().schemas().values()) {
            if (session.state().schema() != null
                    && !schema.name().equals(session.state().schema())) {
                continue;
            }
            for (String name : new TreeSet<>(schema.tables().keySet())) {
                rows.add(tableRow(schema, Objects.requireNonNull(schema.find(name))));
            }
        }
        return new Rows(
                List.of(
                        ColumnDefinition.text("Schema"),
                        ColumnDefinition.text("Table"),
                        ColumnDefinition.text("Kind"),
                        ColumnDefinition.text("Rule"),
                        ColumnDefinition.text("Locations")),
                rows);
    }

    private static List<@Nullable String> tableRow(MeshSchema schema, MeshTable table) {
        String kind =
                switch (table) {
                    case MeshTable.Sharded sharded -> "sharded";
                    case MeshTable.Reference reference -> "reference";
                    case MeshTable.Single single -> "single";
                    case MeshTable.Unfit unfit -> "unfit: " + unfit.fault().message();
                };
        var rule = schema.rule(table.name());
        return row(
                schema.name(),
                table.name(),
                kind,
                rule == null ? "" : rule.toString(),
                String.join(
                        ", ", table.locations().stream().map(Location::toString).toList()));
    }

    private Rows dataSources() {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (DataSourceInfo info : session.proxy().dataSources().get()) {
            rows.add(row(
                    info.name(),
                    info.address(),
                    info.state(),
                    info.version(),
                    String.valueOf(info.open()),
                    String.valueOf(info.idle()),
                    String.valueOf(info.waiting()),
                    String.valueOf(info.max())));
        }
        return new Rows(
                List.of(
                        ColumnDefinition.text("Data_source"),
                        ColumnDefinition.text("Address"),
                        ColumnDefinition.text("State"),
                        ColumnDefinition.text("Version"),
                        ColumnDefinition.integer("Open"),
                        ColumnDefinition.integer("Idle"),
                        ColumnDefinition.integer("Waiting"),
                        ColumnDefinition.integer("Max_connections")),
                rows);
    }

    private static Rows meshSessions(List<SessionInfo> sessions) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (SessionInfo info : sessions) {
            rows.add(row(
                    String.valueOf(info.id()),
                    info.user(),
                    info.host(),
                    info.schema(),
                    info.busy() ? "busy" : "idle",
                    String.valueOf(info.seconds()),
                    info.inTransaction() ? "yes" : "no",
                    String.join(", ", info.held()),
                    String.join(", ", info.pinned())));
        }
        return new Rows(
                List.of(
                        ColumnDefinition.integer("Id"),
                        ColumnDefinition.text("User"),
                        ColumnDefinition.text("Host"),
                        ColumnDefinition.text("Schema"),
                        ColumnDefinition.text("State"),
                        ColumnDefinition.integer("Seconds"),
                        ColumnDefinition.text("In_transaction"),
                        ColumnDefinition.text("Held"),
                        ColumnDefinition.text("Pinned")),
                rows);
    }

    private static List<@Nullable String> row(@Nullable String... values) {
        List<@Nullable String> row = new ArrayList<>();
        for (String value : values) {
            row.add(value);
        }
        return row;
    }

    /** Whether MySQL does not prepare it. */
    private static boolean isTextOnly(Statement statement) {
        return switch (statement) {
            case Statement.Use use -> true;
            case Statement.Transaction transaction ->
                switch (transaction.action()) {
                    case BEGIN, SAVEPOINT, ROLLBACK_TO, RELEASE_SAVEPOINT -> true;
                    case COMMIT, ROLLBACK -> false;
                };
            default -> false;
        };
    }
}
