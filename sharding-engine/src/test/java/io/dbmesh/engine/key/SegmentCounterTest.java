package io.dbmesh.engine.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.key.SegmentCounter.Range;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentCounterTest {
    private static final long W = SegmentCounter.WANTED;
    private static final long INT = Integer.MAX_VALUE;

    /** The table of counters, for one table. */
    private static final class Shared implements SegmentCounter.Leases {
        private long next = 1;
        private long generation = 1;
        private int leased;
        private boolean down;

        @Override
        public synchronized Range lease(long count, long atLeast) {
            if (down) {
                throw new MeshException(MeshError.BACKEND_UNREACHABLE, "ds0", "127.0.0.1:1", "no answer");
            }
            leased++;
            long start = Math.max(next, atLeast);
            next = start + count;
            return new Range(start, next, generation);
        }

        @Override
        public synchronized void giveBack(Range range) {
            next = range.end() == next ? range.start() : next;
        }

        synchronized void restart() {
            next = 1;
            generation++;
        }
    }

    private final Shared shared = new Shared();
    private final Queue<Runnable> background = new ArrayDeque<>();

    private SegmentCounter counter(long highest, long first) {
        return new SegmentCounter(
                "shop.orders", highest, shared, new SegmentCounter.Sizes(first, 10_000), background::add);
    }

    @Test
    void keys_ascendFromOne_acrossRanges() {
        SegmentCounter counter = counter(INT, 4);
        for (long key = 1; key <= 1_000; key++) {
            assertThat(counter.assign(new long[] {W})).containsExactly(key);
        }
    }

    @Test
    void keysOfAStatement_areConsecutive() {
        SegmentCounter counter = counter(INT, 4);
        assertThat(counter.assign(new long[] {W})).containsExactly(1);
        assertThat(counter.assign(new long[7])).containsExactly(2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void keysOfAStatement_areConsecutive_thoughAnotherProcessLeases() {
        SegmentCounter counter = counter(INT, 4);
        SegmentCounter other = counter(INT, 4);
        assertThat(counter.assign(new long[] {W})).containsExactly(1);
        assertThat(other.assign(new long[] {W})).containsExactly(5);
        long[] keys = counter.assign(new long[6]);
        assertThat(keys)
                .isEqualTo(IntStream.range(0, 6).mapToLong(i -> keys[0] + i).toArray());
        assertThat(keys[0]).isGreaterThan(8);
    }

    @Test
    void givenKeys_moveTheCounter_alsoForRowsAfterThem() {
        SegmentCounter counter = counter(INT, 1_000);
        assertThat(counter.assign(new long[] {W, 100, W, 50, W, SegmentCounter.IGNORED}))
                .containsExactly(1, 0, 101, 0, 102, 0);
        assertThat(counter.assign(new long[] {102})).containsExactly(0);
        assertThat(counter.assign(new long[] {W})).containsExactly(103);
        assertThat(shared.leased).isEqualTo(1);
    }

    @Test
    void givenKeyBeyondTheRange_raisesTheSharedCounter() {
        SegmentCounter counter = counter(INT, 10);
        counter.assign(new long[] {W});
        assertThat(counter.assign(new long[] {W, 5_000, W})).containsExactly(2, 0, 5_001);
        assertThat(shared.next).isGreaterThan(5_001);
        assertThat(counter(INT, 10).assign(new long[] {W})[0]).isGreaterThan(5_001);
        counter.assign(new long[] {9_999});
        assertThat(counter.assign(new long[] {W})).containsExactly(10_000);
    }

    @Test
    void smallType_isUsedToItsLastValue() {
        SegmentCounter counter = counter(127, 1_000);
        for (long key = 1; key <= 127; key++) {
            assertThat(counter.assign(new long[] {W})).containsExactly(key);
        }
        assertThatThrownBy(() -> counter.assign(new long[] {W}))
                .isInstanceOfSatisfying(
                        MeshException.class, e -> assertThat(e.error()).isEqualTo(MeshError.KEYS_EXHAUSTED));
        assertThat(counter.assign(new long[] {7})).containsExactly(0);
    }

    @Test
    void highestKeyGiven_exhausts() {
        SegmentCounter counter = counter(INT, 1_000);
        counter.assign(new long[] {W});
        assertThat(counter.assign(new long[] {INT})).containsExactly(0);
        assertThatThrownBy(() -> counter.assign(new long[] {W})).isInstanceOf(MeshException.class);
        assertThatThrownBy(() -> counter.assign(new long[] {W, INT})).isInstanceOf(MeshException.class);
    }

    @Test
    void nextRange_isFetchedAhead() {
        SegmentCounter counter = counter(INT, 100);
        counter.assign(new long[60]);
        assertThat(background).hasSize(1);
        background.remove().run();
        assertThat(counter.tryAssign(new long[100])).hasSize(100).contains(61, 160);
    }

    @Test
    void fetchingAhead_thatFails_harmsNobodyUntilKeysAreNeeded() {
        SegmentCounter counter = counter(INT, 100);
        counter.assign(new long[60]);
        shared.down = true;
        background.remove().run();
        assertThat(counter.tryAssign(new long[40])).hasSize(40);
        assertThat(counter.tryAssign(new long[1])).isNull();
        assertThatThrownBy(() -> counter.assign(new long[1])).hasMessageContaining("no answer");
        shared.down = false;
        assertThat(counter.assign(new long[1])).containsExactly(101);
    }

    @Test
    void rangeOfAnOlderGeneration_isVoid() {
        SegmentCounter counter = counter(INT, 10);
        counter.assign(new long[5]);
        shared.restart();
        assertThat(counter.assign(new long[8])).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void whatIsGivenBack_isUsedByTheNextProcess() {
        SegmentCounter counter = counter(INT, 1_000);
        counter.assign(new long[5]);
        counter.giveBack();
        assertThat(counter(INT, 1_000).assign(new long[] {W})).containsExactly(6);
    }

    @Test
    void quickUse_makesRangesLonger() {
        SegmentCounter counter = counter(INT, 10);
        for (int i = 0; i < 20_000; i++) {
            counter.assign(new long[] {W});
        }
        assertThat(shared.leased).isLessThan(40);
    }

    @Test
    void manyThreads_getAllKeysOnce() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            SegmentCounter counter = new SegmentCounter("t", INT, shared, new SegmentCounter.Sizes(10, 100), threads);
            BitSet seen = new BitSet();
            var tasks = IntStream.range(0, 8)
                    .mapToObj(thread -> threads.submit(() -> {
                        for (int i = 0; i < 2_000; i++) {
                            long[] keys = counter.assign(new long[1 + i % 3]);
                            synchronized (seen) {
                                Arrays.stream(keys).forEach(key -> {
                                    assertThat(seen.get((int) key)).isFalse();
                                    seen.set((int) key);
                                });
                            }
                        }
                    }))
                    .toList();
            for (Future<?> task : tasks) {
                task.get();
            }
            assertThat(seen.nextClearBit(1)).isEqualTo(seen.cardinality() + 1);
        }
    }
}
