package io.dbmesh.governance.config;

import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.governance.config.DocumentNode.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code by}: {@code hash}, {@code mod}, {@code { range: [...] }}, {@code { list: {...}, others: n }}. */
final class ShardByReader {
    static final String ALLOWED =
            "hash, mod, { range: [BOUND, ...] }, { list: { SHARD: [VALUE, ...] }, others: SHARD }";

    private ShardByReader() {}

    /** Null when there are faults. */
    static @Nullable ShardBy read(DocumentNode node, int shards) {
        ShardBy by = node.isMapping() ? fromMapping(node, shards) : node.convert(ALLOWED, ShardByReader::fromText);
        return by == null
                ? null
                : node.guard(() -> {
                    by.requireFits(shards);
                    return by;
                });
    }

    private static ShardBy fromText(String text) {
        return switch (text) {
            case "hash" -> new ShardBy.Hash();
            case "mod" -> new ShardBy.Mod();
            default -> throw new IllegalArgumentException("unknown sharding '" + text + "'; allowed: " + ALLOWED);
        };
    }

    private static @Nullable ShardBy fromMapping(DocumentNode node, int shards) {
        DocumentFields fields = node.fields(ALLOWED, "range", "list", "others");
        DocumentNode range = fields.optional("range");
        DocumentNode list = fields.optional("list");
        DocumentNode others = fields.optional("others");
        if ((range == null) == (list == null)) {
            node.fault("found " + (range == null ? "neither range nor list" : "both range and list") + "; allowed: "
                    + ALLOWED);
            return null;
        }
        if (range != null) {
            if (others != null) {
                others.fault("a range leaves no others; allowed: only together with list");
            }
            List<String> bounds = texts(range, "a sequence of bounds");
            return others == null && bounds != null ? new ShardBy.Range(bounds) : null;
        }
        return list == null ? null : fromList(list, others, shards);
    }

    private static @Nullable ShardBy fromList(DocumentNode list, @Nullable DocumentNode others, int shards) {
        boolean faulty = false;
        Map<Integer, List<String>> values = new LinkedHashMap<>();
        for (Entry entry : list.nonEmptyEntries("a mapping of shards to their values")) {
            Integer shard = entry.key().wholeNumber("shard", 0, shards - 1);
            List<String> listed = texts(entry.value(), "a sequence of values");
            if (shard == null || listed == null) {
                faulty = true;
            } else {
                values.put(shard, listed);
            }
        }
        Integer rest = others == null ? null : others.wholeNumber("shard", 0, shards - 1);
        if (faulty || (others != null && rest == null)) {
            return null;
        }
        return list.guard(() -> new ShardBy.Values(values, rest));
    }

    private static @Nullable List<String> texts(DocumentNode node, String allowed) {
        List<String> texts = new ArrayList<>();
        List<DocumentNode> items = node.items(allowed);
        for (DocumentNode item : items) {
            String text = item.text("a number, a date or text");
            if (text != null) {
                texts.add(text);
            }
        }
        return node.isSequence() && texts.size() == items.size() ? texts : null;
    }
}
