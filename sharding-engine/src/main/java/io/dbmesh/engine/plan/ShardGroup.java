package io.dbmesh.engine.plan;

import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Scope.Relation;
import io.dbmesh.engine.route.KeyCondition;
import io.dbmesh.engine.route.KeyConditions;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sharded tables of one block whose rows meet on one shard only: co-located, and joined by equality of their keys.
 * Mutable while the statement is looked at.
 */
final class ShardGroup {
    final Set<Relation> members = new LinkedHashSet<>();
    /** A table of a block around this one, whose key is equal to this group's: then the rows that count follow it. */
    @Nullable Relation follows;
    /** Where the rows that count can be. */
    KeyCondition condition = KeyConditions.ANYTHING;

    ShardGroup(Relation first) {
        members.add(first);
    }

    /** Whether rows of the other table with an equal key are on the same shard. */
    boolean isColocatedWith(MeshTable.Sharded table) {
        for (Relation member : members) {
            MeshTable.Sharded sharded = member.sharded();
            if (sharded != null && sharded.isColocatedWith(table)) {
                return true;
            }
        }
        return false;
    }

    boolean contains(@Nullable Relation relation) {
        return relation != null && members.contains(relation);
    }
}
