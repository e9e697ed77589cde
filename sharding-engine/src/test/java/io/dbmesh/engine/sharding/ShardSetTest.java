package io.dbmesh.engine.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardSetTest {
    @Test
    void single_isShared() {
        assertThat(ShardSet.single(7)).isSameAs(ShardSet.single(7));
        assertThat(ShardSet.of(3, 7).and(ShardSet.of(7, 9))).isSameAs(ShardSet.single(7));
    }

    @Test
    void only_isTheOneShard() {
        assertThat(ShardSet.single(70).only()).isEqualTo(70);
        assertThat(ShardSet.of(1, 2).only()).isEqualTo(-1);
        assertThat(ShardSet.none().only()).isEqualTo(-1);
    }

    @Test
    void all_hasTheFirstOnes() {
        assertThat(ShardSet.all(3)).isEqualTo(ShardSet.of(0, 1, 2)).hasToString("[0, 1, 2]");
        assertThat(ShardSet.all(130).size()).isEqualTo(130);
        assertThat(ShardSet.between(2, 1)).isSameAs(ShardSet.none());
    }

    @Test
    void operations_agreeWithBitSet() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            BitSet a = randomBits(random);
            BitSet b = randomBits(random);
            BitSet or = (BitSet) a.clone();
            or.or(b);
            BitSet and = (BitSet) a.clone();
            and.and(b);
            ShardSet left = toSet(a);
            ShardSet right = toSet(b);
            assertThat(left.or(right)).as("seed %d", seed).isEqualTo(toSet(or)).hasSameHashCodeAs(toSet(or));
            assertThat(left.and(right))
                    .as("seed %d", seed)
                    .isEqualTo(toSet(and))
                    .hasSameHashCodeAs(toSet(and));
            assertThat(left.toArray()).as("seed %d", seed).isEqualTo(a.stream().toArray());
            assertThat(left.isEmpty()).isEqualTo(a.isEmpty());
            assertThat(left.contains(64)).isEqualTo(a.get(64));
        }
    }

    private static BitSet randomBits(Random random) {
        BitSet bits = new BitSet();
        int count = random.nextInt(6);
        int bound = random.nextBoolean() ? 8 : 200;
        for (int i = 0; i < count; i++) {
            bits.set(random.nextInt(bound));
        }
        return bits;
    }

    private static ShardSet toSet(BitSet bits) {
        return ShardSet.of(bits.stream().toArray());
    }
}
