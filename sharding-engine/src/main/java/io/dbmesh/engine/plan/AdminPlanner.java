package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.route.Route;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SHOW, DESCRIBE, EXPLAIN, LOCK TABLES, and what is known by its first words only. */
final class AdminPlanner {
    /** What shows things of one schema that a server knows and a shard does not. */
    private static final Set<String> OF_A_SCHEMA = Set.of(
            "TABLES",
            "TABLE STATUS",
            "OPEN TABLES",
            "TRIGGERS",
            "EVENTS",
            "PROCEDURE STATUS",
            "FUNCTION STATUS",
            "PACKAGE STATUS",
            "CREATE DATABASE",
            "CREATE SCHEMA",
            "CREATE PROCEDURE",
            "CREATE FUNCTION",
            "CREATE TRIGGER",
            "CREATE EVENT");

    /** They change no session's state on the server. */
    private static final List<String> LEAVES_NOTHING = List.of(
            "GRANT",
            "REVOKE",
            "CREATE USER",
            "ALTER USER",
            "DROP USER",
            "RENAME USER",
            "CREATE ROLE",
            "DROP ROLE",
            "FLUSH",
            "CREATE PROCEDURE",
            "CREATE FUNCTION",
            "CREATE TRIGGER",
            "CREATE EVENT",
            "DROP PROCEDURE",
            "DROP FUNCTION",
            "DROP TRIGGER",
            "DROP EVENT");

    private final Planning planning;

    AdminPlanner(Planning planning) {
        this.planning = planning;
    }

    Plan show(Statement.Show show) {
        String kind = show.kind().toUpperCase(Locale.ROOT);
        if (show.table() != null) {
            return ofTable(show.table(), show.schema());
        }
        return switch (kind) {
            case "DATABASES", "SCHEMAS" -> Planner.local(show, "schemas are the mesh's");
            case "PROCESSLIST" -> Planner.local(show, "threads are the mesh's sessions");
            default -> {
                if (kind.equals("COUNT") || kind.equals("WARNINGS") || kind.equals("ERRORS")) {
                    planning.effects.add(Effect.READS_DIAGNOSTICS);
                }
                yield OF_A_SCHEMA.contains(kind) ? ofSchema(show, kind) : withoutTables();
            }
        };
    }

    private Plan withoutTables() {
        planning.because("it reads no table");
        Route route = planning.defaultRoute();
        return new Plan.Read(route, Rewrite.NONE, Planner.onePlace(), planning.effects, planning.reasons);
    }

    private Plan ofSchema(Statement.Show show, String kind) {
        if (SystemTables.isSystemSchema(planning.schemaOf(show.schema()))) {
            if (show.schema() == null) {
                throw MeshException.unsupported(
                        "SHOW " + kind + " in a schema of the servers", "name it: SHOW " + kind + " FROM schema");
            }
            return withoutTables();
        }
        Schema schema =
                planning.mesh().requireSchema(planning.schemaOf(show.schema())).config();
        Location location = schema.defaultLocation();
        boolean sameName = location.database().equals(schema.name());
        if (kind.equals("TABLES") && (schema.isSharded() || !sameName)) {
            return Planner.local(show, "the tables are the mesh's");
        }
        if (schema.isSharded() || (kind.startsWith("CREATE") && !sameName)) {
            throw MeshException.unsupported(
                    "SHOW " + kind + " in the sharded schema " + schema.name(),
                    "use SHOW TABLES, SHOW CREATE TABLE and MESH SHOW TABLES");
        }
        SpliceList splices = new SpliceList();
        if (show.schema() != null && !sameName) {
            replaceSchema(show.schema(), new Part.Text(Planning.quoted(location.database())), splices);
        }
        return new Plan.Read(
                new Route.Fixed(location), splices.toRewrite(), Planner.onePlace(), planning.effects, planning.reasons);
    }

    private static void replaceSchema(Identifier schema, Part part, SpliceList splices) {
        splices.replace(schema.span().start(), schema.span().end(), part);
    }

    Plan describe(Statement.Describe describe) {
        return ofTable(describe.table(), null);
    }

    /** A table is defined equally in all its places. */
    private Plan ofTable(TableName name, @Nullable Identifier schema) {
        String schemaName = planning.schemaOf(schema == null ? name.schema() : schema);
        if (!SystemTables.isSystemSchema(schemaName)
                && planning.mesh().requireSchema(schemaName).config().isSharded()) {
            MeshTable known =
                    planning.mesh().requireSchema(schemaName).find(name.table().text());
            if (known == null) {
                planning.mesh().requireSchema(schemaName).require(name.table().text());
            }
        }
        TableUse use = planning.declare(name, schema);
        Route route = use.isSystem()
                ? planning.defaultRoute()
                : use.locations().size() == 1
                        ? new Route.Fixed(use.locations().getFirst())
                        : new Route.AnyOf(use.locations());
        List<Location> locations = Placement.locationsOf(route);
        SpliceList splices = new SpliceList();
        if (schema == null) {
            splices = planning.splices(locations);
        } else if (!use.isSystem()
                && locations.stream().anyMatch(location -> !location.database().equals(schema.text()))) {
            replaceSchema(schema, new Part.Database(use.schema()), splices);
        }
        planning.because("the table is defined equally in all its places");
        return new Plan.Read(route, splices.toRewrite(), Planner.onePlace(), planning.effects, planning.reasons);
    }

    /** Each server explains its part; one is as good as another. */
    Plan explain(Statement.Explain explain) {
        Plan plan = Planner.plan(planning, explain.statement());
        planning.because("one place explains for all");
        return switch (plan) {
            case Plan.Read read -> explained(read.route(), read.whenOne());
            case Plan.Write write -> {
                refuseAnalyze(explain);
                yield explained(write.route(), write.rewrite());
            }
            case Plan.InsertRows insert -> {
                refuseAnalyze(explain);
                SpliceList splices = planning.splices(insert.table().locations());
                yield explained(new Route.AnyOf(insert.table().locations()), splices.toRewrite());
            }
            case Plan.Ddl ddl -> throw MeshException.unsupported("EXPLAIN of this statement", "explain a query");
            case Plan.Local local -> throw MeshException.unsupported("EXPLAIN of this statement", "explain a query");
            case Plan.Refuse refuse -> refuse;
        };
    }

    private static void refuseAnalyze(Statement.Explain explain) {
        if (explain.analyze()) {
            throw MeshException.unsupported("ANALYZE of a change", "use EXPLAIN");
        }
    }

    private Plan explained(Route route, Rewrite rewrite) {
        Route one =
                switch (route) {
                    case Route.Fixed fixed -> fixed;
                    case Route.AnyOf anyOf -> anyOf;
                    case Route.AllOf allOf -> new Route.AnyOf(allOf.locations());
                    case Route.ByKey byKey -> new Route.AnyOf(byKey.shards());
                };
        return new Plan.Read(one, rewrite, Planner.onePlace(), Set.of(), planning.reasons);
    }

    Plan lockTables(Statement.LockTables lock) {
        if (lock.tables().isEmpty()) {
            return withoutTables();
        }
        List<TableUse> uses = new ArrayList<>();
        for (TableName table : lock.tables()) {
            TableUse use = planning.declare(table, null);
            if (use.locations().size() != 1
                    || !use.locations().equals(firstOf(uses, use).locations())) {
                throw MeshException.unsupported(
                        "LOCK TABLES of " + table, "lock rows by SELECT ... FOR UPDATE in a transaction");
            }
            uses.add(use);
        }
        planning.effects.add(Effect.PINS);
        planning.effects.add(Effect.IMPLICIT_COMMIT);
        Location location = uses.getFirst().locations().getFirst();
        return new Plan.Read(
                new Route.Fixed(location),
                planning.splices(List.of(location)).toRewrite(),
                Planner.onePlace(),
                planning.effects,
                planning.reasons);
    }

    private static TableUse firstOf(List<TableUse> uses, TableUse otherwise) {
        return uses.isEmpty() ? otherwise : uses.getFirst();
    }

    Plan other(Statement.Other other) {
        Location location = planning.relayLocation();
        if (location == null) {
            throw MeshException.unsupported(
                    other.name(), "send it in a schema without shards, or to the servers themselves");
        }
        String name = other.name().toUpperCase(Locale.ROOT);
        boolean pins = LEAVES_NOTHING.stream().noneMatch(name::startsWith);
        return Planner.relay(
                location, pins ? Set.of(Effect.PINS) : Set.of(), "not looked into: relayed to the schema's only place");
    }
}
