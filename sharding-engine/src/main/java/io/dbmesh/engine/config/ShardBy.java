package io.dbmesh.engine.config;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a key's value tells its shard, as configured: the bounds and values are still text, because what they mean
 * depends on the type of the key's column ({@code io.dbmesh.engine.metadata} resolves them).
 */
public sealed interface ShardBy {
    /**
     * Whether it can be laid over so many shards.
     *
     * @throws IllegalArgumentException when not; the message says what is wrong and what is allowed
     */
    default void requireFits(int shards) {
        switch (this) {
            case Hash hash -> {}
            case Mod mod -> {}
            case Range range -> {
                if (range.bounds().size() != shards - 1) {
                    throw new IllegalArgumentException(range.bounds().size() + " bounds make "
                            + (range.bounds().size() + 1) + " ranges for " + shards + " shards; allowed: "
                            + (shards - 1)
                            + " bounds");
                }
            }
            case Values values -> {
                values.values().keySet().forEach(shard -> requireShard(shard, shards));
                if (values.others() != null) {
                    requireShard(values.others(), shards);
                }
            }
        }
    }

    private static void requireShard(int shard, int shards) {
        if (shard < 0 || shard >= shards) {
            throw new IllegalArgumentException(
                    "there is no shard " + shard + "; allowed: 0 to " + (shards - 1) + ", places in `shards`");
        }
    }

    /** By a 64-bit hash of the value, whose space is divided evenly among the shards. */
    record Hash() implements ShardBy {
        @Override
        public String toString() {
            return "hash";
        }
    }

    /** By the remainder of an integer key divided by the number of shards. */
    record Mod() implements ShardBy {
        @Override
        public String toString() {
            return "mod";
        }
    }

    /**
     * By ascending bounds, one fewer than there are shards: the first shard holds the keys below the first bound, each
     * further shard those from its lower bound, included, to the next, excluded, and the last one those from the last bound.
     */
    record Range(List<String> bounds) implements ShardBy {
        public Range {
            bounds = List.copyOf(bounds);
        }

        @Override
        public String toString() {
            return "range " + bounds;
        }
    }

    /**
     * By listed values.
     *
     * @param values of each shard, by the shard's place in the schema's list, from 0
     * @param others the shard of all values that are not listed; without it they are refused
     */
    record Values(
            Map<Integer, List<String>> values, @Nullable Integer others) implements ShardBy {
        public Values {
            Set<String> seen = new HashSet<>();
            Map<Integer, List<String>> copy = new TreeMap<>();
            values.forEach((shard, listed) -> {
                for (String value : listed) {
                    if (!seen.add(value)) {
                        throw new IllegalArgumentException(
                                "value '" + value + "' is listed twice; allowed: each value for one shard");
                    }
                }
                copy.put(shard, List.copyOf(listed));
            });
            values = Collections.unmodifiableMap(copy);
        }

        @Override
        public String toString() {
            return "list " + values + (others == null ? "" : " others " + others);
        }
    }
}
