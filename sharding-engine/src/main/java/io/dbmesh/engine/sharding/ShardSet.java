package io.dbmesh.engine.sharding;

import java.util.Arrays;

/**
 * An immutable set of shard ordinals. Sets of one shard and the empty set are shared instances, so that the common
 * route to one shard allocates nothing.
 */
public final class ShardSet {
    private static final int WORD_BITS = 64;
    private static final int SHARED_SINGLES = 1024;
    private static final ShardSet NONE = new ShardSet(new long[0]);
    private static final ShardSet[] SINGLES = new ShardSet[SHARED_SINGLES];

    static {
        Arrays.setAll(SINGLES, ShardSet::newSingle);
    }

    /** Without trailing zero words, so that equal sets have equal arrays. */
    private final long[] words;

    private ShardSet(long[] words) {
        this.words = words;
    }

    public static ShardSet none() {
        return NONE;
    }

    public static ShardSet single(int shard) {
        return shard < SHARED_SINGLES ? SINGLES[shard] : newSingle(shard);
    }

    /** The first {@code count} shards, which is all when there are that many. */
    public static ShardSet all(int count) {
        return between(0, count - 1);
    }

    /** The shards from {@code first} to {@code last}, both included; empty when there are none between. */
    public static ShardSet between(int first, int last) {
        if (last < first) {
            return NONE;
        }
        if (first == last) {
            return single(first);
        }
        long[] words = new long[last / WORD_BITS + 1];
        for (int shard = first; shard <= last; shard++) {
            words[shard / WORD_BITS] |= 1L << shard;
        }
        return new ShardSet(words);
    }

    public static ShardSet of(int... shards) {
        ShardSet set = NONE;
        for (int shard : shards) {
            set = set.or(single(shard));
        }
        return set;
    }

    public boolean isEmpty() {
        return words.length == 0;
    }

    public int size() {
        int size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    public boolean contains(int shard) {
        int word = shard / WORD_BITS;
        return word < words.length && (words[word] & 1L << shard) != 0;
    }

    /** The lowest shard from {@code from} on, or -1. For walking: {@code for (s = next(0); s >= 0; s = next(s + 1))}. */
    public int next(int from) {
        int index = from / WORD_BITS;
        if (index >= words.length) {
            return -1;
        }
        long word = words[index] & -1L << from;
        while (word == 0) {
            if (++index == words.length) {
                return -1;
            }
            word = words[index];
        }
        return index * WORD_BITS + Long.numberOfTrailingZeros(word);
    }

    /** The only shard, or -1 when there are none or several. */
    public int only() {
        int first = next(0);
        return first < 0 || next(first + 1) >= 0 ? -1 : first;
    }

    public ShardSet or(ShardSet other) {
        if (other.words.length > words.length) {
            return other.or(this);
        }
        if (other.isSubsetOf(this)) {
            return this;
        }
        long[] union = words.clone();
        for (int i = 0; i < other.words.length; i++) {
            union[i] |= other.words[i];
        }
        return new ShardSet(union);
    }

    public ShardSet and(ShardSet other) {
        if (isSubsetOf(other)) {
            return this;
        }
        if (other.isSubsetOf(this)) {
            return other;
        }
        long[] common = Arrays.copyOf(words, Math.min(words.length, other.words.length));
        for (int i = 0; i < common.length; i++) {
            common[i] &= other.words[i];
        }
        return shared(common);
    }

    public boolean isSubsetOf(ShardSet other) {
        for (int i = 0; i < words.length; i++) {
            if ((words[i] & ~(i < other.words.length ? other.words[i] : 0)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The ordinals, ascending. */
    public int[] toArray() {
        int[] shards = new int[size()];
        int count = 0;
        for (int shard = next(0); shard >= 0; shard = next(shard + 1)) {
            shards[count++] = shard;
        }
        return shards;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShardSet set && Arrays.equals(words, set.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return Arrays.toString(toArray());
    }

    private static ShardSet newSingle(int shard) {
        long[] words = new long[shard / WORD_BITS + 1];
        words[shard / WORD_BITS] = 1L << shard;
        return new ShardSet(words);
    }

    private static ShardSet shared(long[] words) {
        int length = words.length;
        while (length > 0 && words[length - 1] == 0) {
            length--;
        }
        if (length == 0) {
            return NONE;
        }
        ShardSet set = new ShardSet(length == words.length ? words : Arrays.copyOf(words, length));
        int only = set.only();
        return only < 0 ? set : single(only);
    }
}
