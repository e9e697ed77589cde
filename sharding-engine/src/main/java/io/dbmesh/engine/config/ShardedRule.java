package io.dbmesh.engine.config;

import org.jspecify.annotations.Nullable;

/**
 * Each row is on one shard, told by one column.
 *
 * @param key the column
 * @param by how its value tells the shard
 * @param with a table of the same schema whose rows with equal keys are on the same shard; it makes the configuration
 *     refuse a {@code by} that would part them. Whether two tables are co-located follows from their functions, not
 *     from this name.
 */
public record ShardedRule(String key, ShardBy by, @Nullable String with) implements TableRule {
    public ShardedRule {
        Names.requireIdentifier("column", key);
    }

    public ShardedRule(String key, ShardBy by) {
        this(key, by, null);
    }

    @Override
    public String toString() {
        return "key " + key + " by " + by + (with == null ? "" : " with " + with);
    }
}
