package io.dbmesh.engine.sharding;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** {@code by: list}. Each listed key has its shard; the others have one together, or none. */
public final class ListSharding implements ShardingFunction {
    private final int shards;
    private final int others;
    private final long[] numbers;
    private final int[] shardOfNumber;
    private final byte[][] strings;
    private final int[] shardOfString;

    private ListSharding(
            int shards, int others, long[] numbers, int[] shardOfNumber, byte[][] strings, int[] shardOfString) {
        this.shards = shards;
        this.others = others;
        this.numbers = numbers;
        this.shardOfNumber = shardOfNumber;
        this.strings = strings;
        this.shardOfString = shardOfString;
    }

    /**
     * A list of integers or dates in canonical form.
     *
     * @param others the shard of all keys that are not listed, or {@link #NO_SHARD}
     */
    public static ListSharding ofNumbers(int shards, Map<Long, Integer> shardByKey, int others) {
        TreeMap<Long, Integer> sorted = new TreeMap<>(shardByKey);
        return new ListSharding(
                shards,
                others,
                sorted.keySet().stream().mapToLong(Long::longValue).toArray(),
                sorted.values().stream().mapToInt(Integer::intValue).toArray(),
                new byte[0][],
                new int[0]);
    }

    /**
     * A list of strings in canonical form.
     *
     * @param others the shard of all keys that are not listed, or {@link #NO_SHARD}
     */
    public static ListSharding ofStrings(int shards, Map<byte[], Integer> shardByKey, int others) {
        TreeMap<byte[], Integer> sorted = new TreeMap<>(Arrays::compareUnsigned);
        sorted.putAll(shardByKey);
        return new ListSharding(
                shards,
                others,
                new long[0],
                new int[0],
                sorted.keySet().toArray(new byte[0][]),
                sorted.values().stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public int shards() {
        return shards;
    }

    @Override
    public int shardOf(long key, boolean unsigned) {
        int found = Arrays.binarySearch(numbers, key);
        return found < 0 ? others : shardOfNumber[found];
    }

    @Override
    public int shardOf(byte[] key, int offset, int length) {
        int low = 0;
        int high = strings.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            byte[] listed = strings[middle];
            int order = Arrays.compareUnsigned(listed, 0, listed.length, key, offset, offset + length);
            if (order == 0) {
                return shardOfString[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return others;
    }

    @Override
    public ShardSet shardsBetween(long low, long high, boolean unsigned) {
        ShardSet found = others == NO_SHARD ? ShardSet.none() : ShardSet.single(others);
        for (int i = 0; i < numbers.length; i++) {
            long key = numbers[i];
            boolean within = unsigned
                    ? Long.compareUnsigned(low, key) <= 0 && Long.compareUnsigned(key, high) <= 0
                    : low <= key && key <= high;
            if (within) {
                found = found.or(ShardSet.single(shardOfNumber[i]));
            }
        }
        return found;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListSharding that
                && shards == that.shards
                && others == that.others
                && Arrays.equals(numbers, that.numbers)
                && Arrays.equals(shardOfNumber, that.shardOfNumber)
                && Arrays.deepEquals(strings, that.strings)
                && Arrays.equals(shardOfString, that.shardOfString);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(numbers) * 31 + Arrays.deepHashCode(strings);
    }

    @Override
    public String toString() {
        return "list into " + shards + (others == NO_SHARD ? "" : ", others on " + others);
    }
}
