package io.dbmesh.engine.sharding;

import net.openhft.hashing.LongHashFunction;

/**
 * {@code by: hash}. XXH64 with seed 0 maps the key (an integer as its 8 bytes, a string as its canonical bytes) to a
 * 64-bit space, of which shard {@code i} of {@code n} holds the values {@code h} with {@code i = floor(h * n / 2^64)}.
 *
 * <p><b>Rows are on disk by this mapping: it never changes.</b> {@code ShardingFunctionTest} pins it by vectors. Dividing
 * the space into ranges, instead of taking a remainder, lets a later reshard split ranges.
 *
 * @param shards how many
 */
public record HashSharding(int shards) implements ShardingFunction {
    private static final LongHashFunction XXH64 = LongHashFunction.xx();
    /** A narrow range of keys is looked up one by one; beyond this it is taken to be on all shards. */
    private static final int MAX_ENUMERATED = 64;

    public HashSharding {
        if (shards < 1) {
            throw new IllegalArgumentException("no shards");
        }
    }

    @Override
    public int shardOf(long key, boolean unsigned) {
        return place(XXH64.hashLong(key));
    }

    @Override
    public int shardOf(byte[] key, int offset, int length) {
        return place(XXH64.hashBytes(key, offset, length));
    }

    @Override
    public ShardSet shardsBetween(long low, long high, boolean unsigned) {
        return enumerate(this, low, high, unsigned);
    }

    private int place(long hash) {
        return (int) Math.unsignedMultiplyHigh(hash, shards);
    }

    /** The shards of each key in a narrow range; all shards for a wide one. */
    static ShardSet enumerate(ShardingFunction function, long low, long high, boolean unsigned) {
        long width = high - low;
        if (Long.compareUnsigned(width, MAX_ENUMERATED) >= 0) {
            return ShardSet.all(function.shards());
        }
        ShardSet found = ShardSet.none();
        for (long i = 0; i <= width; i++) {
            found = found.or(ShardSet.single(function.shardOf(low + i, unsigned)));
        }
        return found;
    }

    @Override
    public String toString() {
        return "hash into " + shards;
    }
}
