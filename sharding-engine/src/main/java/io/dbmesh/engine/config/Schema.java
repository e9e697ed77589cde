package io.dbmesh.engine.config;

import java.util.ArrayList;
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
        if (seen.contains(defaultLocation)) {
            throw new IllegalArgumentException("default " + defaultLocation + " is a shard as well; allowed: a database"
                    + " of its own, so that tables with and without a rule cannot meet");
        }
        for (Map.Entry<String, TableRule> entry : tables.entrySet()) {
            Names.requireIdentifier("table", entry.getKey());
            if (entry.getValue() instanceof ShardedRule rule) {
                rule.by().requireFits(shards.size());
                requireColocated(entry.getKey(), rule, tables);
            }
        }
    }

    /**
     * Whether what a rule says by {@code with} can be true. A rule without it is never at fault.
     *
     * @param tables all rules of the schema
     * @throws IllegalArgumentException when it cannot; the message says what is wrong and what is allowed
     */
    public static void requireColocated(String table, ShardedRule rule, Map<String, TableRule> tables) {
        String with = rule.with();
        if (with == null) {
            return;
        }
        if (with.equals(table)) {
            throw new IllegalArgumentException("with names the table itself; allowed: another sharded table");
        }
        if (!(tables.get(with) instanceof ShardedRule other)) {
            String what = tables.containsKey(with) ? "is a reference table" : "has no rule in this schema";
            throw new IllegalArgumentException(
                    "with: table '" + with + "' " + what + "; allowed: a sharded table of the same schema");
        }
        if (!other.by().equals(rule.by())) {
            throw new IllegalArgumentException("with: equal keys of '" + table + "' (by " + rule.by() + ") and '" + with
                    + "' (by " + other.by() + ") can be on different shards; allowed: the same `by` for both");
        }
    }

    /** A schema whose tables all live in one place. */
    public Schema(String name, Location defaultLocation) {
        this(name, defaultLocation, List.of(), Map.of());
    }

    /** The default location and the shards. */
    public List<Location> locations() {
        List<Location> locations = new ArrayList<>();
        locations.add(defaultLocation);
        locations.addAll(shards);
        return locations;
    }

    public boolean isSharded() {
        return !shards.isEmpty();
    }

    public @Nullable TableRule rule(String table) {
        return tables.get(table);
    }
}
