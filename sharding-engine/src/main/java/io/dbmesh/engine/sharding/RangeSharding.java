package io.dbmesh.engine.sharding;

import java.util.Arrays;

/**
 * {@code by: range}. Ascending bounds part the keys: shard {@code i} holds those from bound {@code i-1}, included, to
 * bound {@code i}, excluded; the first and the last shard are open. For integers and dates.
 */
public final class RangeSharding implements ShardingFunction {
    private final long[] bounds;
    private final boolean unsigned;

    /**
     * @param bounds canonical and ascending, one fewer than there are shards
     * @param unsigned how the bounds are ordered, which is how the column's keys are
     */
    public RangeSharding(long[] bounds, boolean unsigned) {
        this.bounds = bounds.clone();
        this.unsigned = unsigned;
        for (int i = 1; i < bounds.length; i++) {
            if (compare(bounds[i - 1], bounds[i]) >= 0) {
                throw new IllegalArgumentException("the bounds are not ascending");
            }
        }
    }

    @Override
    public int shards() {
        return bounds.length + 1;
    }

    @Override
    public int shardOf(long key, boolean ofUnsignedKey) {
        int low = 0;
        int high = bounds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(bounds[middle], key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int shardOf(byte[] key, int offset, int length) {
        throw new IllegalArgumentException("range is for integer and date keys");
    }

    @Override
    public ShardSet shardsBetween(long low, long high, boolean ofUnsignedKey) {
        return ShardSet.between(shardOf(low, unsigned), shardOf(high, unsigned));
    }

    private int compare(long a, long b) {
        return unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeSharding that && unsigned == that.unsigned && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return "range into " + shards();
    }
}
