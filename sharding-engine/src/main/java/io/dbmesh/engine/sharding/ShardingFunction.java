package io.dbmesh.engine.sharding;

import org.jspecify.annotations.Nullable;

/**
 * From a canonical key to its shard. The plug-in point for own algorithms.
 *
 * <p>An implementation is immutable, deterministic for ever (rows are stored by it), allocates nothing in
 * {@code shardOf}, and has {@code equals}: tables whose functions are equal keep rows with equal keys together, and
 * their joins are pushed down whole. Its {@code toString} is printed in plans.
 */
public interface ShardingFunction {
    /** The answer for a key that belongs to no shard. */
    int NO_SHARD = -1;

    /** Number of shards; every answer is below it. */
    int shards();

    /**
     * The shard of an integer key, or of a date's canonical number.
     *
     * @param unsigned whether the bits mean an unsigned number
     * @return the shard's ordinal, or {@link #NO_SHARD}
     */
    int shardOf(long key, boolean unsigned);

    /** The shard of a string key in canonical form, or {@link #NO_SHARD}. */
    int shardOf(byte[] key, int offset, int length);

    /**
     * All shards that can hold a key from {@code low} to {@code high}, both included. More than needed is allowed.
     */
    ShardSet shardsBetween(long low, long high, boolean unsigned);

    /**
     * All shards that can hold a key in a range; an absent bound is unbounded. Strings are ordered by their collation,
     * of which functions know nothing, so a range of them is on all shards.
     */
    default ShardSet shardsOfRange(
            @Nullable KeyValue low, boolean lowIncluded, @Nullable KeyValue high, boolean highIncluded) {
        boolean numeric = (low == null || low.kind() == KeyValue.Kind.LONG)
                && (high == null || high.kind() == KeyValue.Kind.LONG)
                && (low != null || high != null);
        if (!numeric) {
            return ShardSet.all(shards());
        }
        boolean unsigned = low != null ? low.isUnsigned() : high != null && high.isUnsigned();
        long min = unsigned ? 0 : Long.MIN_VALUE;
        long max = unsigned ? -1L : Long.MAX_VALUE;
        long from = low == null ? min : low.longValue();
        long to = high == null ? max : high.longValue();
        if (low != null && !lowIncluded) {
            if (from == max) {
                return ShardSet.none();
            }
            from++;
        }
        if (high != null && !highIncluded) {
            if (to == min) {
                return ShardSet.none();
            }
            to--;
        }
        int order = unsigned ? Long.compareUnsigned(from, to) : Long.compare(from, to);
        return order > 0 ? ShardSet.none() : shardsBetween(from, to, unsigned);
    }
}
