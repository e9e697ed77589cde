package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Plan.Many;
import io.dbmesh.engine.route.KeyCondition;
import io.dbmesh.engine.route.Route;
import io.dbmesh.sql.tree.Query;
import java.util.List;

/** Queries. */
final class ReadPlanner {
    private final Planning planning;
    private final Query query;

    ReadPlanner(Planning planning, Query query) {
        this.planning = planning;
        this.query = query;
    }

    Plan plan() {
        List<TableUse> uses = planning.allUses();
        boolean sharded = uses.stream().anyMatch(TableUse::isSharded);
        refuseWhatOnlyOnePlaceKnows();
        return sharded ? sharded(uses) : unsharded(uses);
    }

    private void refuseWhatOnlyOnePlaceKnows() {
        if (planning.facts.calculatesFoundRows) {
            if (planning.relayLocation() == null) {
                throw MeshException.unsupported("SQL_CALC_FOUND_ROWS", "send SELECT COUNT(*) as a second statement");
            }
            planning.effects.add(Plan.Effect.CALCULATES_FOUND_ROWS);
        }
        if (planning.facts.setsLastInsertId) {
            if (planning.allUses().stream().anyMatch(TableUse::isSharded)) {
                throw MeshException.unsupported(
                        "LAST_INSERT_ID(expression) in a query of sharded tables", "keep the value in a user variable");
            }
            planning.effects.add(Plan.Effect.SETS_LAST_INSERT_ID);
        }
        if (planning.facts.storedFunction != null && planning.relayLocation() == null) {
            throw MeshException.unsupported(
                    "the stored function " + planning.facts.storedFunction,
                    "call it in a schema without shards; in a sharded one nobody knows what it reads");
        }
    }

    private Plan unsharded(List<TableUse> uses) {
        Route route = Placement.ofUnsharded(planning, uses);
        SpliceList splices = planning.splices(Placement.locationsOf(route));
        keepNames(query.body(), splices);
        return new Plan.Read(route, splices.toRewrite(), Planner.onePlace(), planning.effects, planning.reasons);
    }

    private Plan sharded(List<TableUse> uses) {
        List<Location> shards = Placement.shardsOf(uses);
        Locality.Finding finding = Locality.of(planning, query);
        KeyCondition condition = finding.condition();
        Route route = new Route.ByKey(shards, condition);
        SpliceList splices = planning.splices(shards);
        SpliceList whenOne = new SpliceList(splices);
        keepNames(query.body(), whenOne);
        Many many = many(finding, splices);
        return new Plan.Read(route, whenOne.toRewrite(), many, planning.effects, planning.reasons);
    }

    private Many many(Locality.Finding finding, SpliceList splices) {
        ShardGroup group = finding.group();
        if (finding.obstacle() != null || group == null) {
            String obstacle = finding.obstacle() == null ? "the statement" : finding.obstacle();
            return refused(obstacle);
        }
        if (planning.facts.assignsVariables || query.into() != null) {
            return refused(query.into() != null ? "INTO over several shards" : "assignment of user variables");
        }
        try {
            return new MergePlanner(planning, query, finding.scope(), group, splices).plan();
        } catch (MeshException reason) {
            return new Many.Refused(reason);
        }
    }

    private static Many refused(String construct) {
        return new Many.Refused(
                MeshException.unsupported(construct, "restrict every sharded table to one shard by its sharding key"));
    }

    static void keepNames(Query.Body body, SpliceList splices) {
        switch (body) {
            case Query.Block block -> Planning.keepNames(block.items(), splices);
            case Query.SetOperation operation -> keepNames(operation.left(), splices);
            case Query.Nested nested -> keepNames(nested.query().body(), splices);
            case Query.Values values -> {}
            case Query.WholeTable whole -> {}
        }
    }
}
