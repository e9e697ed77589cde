package io.dbmesh.engine.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SnowflakeKeysTest {
    private static final long START = SnowflakeKeys.EPOCH.toEpochMilli() + 1_000_000;
    private final AtomicLong millis = new AtomicLong(START);
    private final SnowflakeKeys keys = new SnowflakeKeys(5, new SetClock(millis));

    @Test
    void key_hasTimeWorkerAndSequence() {
        long key = keys.next();
        assertThat(key >>> 22).isEqualTo(1_000_000);
        assertThat(key >>> 12 & 1023).isEqualTo(5);
        assertThat(key).isPositive();
        assertThat(keys.next()).isEqualTo(key + 1);
    }

    @Test
    void keys_growWhenTheClockGoesBack() {
        long before = keys.next();
        millis.addAndGet(-60_000);
        for (int i = 0; i < 10_000; i++) {
            long key = keys.next();
            assertThat(key).isGreaterThan(before);
            before = key;
        }
    }

    @Test
    void run_isConsecutiveAndOfOneWorker() {
        long last = 0;
        for (int count : new int[] {1, 4096, 4000, 97, 4096, 1}) {
            long first = keys.reserve(count);
            assertThat(first).isGreaterThan(last);
            last = first + count - 1;
            assertThat(first >>> 12).as("one millisecond and worker").isEqualTo(last >>> 12);
            assertThat(last >>> 12 & 1023).isEqualTo(5);
        }
    }

    @Test
    void run_ofMoreThanAMillisecondHolds_isRefused() {
        assertThatThrownBy(() -> keys.reserve(4097)).hasMessageContaining("1 to 4096");
        assertThatThrownBy(() -> keys.reserve(0)).hasMessageContaining("1 to 4096");
    }

    @Test
    void keys_ofAQuietTable_areNotAllEven() {
        int odd = 0;
        for (int i = 0; i < 1000; i++) {
            millis.addAndGet(1);
            odd += (int) (keys.next() & 1);
        }
        assertThat(odd).isBetween(400, 600);
    }

    @Test
    void keys_ofManyThreads_areUnique() throws InterruptedException, ExecutionException {
        SnowflakeKeys shared = new SnowflakeKeys(1023, Clock.systemUTC());
        Set<Long> all = new HashSet<>();
        int each = 20_000;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<Long>>> parts = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                parts.add(threads.submit(() -> {
                    List<Long> mine = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        mine.add(shared.next());
                    }
                    return mine;
                }));
            }
            for (Future<List<Long>> part : parts) {
                all.addAll(part.get());
            }
        }
        assertThat(all).hasSize(4 * each);
    }

    @Test
    void workerId_isBounded() {
        assertThatThrownBy(() -> new SnowflakeKeys(1024, Clock.systemUTC())).hasMessageContaining("0 to 1023");
    }

    /** A clock that stands where the test puts it. */
    private static final class SetClock extends Clock {
        private final AtomicLong millis;

        SetClock(AtomicLong millis) {
            this.millis = millis;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.get());
        }
    }
}
