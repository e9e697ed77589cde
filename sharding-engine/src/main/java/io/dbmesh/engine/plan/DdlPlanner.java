package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.metadata.SegmentKeys;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.sql.tree.Statement.Ddl;
import io.dbmesh.sql.tree.Statement.DdlKind;
import io.dbmesh.sql.tree.Statement.UniqueKey;
import io.dbmesh.sql.tree.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes of definitions, in every place that has the table by its rule, whether or not it exists yet. */
final class DdlPlanner {
    private final Planning planning;
    private final Ddl ddl;

    DdlPlanner(Planning planning, Ddl ddl) {
        this.planning = planning;
        this.ddl = ddl;
    }

    Plan plan() {
        return switch (ddl.kind()) {
            case CREATE_SCHEMA, ALTER_SCHEMA, DROP_SCHEMA ->
                throw MeshException.unsupported(
                        ddl.kind().name().replace("SCHEMA", "DATABASE").replace('_', ' '),
                        "schemas are those of the mesh's configuration");
            case CREATE_VIEW, ALTER_VIEW, DROP_VIEW -> view();
            case RENAME_TABLE -> {
                for (TableName table : ddl.tables()) {
                    if (ruleOf(table) != null) {
                        throw MeshException.unsupported(
                                "RENAME TABLE of " + table + ", which has a rule in the configuration",
                                "create a table of the new name and copy the rows");
                    }
                }
                yield everywhere();
            }
            case CREATE_TABLE, ALTER_TABLE, CREATE_INDEX -> {
                ddl.tables().forEach(this::requireFit);
                yield ddl.query() == null ? everywhere() : createFromQuery();
            }
            case DROP_TABLE, TRUNCATE_TABLE, DROP_INDEX, MAINTAIN_TABLE -> everywhere();
        };
    }

    private @Nullable TableRule ruleOf(TableName table) {
        Schema config = configOf(table);
        return config == null ? null : config.rule(table.table().text());
    }

    /** Null for the server's own schemas. */
    private @Nullable Schema configOf(TableName table) {
        String schema = planning.schemaOf(table.schema());
        return SystemTables.isSystemSchema(schema)
                ? null
                : planning.mesh().requireSchema(schema).config();
    }

    /** A view is where its tables are, in one place. */
    private Plan view() {
        for (TableUse use : planning.allUses()) {
            if (!use.isSingle()) {
                throw MeshException.unsupported(
                        "views over sharded and reference tables (" + use.name() + ")",
                        "put the view's query into the statement");
            }
        }
        for (TableName view : ddl.tables()) {
            if (ruleOf(view) != null) {
                throw MeshException.unsupported(
                        "a view named " + view + ", for which the configuration has a rule", "name it otherwise");
            }
        }
        return everywhere();
    }

    private Plan createFromQuery() {
        for (TableName table : ddl.tables()) {
            if (ruleOf(table) != null) {
                throw MeshException.unsupported(
                        "CREATE TABLE ... SELECT of " + table + ", which has a rule in the configuration",
                        "create the table, then insert the rows");
            }
        }
        for (TableUse use : planning.allUses()) {
            if (!use.isSingle()) {
                throw MeshException.unsupported(
                        "CREATE TABLE ... SELECT from a sharded or reference table (" + use.name() + ")",
                        "create the table, then insert the rows");
            }
        }
        return everywhere();
    }

    private void requireFit(TableName table) {
        if (!(ruleOf(table) instanceof ShardedRule rule)) {
            return;
        }
        String key = rule.key();
        String name = planning.schemaOf(table.schema()) + "." + table.table().text();
        boolean defined =
                ddl.columns().stream().anyMatch(column -> column.name().text().equalsIgnoreCase(key));
        if (ddl.kind() == DdlKind.CREATE_TABLE && ddl.referenced().isEmpty() && !defined) {
            throw new MeshException(MeshError.KEY_COLUMN_ABSENT, key, name);
        }
        for (UniqueKey unique : ddl.keys()) {
            if (unique.columns().stream().noneMatch(column -> column.text().equalsIgnoreCase(key))) {
                throw new MeshException(
                        MeshError.UNIQUE_KEY_WITHOUT_SHARD_KEY,
                        unique.primary() ? "PRIMARY KEY" : "UNIQUE INDEX",
                        nameOf(unique),
                        name,
                        key);
            }
        }
    }

    /** Servers name a key that the client does not by its first column. */
    private static String nameOf(UniqueKey unique) {
        if (unique.primary()) {
            return "PRIMARY";
        }
        return (unique.name() == null ? unique.columns().getFirst() : unique.name()).text();
    }

    private Plan everywhere() {
        if (ddl.tables().isEmpty()) {
            throw MeshException.unsupported("this " + ddl.kind().name().replace('_', ' '), "name the table");
        }
        for (TableName table : ddl.tables()) {
            Schema config = configOf(table);
            if (config != null && config.isSharded() && table.table().text().equals(SegmentKeys.TABLE)) {
                throw MeshException.unsupported(
                        "DDL on " + table + ", in which the mesh keeps its counters", "use another name");
            }
        }
        TableName first = ddl.tables().getFirst();
        List<Location> locations = locationsOf(planning.declare(first, null));
        Set<String> schemas = new LinkedHashSet<>();
        for (TableName table : ddl.tables()) {
            TableUse use = planning.declare(table, null);
            schemas.add(use.schema());
            requireSamePlaces(locations, use, first);
        }
        for (TableName table : ddl.referenced()) {
            requireSamePlaces(locations, planning.declare(table, null), first);
        }
        for (TableUse use : planning.allUses()) {
            requireSamePlaces(locations, use, first);
        }
        if (ddl.temporary() && !isOfUnshardedSchemas()) {
            throw MeshException.unsupported(
                    "temporary tables in a sharded schema", "use an ordinary table, or a schema without shards");
        }
        Set<Effect> effects = planning.effects;
        effects.add(ddl.temporary() ? Effect.PINS : Effect.IMPLICIT_COMMIT);
        planning.because(locations.size() == 1 ? "the table is in one place" : "the table is on every shard");
        boolean changes = !ddl.temporary() && ddl.kind() != DdlKind.MAINTAIN_TABLE;
        return new Plan.Ddl(
                locations,
                planning.splices(locations).toRewrite(),
                changes ? schemas : Set.of(),
                counterChanges(),
                ddl.kind() == DdlKind.MAINTAIN_TABLE,
                !(ruleOf(first) instanceof ShardedRule),
                effects,
                planning.reasons);
    }

    private List<Plan.CounterChange> counterChanges() {
        List<Plan.CounterChange> changes = new ArrayList<>();
        for (TableName name : ddl.tables()) {
            if (ruleOf(name) == null) {
                continue;
            }
            String schema = planning.schemaOf(name.schema());
            String table = name.table().text();
            MeshTable known = planning.mesh().requireSchema(schema).find(table);
            boolean changed =
                    switch (ddl.kind()) {
                        // One that exists is left as it is, or it is an error.
                        case CREATE_TABLE -> known == null;
                        case ALTER_TABLE -> true;
                        case DROP_TABLE, TRUNCATE_TABLE ->
                            known == null || known.metadata().autoIncrementColumn() != null;
                        default -> false;
                    };
            if (changed) {
                changes.add(new Plan.CounterChange(schema, table, ddl.kind() != DdlKind.ALTER_TABLE));
            }
        }
        return changes;
    }

    private List<Location> locationsOf(TableUse use) {
        return use.isSystem() ? Placement.locationsOf(planning.defaultRoute()).subList(0, 1) : use.locations();
    }

    private boolean isOfUnshardedSchemas() {
        return ddl.tables().stream().map(this::configOf).allMatch(config -> config == null || !config.isSharded());
    }

    private static void requireSamePlaces(List<Location> locations, TableUse use, TableName first) {
        boolean same = use.isSystem()
                || use.locations().equals(locations)
                || (locations.size() == 1
                        && use.locations().size() == 1
                        && use.databaseAt(locations.getFirst()) != null);
        if (!same) {
            throw MeshException.unsupported(
                    "one statement for tables of different places (" + first + " and " + use.name() + ")",
                    "write a statement for each");
        }
    }
}
