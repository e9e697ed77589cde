package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Scope.Relation;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.route.Route;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.Statement.ColumnAssignment;
import io.dbmesh.sql.tree.TableName;
import io.dbmesh.sql.tree.TableSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** UPDATE and DELETE. */
final class ChangePlanner {
    private final Planning planning;

    ChangePlanner(Planning planning) {
        this.planning = planning;
    }

    /**
     * What an UPDATE and a DELETE have in common.
     *
     * @param values expressions besides WHERE, which can have subqueries
     */
    private record Change(
            List<Query.CommonTable> with,
            List<TableSource> tables,
            @Nullable Expression where,
            List<Expression> values,
            boolean ordered,
            boolean limited,
            boolean returning) {
        boolean isOfOneTable() {
            return tables.size() == 1 && tables.getFirst() instanceof TableSource.Named;
        }
    }

    Plan update(Statement.Update update) {
        List<Expression> values = new ArrayList<>();
        update.assignments().forEach(assignment -> values.add(assignment.value()));
        update.orderBy().forEach(item -> values.add(item.expression()));
        Change change = new Change(
                update.with(),
                update.tables(),
                update.where(),
                values,
                !update.orderBy().isEmpty(),
                update.limit() != null,
                false);
        if (planning.allUses().stream().noneMatch(TableUse::isSharded)) {
            return unsharded(change);
        }
        List<Location> shards = Placement.shardsOf(planning.allUses());
        Locality.Finding finding = finding(change);
        for (ColumnAssignment assignment : update.assignments()) {
            requireWritable(assignment, finding.scope());
        }
        return sharded(change, finding, shards);
    }

    Plan delete(Statement.Delete delete) {
        List<Expression> values = new ArrayList<>();
        delete.orderBy().forEach(item -> values.add(item.expression()));
        delete.returning().forEach(item -> values.add(item.expression()));
        Change change = new Change(
                delete.with(),
                delete.tables(),
                delete.where(),
                values,
                !delete.orderBy().isEmpty(),
                delete.limit() != null,
                !delete.returning().isEmpty());
        if (planning.allUses().stream().noneMatch(TableUse::isSharded)) {
            return unsharded(change);
        }
        List<Location> shards = Placement.shardsOf(planning.allUses());
        Locality.Finding finding = finding(change);
        if (delete.targets().isEmpty()) {
            requireSharded(finding.scope().relations().getFirst());
        }
        for (TableName target : delete.targets()) {
            requireSharded(relationOf(target, finding.scope()));
        }
        return sharded(change, finding, shards);
    }

    private Locality.Finding finding(Change change) {
        return Locality.ofChange(planning, change.with(), change.tables(), change.where(), change.values());
    }

    private Plan sharded(Change change, Locality.Finding finding, List<Location> shards) {
        Rewrite rewrite = planning.splices(shards).toRewrite();
        Route route = new Route.ByKey(shards, finding.condition());
        planning.because("each shard changes its own rows");
        return new Plan.Write(route, rewrite, whenMany(change, finding), false, planning.effects, planning.reasons);
    }

    private @Nullable MeshException whenMany(Change change, Locality.Finding finding) {
        String construct = finding.obstacle();
        if (construct == null && (change.ordered() || change.limited())) {
            construct = "UPDATE or DELETE with ORDER BY or LIMIT over several shards";
        }
        if (construct == null && change.returning()) {
            construct = "RETURNING over several shards";
        }
        if (construct == null && planning.facts.assignsVariables) {
            construct = "assignment of user variables over several shards";
        }
        return construct == null
                ? null
                : MeshException.unsupported(construct, "restrict the statement to one shard by its sharding key");
    }

    private void requireWritable(ColumnAssignment assignment, Scope scope) {
        Resolved column = scope.resolve(assignment.column());
        if (column != null) {
            requireSharded(column.relation());
            if (column.isShardKey()) {
                throw keyUpdate(column.relation());
            }
            return;
        }
        if (scope.relations().size() != 1) {
            throw MeshException.unsupported(
                    "UPDATE of column " + assignment.column().name().text() + ", whose table is not certain",
                    "write the table's name or alias before the column");
        }
        requireSharded(scope.relations().getFirst());
    }

    private static MeshException keyUpdate(Relation relation) {
        MeshTable.Sharded table = relation.sharded();
        return new MeshException(
                MeshError.KEY_UPDATE,
                table == null ? relation.name : table.key().column().name(),
                table == null ? relation.name : table.qualifiedName());
    }

    private static void requireSharded(@Nullable Relation relation) {
        if (relation == null || relation.sharded() == null) {
            throw MeshException.unsupported(
                    "UPDATE or DELETE of " + (relation == null ? "this table" : relation.name)
                            + " together with a sharded table",
                    "change the tables one by one");
        }
    }

    private @Nullable Relation relationOf(TableName target, Scope scope) {
        for (Relation relation : scope.relations()) {
            boolean sameSchema =
                    target.schema() == null || target.schema().text().equals(relation.schema);
            if (sameSchema && relation.name.equals(target.table().text())) {
                return relation;
            }
        }
        return null;
    }

    private Plan unsharded(Change change) {
        List<TableUse> uses = planning.allUses();
        boolean singles = uses.stream().anyMatch(TableUse::isSingle);
        boolean references = uses.stream().anyMatch(TableUse::isReference);
        if (!references) {
            return write(Placement.ofUnsharded(planning, uses), false);
        }
        if (!singles) {
            requireSameEverywhere(planning);
            if (change.limited()) {
                throw MeshException.unsupported(
                        "UPDATE or DELETE with LIMIT of a reference table", "name the rows by their primary key");
            }
            List<Location> locations = new ArrayList<>(uses.getFirst().locations());
            for (TableUse use : uses) {
                if (!use.locations().equals(locations)) {
                    throw MeshException.unsupported(
                            "reference tables of different places in one statement", "change them one by one");
                }
            }
            planning.because("a reference table is written in all places");
            return write(new Route.AllOf(locations), true);
        }
        boolean writesSingle = change.isOfOneTable()
                && change.tables().getFirst() instanceof TableSource.Named named
                && planning.use(named.name()).isSingle();
        if (!writesSingle) {
            throw MeshException.unsupported(
                    "UPDATE or DELETE of unsharded and reference tables together", "change the tables one by one");
        }
        return write(Placement.ofUnsharded(planning, uses), false);
    }

    private Plan write(Route route, boolean everywhereEqual) {
        Rewrite rewrite = planning.splices(Placement.locationsOf(route)).toRewrite();
        return new Plan.Write(route, rewrite, null, everywhereEqual, planning.effects, planning.reasons);
    }

    /** Each place carries out the statement by itself, and all must come to the same rows. */
    static void requireSameEverywhere(Planning planning) {
        String culprit = planning.facts.notDeterministic;
        if (culprit != null) {
            throw MeshException.unsupported(
                    culprit + " in a change of a reference table", "compute the value first and give it as a literal");
        }
    }
}
