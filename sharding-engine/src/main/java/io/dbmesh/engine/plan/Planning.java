package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.engine.plan.Scope.Relation;
import io.dbmesh.engine.route.Route;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The making of one plan: what it is made from, and what it has collected so far. */
final class Planning {
    final PlanRequest request;
    final Facts facts;
    final List<Guard> guards = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    final Set<Effect> effects = EnumSet.noneOf(Effect.class);
    private final Map<TableName, TableUse> uses = new LinkedHashMap<>();

    Planning(PlanRequest request) {
        this.request = request;
        this.facts = Facts.of(request.statement());
        effects.addAll(facts.effects);
        if (facts.hasInto) {
            effects.add(Effect.PINS);
            effects.add(Effect.ASSIGNS_VARIABLES);
        }
    }

    Mesh mesh() {
        return request.mesh();
    }

    Digest digest() {
        return request.digest();
    }

    void because(String reason) {
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
    }

    /** The current schema's, or null when there is none or it is one of the servers' own. */
    @Nullable MeshSchema currentSchema() {
        String schema = request.schema();
        return schema == null || SystemTables.isSystemSchema(schema) ? null : mesh().requireSchema(schema);
    }

    /** Whether statements that are not understood may be relayed: everything of the current schema is in one place. */
    @Nullable Location relayLocation() {
        MeshSchema schema = currentSchema();
        return schema != null && !schema.config().isSharded() ? schema.config().defaultLocation() : null;
    }

    String schemaOf(@Nullable Identifier named) {
        if (named != null) {
            return named.text();
        }
        if (request.schema() == null) {
            throw new MeshException(MeshError.NO_DATABASE_SELECTED);
        }
        return request.schema();
    }

    /**
     * What a name in the statement means.
     *
     * @throws MeshException when there is no such schema or table, or its use is refused
     */
    TableUse use(TableName name) {
        TableUse known = uses.get(name);
        if (known == null) {
            known = lookUp(name);
            uses.put(name, known);
        }
        return known;
    }

    private TableUse lookUp(TableName name) {
        String schemaName = schemaOf(name.schema());
        if (SystemTables.isSystemSchema(schemaName)) {
            requireRelayable(schemaName, name.table().text());
            return new TableUse(name, schemaName, null, List.of());
        }
        if (request.dialect().mariaDb() && mesh().schema(schemaName) == null) {
            throw new MeshException(
                    MeshError.UNKNOWN_TABLE, schemaName, name.table().text());
        }
        MeshSchema schema = mesh().requireSchema(schemaName);
        if (!schema.config().isSharded()) {
            return new TableUse(name, schemaName, null, List.of(schema.config().defaultLocation()));
        }
        MeshTable table = schema.require(name.table().text());
        return new TableUse(name, schemaName, table, table.locations());
    }

    /** A table that need not exist, or is named where the walk over the statement does not look. */
    TableUse declare(TableName name, @Nullable Identifier schemaName) {
        String schema = schemaOf(schemaName == null ? name.schema() : schemaName);
        if (SystemTables.isSystemSchema(schema)) {
            requireRelayable(schema, name.table().text());
            return remember(new TableUse(name, schema, null, List.of()));
        }
        Schema config = mesh().requireSchema(schema).config();
        List<Location> locations =
                config.rule(name.table().text()) == null ? List.of(config.defaultLocation()) : config.shards();
        return remember(new TableUse(name, schema, null, locations));
    }

    private TableUse remember(TableUse use) {
        if (uses.put(use.name(), use) == null) {
            facts.tables.add(use.name());
        }
        return use;
    }

    private void requireRelayable(String schema, String table) {
        boolean alone = relayLocation() != null
                || (mesh().schemas().values().stream()
                                .noneMatch(other -> other.config().isSharded())
                        && mesh().config().dataSources().size() == 1);
        if (!alone && SystemTables.hasLogicalContent(schema, table)) {
            throw MeshException.unsupported(
                    schema + "." + table,
                    "a server's own tables know its shards only; use SHOW statements and MESH SHOW statements");
        }
    }

    /** All real tables of the statement. */
    List<TableUse> allUses() {
        return facts.tables.stream().map(this::use).toList();
    }

    /** An entry of FROM. */
    Relation relation(TableName name, @Nullable Identifier alias, boolean nullable) {
        String visible = alias == null ? name.table().text() : alias.text();
        if (facts.commonTables.contains(name)) {
            return new Relation(visible, null, null, nullable);
        }
        TableUse use = use(name);
        MeshTable table = use.table() != null && use.table().metadata().isView() ? null : use.table();
        return new Relation(visible, alias == null ? use.schema() : null, table, nullable);
    }

    /** Where statements without tables go. */
    Route defaultRoute() {
        MeshSchema schema = currentSchema();
        if (schema != null) {
            return new Route.Fixed(schema.config().defaultLocation());
        }
        Set<Location> all = new LinkedHashSet<>();
        for (Schema any : mesh().config().schemas().values()) {
            all.add(any.defaultLocation());
        }
        if (all.isEmpty()) {
            throw new MeshException(MeshError.NO_DATABASE_SELECTED);
        }
        return new Route.AnyOf(List.copyOf(all));
    }

    /** Splices for names and session functions, of a statement that can go to each of these places. */
    SpliceList splices(List<Location> locations) {
        SpliceList splices = new SpliceList();
        for (TableUse use : allUses()) {
            spliceTable(use, locations, splices);
        }
        for (Expression.Column column : facts.columnsWithSchema) {
            spliceSchema(column.schema(), column.table(), locations, splices);
        }
        for (Expression.Star star : facts.starsWithSchema) {
            spliceSchema(star.schema(), star.table(), locations, splices);
        }
        for (Expression.Function function : facts.sessionFunctions) {
            SessionFunction answer = Facts.sessionFunction(function);
            if (answer != null) {
                splices.replace(function.span().start(), function.span().end(), new Part.SessionValue(answer));
            }
        }
        return splices;
    }

    private void spliceTable(TableUse use, List<Location> locations, SpliceList splices) {
        Identifier schema = use.name().schema();
        int start = use.name().table().span().start();
        Part database = databasePart(use, locations);
        if (schema != null && !isSame(database, schema.text())) {
            splices.replace(schema.span().start(), schema.span().end(), database);
        } else if (schema == null
                && (use.isSystem() || locations.size() == 1)
                && !isSame(database, locations.getFirst().database())) {
            splices.replace(start, start, database, new Part.Text("."));
        }
    }

    /** In one place the database's name is known; of several places it is the place's own. */
    private static Part databasePart(TableUse use, List<Location> locations) {
        if (use.isSystem()) {
            return new Part.Text(use.schema());
        }
        Set<String> names = new LinkedHashSet<>();
        for (Location location : locations) {
            String name = use.databaseAt(location);
            if (name == null) {
                throw MeshException.unsupported(
                        "tables of different data sources in one statement (" + use.name() + ")",
                        "keep tables that are used together on one data source");
            }
            names.add(name);
        }
        return names.size() == 1 ? new Part.Text(quoted(names.iterator().next())) : new Part.Database(use.schema());
    }

    private static boolean isSame(Part part, String name) {
        return part instanceof Part.Text text
                && (text.sql().equals(name) || text.sql().equals(quoted(name)));
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private void spliceSchema(
            @Nullable Identifier schema, @Nullable Identifier table, List<Location> locations, SpliceList splices) {
        if (schema == null || table == null) {
            return;
        }
        for (TableUse use : allUses()) {
            if (use.schema().equals(schema.text()) && use.name().table().text().equals(table.text())) {
                Part database = databasePart(use, locations);
                if (!isSame(database, schema.text())) {
                    splices.replace(schema.span().start(), schema.span().end(), database);
                }
                return;
            }
        }
    }

    /** Gives columns whose text is changed the name that they would have had. */
    static void keepNames(List<Query.SelectItem> items, SpliceList splices) {
        for (Query.SelectItem item : items) {
            boolean named = item.alias() != null
                    || item.expression() instanceof Expression.Column
                    || item.expression() instanceof Expression.Star;
            Span span = item.span();
            if (!named && splices.touches(span.start(), span.end())) {
                splices.insert(span.end(), List.of(new Part.Text(" AS "), new Part.Name(span.start(), span.end())));
            }
        }
    }

    /** The text of a literal, on which the plan then depends. */
    String guarded(int ordinal) {
        Digest digest = digest();
        int start = digest.literalStart(ordinal);
        String text = new String(digest.text(), start, digest.literalEnd(ordinal) - start, StandardCharsets.ISO_8859_1);
        Guard guard = new Guard(ordinal, text);
        if (!guards.contains(guard)) {
            guards.add(guard);
        }
        return text;
    }

    Dialect dialect() {
        return request.dialect();
    }

    Statement statement() {
        return request.statement();
    }
}
