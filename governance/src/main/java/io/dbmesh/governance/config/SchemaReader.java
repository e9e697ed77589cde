package io.dbmesh.governance.config;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.governance.config.DocumentNode.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the schemas of one document, and remembers which of them has which database. */
final class SchemaReader {
    private static final String LOCATION = "DATA SOURCE/DATABASE";
    private static final String RULE = "reference, or { key: COLUMN, by: ... }";

    private final Map<String, DataSource> dataSources;
    /** The place in the document that names a database first. */
    private final Map<String, String> owners = new HashMap<>();

    SchemaReader(Map<String, DataSource> dataSources) {
        this.dataSources = dataSources;
    }

    /** The schema, or null when its faults leave none. */
    @Nullable Schema read(Entry entry) {
        String name = entry.name();
        DocumentFields fields = entry.value()
                .fields("a mapping with the fields default, shards, tables", "default", "shards", "tables");
        DocumentNode defaultNode = fields.required("default", LOCATION);
        Location defaultLocation = defaultNode == null ? null : location(defaultNode);
        List<Location> shards = new ArrayList<>();
        DocumentNode shardsNode = fields.optional("shards");
        List<DocumentNode> items = shardsNode == null ? List.of() : shardsNode.items("a sequence of " + LOCATION);
        for (DocumentNode item : items) {
            Location shard = location(item);
            if (shard != null) {
                shards.add(shard);
            }
        }
        if (items.size() > Schema.MAX_SHARDS && shardsNode != null) {
            shardsNode.fault(items.size() + " shards are too many; allowed: at most " + Schema.MAX_SHARDS);
        }
        DocumentNode tablesNode = fields.optional("tables");
        Map<String, TableRule> tables = tablesNode == null ? Map.of() : tables(tablesNode, items.size());
        if (defaultNode == null || defaultLocation == null || entry.key().hasFaults()) {
            entry.key().guard(() -> new Schema(name, new Location("any", "any")));
            return null;
        }
        return entry.key().guard(() -> new Schema(name, defaultLocation, shards, tables));
    }

    /** Null when its text, its data source or another use of the same database is at fault. */
    private @Nullable Location location(DocumentNode node) {
        Location location = node.convert(LOCATION, Location::parse);
        if (location == null) {
            return null;
        }
        if (!dataSources.containsKey(location.dataSource())) {
            node.fault("unknown data source '" + location.dataSource() + "'"
                    + NearestNames.hint(location.dataSource(), dataSources.keySet()));
            return null;
        }
        String owner = owners.putIfAbsent(MeshConfig.databaseOf(location, dataSources), node.place());
        if (owner != null) {
            node.fault("database " + location + " is that of " + owner + "; allowed: a database of its own");
            return null;
        }
        return location;
    }

    private static Map<String, TableRule> tables(DocumentNode node, int shards) {
        List<Entry> entries = node.entries("a mapping of tables to rules");
        if (shards == 0 && !entries.isEmpty()) {
            node.fault("there are table rules but no shards; allowed: rules only together with `shards`");
            return Map.of();
        }
        Map<String, TableRule> rules = new LinkedHashMap<>();
        Location any = new Location("any", "any_0");
        for (Entry entry : entries) {
            Map<String, TableRule> alone = Map.of(entry.name(), new ReferenceRule());
            entry.key().guard(() -> new Schema("any", new Location("any", "any"), List.of(any), alone));
            TableRule rule = rule(entry.value(), shards);
            if (rule != null) {
                rules.put(entry.name(), rule);
            }
        }
        for (Entry entry : entries) {
            if (rules.get(entry.name()) instanceof ShardedRule rule && isWithReadable(rule, entries, rules)) {
                entry.value().guard(() -> {
                    Schema.requireColocated(entry.name(), rule, rules);
                    return rule;
                });
            }
        }
        return rules;
    }

    /** Whether the other table's rule could be read; if not, that is fault enough. */
    private static boolean isWithReadable(ShardedRule rule, List<Entry> entries, Map<String, TableRule> rules) {
        return rule.with() == null
                || rules.containsKey(rule.with())
                || entries.stream().noneMatch(entry -> entry.name().equals(rule.with()));
    }

    private static @Nullable TableRule rule(DocumentNode node, int shards) {
        if (!node.isMapping()) {
            return node.convert(RULE, text -> {
                if (text.equals("reference")) {
                    return new ReferenceRule();
                }
                throw new IllegalArgumentException("unknown rule '" + text + "'; allowed: " + RULE);
            });
        }
        DocumentFields fields = node.fields(RULE, "key", "by", "with");
        DocumentNode keyNode = fields.required("key", "a column of the table");
        String key = keyNode == null
                ? null
                : keyNode.convert("a column of the table", text -> new ShardedRule(text, new ShardBy.Hash()).key());
        DocumentNode byNode = fields.required("by", ShardByReader.ALLOWED);
        ShardBy by = byNode == null ? null : ShardByReader.read(byNode, shards);
        DocumentNode withNode = fields.optional("with");
        String with = withNode == null ? null : withNode.text("a sharded table of the same schema");
        // A faulty key does not hide what is wrong with the rest.
        return by == null ? null : new ShardedRule(key == null ? "unreadable" : key, by, with);
    }
}
