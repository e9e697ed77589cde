package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.route.RouteEvaluator;
import io.dbmesh.engine.route.ValueRef;
import io.dbmesh.engine.sharding.ShardSet;
import io.dbmesh.sql.digest.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells in words where a statement with its literals goes. */
final class PlanDestination {
    private final Digest digest;
    private final Bindings bindings;
    private final RouteEvaluator routes = new RouteEvaluator();

    PlanDestination(Digest digest, Bindings bindings) {
        this.digest = digest;
        this.bindings = bindings;
    }

    /** One line for each shard, or one for all; none for what goes nowhere. */
    List<String> lines(Plan plan) {
        return switch (plan) {
            case Plan.Read read -> lines(read.route());
            case Plan.Write write -> lines(write.route());
            case Plan.InsertRows insert -> rows(insert);
            case Plan.Ddl ddl -> List.of("goes to each of " + ddl.locations());
            case Plan.Local local -> List.of("goes nowhere: the mesh answers");
            case Plan.Refuse refuse -> List.of();
        };
    }

    private List<String> lines(Route route) {
        return switch (route) {
            case Route.Fixed fixed -> List.of("goes to " + fixed.location());
            case Route.AnyOf anyOf -> List.of("goes to one of " + anyOf.locations());
            case Route.AllOf allOf -> List.of("goes to each of " + allOf.locations());
            case Route.ByKey byKey -> {
                ShardSet shards = routes.shards(byKey, bindings);
                List<String> lines = new ArrayList<>();
                for (int shard : shards.toArray()) {
                    lines.add("goes to " + shard(shard, byKey.shards()));
                }
                yield lines;
            }
        };
    }

    private static String shard(int shard, List<Location> locations) {
        return "shard " + shard + " (" + locations.get(shard) + ")";
    }

    private List<String> rows(Plan.InsertRows insert) {
        int rows = StatementRewriter.rowCount(digest, insert);
        List<Location> locations = insert.table().locations();
        if (!(insert.table() instanceof MeshTable.Sharded table)) {
            return List.of("goes to each of " + locations + ": " + rows + " rows");
        }
        Plan.GeneratedKey generated = insert.generated();
        if (generated != null && generated.isShardKey()) {
            return List.of("goes to the shards of the keys that the mesh makes: " + rows + " rows");
        }
        Map<Integer, Integer> rowsOf = new TreeMap<>();
        for (int row = 0; row < rows; row++) {
            ValueRef key = StatementRewriter.templateOf(insert, row).shardKey();
            if (key == null) {
                return List.of();
            }
            int literal = StatementRewriter.literalOf(digest, insert, row, key.ordinal());
            try {
                rowsOf.merge(routes.shardOfRow(table, literal, key.negated(), bindings), 1, Integer::sum);
            } catch (MeshException refused) {
                return List.of("goes nowhere, row " + (row + 1) + ": " + refused.message());
            }
        }
        List<String> lines = new ArrayList<>();
        rowsOf.forEach((shard, count) -> lines.add("goes to " + shard(shard, locations) + ": " + count + " rows"));
        return lines;
    }
}
