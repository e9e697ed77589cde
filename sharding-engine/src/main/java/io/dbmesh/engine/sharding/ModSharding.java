package io.dbmesh.engine.sharding;

/**
 * {@code by: mod}. The remainder of an integer key; never negative: -1 of 4 is on shard 3. For integers only.
 *
 * @param shards how many
 */
public record ModSharding(int shards) implements ShardingFunction {
    public ModSharding {
        if (shards < 1) {
            throw new IllegalArgumentException("no shards");
        }
    }

    @Override
    public int shardOf(long key, boolean unsigned) {
        return (int) (unsigned ? Long.remainderUnsigned(key, shards) : Math.floorMod(key, (long) shards));
    }

    @Override
    public int shardOf(byte[] key, int offset, int length) {
        throw new IllegalArgumentException("mod is for integer keys");
    }

    @Override
    public ShardSet shardsBetween(long low, long high, boolean unsigned) {
        return HashSharding.enumerate(this, low, high, unsigned);
    }

    @Override
    public String toString() {
        return "mod " + shards;
    }
}
