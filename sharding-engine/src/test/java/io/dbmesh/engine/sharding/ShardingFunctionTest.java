package io.dbmesh.engine.sharding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardingFunctionTest {
    /** Rows are stored by these: a failing line here means that existing data would not be found again. */
    @Test
    void hash_isPinned() {
        HashSharding hash = new HashSharding(1000);
        assertThat(IntStream.of(0, 1, 2, 3, 42, 1_000_000, -1, Integer.MIN_VALUE)
                        .map(key -> hash.shardOf(key, false)))
                .containsExactly(PINNED_NUMBERS);
        assertThat(hash.shardOf(Long.MAX_VALUE, false)).isEqualTo(PINNED_MAX);
        assertThat(new String[] {"", "a", "abc", "alice@example.org"})
                .extracting(key -> hash.shardOf(key.getBytes(UTF_8), 0, key.length()))
                .containsExactly(PINNED_STRINGS);
    }

    private static final Integer[] PINNED_NUMBERS = {206, 621, 917, 530, 708, 941, 522, 42};
    private static final int PINNED_MAX = 997;
    private static final Integer[] PINNED_STRINGS = {934, 821, 268, 506};

    @Test
    void hash_isXxh64OfLittleEndianBytes() {
        byte[] one = {1, 0, 0, 0, 0, 0, 0, 0};
        HashSharding hash = new HashSharding(1 << 30);
        assertThat(hash.shardOf(1, false)).isEqualTo(hash.shardOf(one, 0, 8));
        // The reference implementation's XXH64 of nothing with seed 0 is ef46db3751d8e999.
        assertThat(hash.shardOf(one, 0, 0)).isEqualTo((int) (0xEF46DB3751D8E999L >>> 34));
    }

    @Test
    void hash_spreadsSequentialKeysEvenly() {
        for (int shards : new int[] {2, 3, 4, 16}) {
            HashSharding hash = new HashSharding(shards);
            int[] count = new int[shards];
            for (long key = 1; key <= 100_000; key++) {
                count[hash.shardOf(key, false)]++;
            }
            double share = 100_000.0 / shards;
            for (int c : count) {
                assertThat((double) c).isBetween(share * 0.95, share * 1.05);
            }
        }
    }

    @Test
    void hash_ofDoubledShards_splitsEachInTwo() {
        HashSharding few = new HashSharding(4);
        HashSharding many = new HashSharding(8);
        for (long key = -1000; key < 1000; key++) {
            assertThat(many.shardOf(key, false) / 2).isEqualTo(few.shardOf(key, false));
        }
    }

    @Test
    void hash_narrowRange_isLookedUp() {
        HashSharding hash = new HashSharding(64);
        ShardSet found = hash.shardsBetween(10, 12, false);
        assertThat(found)
                .isEqualTo(ShardSet.of(hash.shardOf(10, false), hash.shardOf(11, false), hash.shardOf(12, false)));
        assertThat(hash.shardsBetween(0, 1000, false)).isEqualTo(ShardSet.all(64));
        assertThat(hash.shardsBetween(Long.MIN_VALUE, Long.MAX_VALUE, false)).isEqualTo(ShardSet.all(64));
        assertThat(hash.shardsBetween(Long.MAX_VALUE, Long.MAX_VALUE, false))
                .isEqualTo(ShardSet.single(hash.shardOf(Long.MAX_VALUE, false)));
    }

    @Test
    void mod_isNeverNegative() {
        ModSharding mod = new ModSharding(4);
        assertThat(mod.shardOf(-1, false)).isEqualTo(3);
        assertThat(mod.shardOf(-4, false)).isZero();
        assertThat(mod.shardOf(Long.MIN_VALUE, false)).isZero();
        assertThat(new ModSharding(10).shardOf(-1L, true)).isEqualTo(5); // 18446744073709551615
        assertThat(mod.shardsBetween(5, 6, false)).isEqualTo(ShardSet.of(1, 2));
    }

    @Test
    void range_lowerBoundIsIncluded() {
        RangeSharding range = new RangeSharding(new long[] {-10, 100}, false);
        assertThat(range.shards()).isEqualTo(3);
        assertThat(LongKeys.shards(range, Long.MIN_VALUE, -11, -10, 99, 100, Long.MAX_VALUE))
                .containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(range.shardsBetween(-11, 99, false)).isEqualTo(ShardSet.of(0, 1));
        assertThat(range.shardsBetween(0, 0, false)).isEqualTo(ShardSet.single(1));
    }

    @Test
    void range_ofUnsignedKeys_ordersUnsigned() {
        RangeSharding range = new RangeSharding(new long[] {5, -2}, true);
        assertThat(range.shardOf(-1, true)).isEqualTo(2);
        assertThat(range.shardOf(Long.MIN_VALUE, true)).isEqualTo(1);
        assertThatThrownBy(() -> new RangeSharding(new long[] {5, -2}, false)).hasMessageContaining("not ascending");
    }

    @Test
    void shardsOfRange_opensAndExcludesBounds() {
        RangeSharding range = new RangeSharding(new long[] {10, 20}, false);
        KeyValue ten = LongKeys.value(10, false);
        KeyValue twenty = LongKeys.value(20, false);
        assertThat(range.shardsOfRange(null, false, ten, false)).isEqualTo(ShardSet.single(0));
        assertThat(range.shardsOfRange(null, false, ten, true)).isEqualTo(ShardSet.of(0, 1));
        assertThat(range.shardsOfRange(ten, true, twenty, false)).isEqualTo(ShardSet.single(1));
        assertThat(range.shardsOfRange(twenty, true, ten, true)).isEqualTo(ShardSet.none());
        assertThat(range.shardsOfRange(ten, false, ten, true)).isEqualTo(ShardSet.none());
        assertThat(range.shardsOfRange(null, true, null, true)).isEqualTo(ShardSet.all(3));
        assertThat(range.shardsOfRange(LongKeys.value(Long.MAX_VALUE, false), false, null, true))
                .isEqualTo(ShardSet.none());
    }

    @Test
    void shardsOfRange_ofStringsOrUnroutable_isAll() {
        HashSharding hash = new HashSharding(3);
        KeyValue string = new KeyValue();
        string.setBytes(0);
        KeyValue unroutable = new KeyValue();
        unroutable.setUnroutable("why");
        assertThat(hash.shardsOfRange(string, true, null, true)).isEqualTo(ShardSet.all(3));
        assertThat(hash.shardsOfRange(LongKeys.value(1, false), true, unroutable, true))
                .isEqualTo(ShardSet.all(3));
    }

    @Test
    void list_hasListedKeysAndOthers() {
        ListSharding closed = ListSharding.ofNumbers(3, Map.of(1L, 0, 5L, 2, -3L, 1), ShardingFunction.NO_SHARD);
        assertThat(LongKeys.shards(closed, 1, 5, -3, 4)).containsExactly(0, 2, 1, ShardingFunction.NO_SHARD);
        assertThat(closed.shardsBetween(0, 4, false)).isEqualTo(ShardSet.single(0));
        ListSharding open = ListSharding.ofStrings(2, Map.of("de".getBytes(UTF_8), 0, "at".getBytes(UTF_8), 0), 1);
        assertThat(open.shardOf("xdex".getBytes(UTF_8), 1, 2)).isZero();
        assertThat(open.shardOf("fr".getBytes(UTF_8), 0, 2)).isEqualTo(1);
    }

    @Test
    void functions_areEqualByWhatTheyDo() {
        assertThat(new HashSharding(4)).isEqualTo(new HashSharding(4)).isNotEqualTo(new HashSharding(5));
        assertThat(new RangeSharding(new long[] {1}, false))
                .isEqualTo(new RangeSharding(new long[] {1}, false))
                .isNotEqualTo(new RangeSharding(new long[] {2}, false));
        assertThat(ListSharding.ofStrings(2, Map.of(new byte[] {1}, 0), 1))
                .isEqualTo(ListSharding.ofStrings(2, Map.of(new byte[] {1}, 0), 1))
                .hasSameHashCodeAs(ListSharding.ofStrings(2, Map.of(new byte[] {1}, 0), 1))
                .isNotEqualTo(ListSharding.ofStrings(2, Map.of(new byte[] {1}, 1), 1));
    }

    /** Short forms for integer keys. */
    private static final class LongKeys {
        private LongKeys() {}

        static int[] shards(ShardingFunction function, long... keys) {
            int[] shards = new int[keys.length];
            for (int i = 0; i < keys.length; i++) {
                shards[i] = function.shardOf(keys[i], false);
            }
            return shards;
        }

        static KeyValue value(long key, boolean unsigned) {
            KeyValue value = new KeyValue();
            value.setLong(key, unsigned);
            return value;
        }
    }
}
