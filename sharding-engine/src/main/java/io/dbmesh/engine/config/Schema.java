package io.dbmesh.engine.config;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A logical schema, as clients see it in {@code SHOW DATABASES}.
 *
 * @param defaultLocation where the tables without a rule live, as they are
 * @param shards in the order that gives them their ordinals; empty for a schema that is not sharded
 * @param tables the rules by table name (case counts, as with lower_case_table_names=0)
 */
public record Schema(String name, Location defaultLocation, List<Location> shards, Map<String, TableRule> tables) {
    /** More would make every scatter a storm; the design's limit, not a format's. */
    public static final int MAX_SHARDS = 1024;

    public Schema {
        Names.requireDatabase(name);
        shards = List.copyOf(shards);
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        if (shards.size() > MAX_SHARDS) {
            throw new IllegalArgumentException(shards.size() + " shards are too many; allowed: at most " + MAX_SHARDS);
        }
        Set<Location> seen = new HashSet<>();
        for (Location shard : shards) {
            if (!seen.add(shard)) {
                throw new IllegalArgumentException("shard " + shard + " is listed twice; allowed: each location once");
            }
        }
        if (shards.isEmpty() && !tables.isEmpty()) {
            throw new IllegalArgumentException("schema " + name + " has table rules but no shards; allowed: rules only"
                    + " together with `shards`");
        }
        tables.keySet().forEach(table -> Names.requireIdentifier("table", table));
    }

    /** A schema whose tables all live in one place. */
    public Schema(String name, Location defaultLocation) {
        this(name, defaultLocation, List.of(), Map.of());
    }

    public boolean isSharded() {
        return !shards.isEmpty();
    }

    public @Nullable TableRule rule(String table) {
        return tables.get(table);
    }
}
