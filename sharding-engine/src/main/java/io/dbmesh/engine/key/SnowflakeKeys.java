package io.dbmesh.engine.key;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keys of 63 bits that grow with time: 41 bits of milliseconds since {@link #EPOCH} (until the year 2094), 10 bits of
 * worker, 12 bits of sequence.
 *
 * <p>Two processes with the same worker id make the same keys: giving each its own is the operator's duty.
 *
 * <p>Never waits and never goes backwards: when the clock does, or when a millisecond's 4096 keys are used up, it goes on
 * from the last key into milliseconds yet to come. Safe for many threads without a lock.
 */
public final class SnowflakeKeys {
    /** Fixed for ever: keys are stored. */
    public static final Instant EPOCH = Instant.parse("2025-01-01T00:00:00Z");

    public static final int MAX_WORKER_ID = 1023;
    /** The longest run of consecutive keys. */
    public static final int MAX_RUN = 4096;

    private static final int SEQUENCE_BITS = 12;
    private static final int WORKER_BITS = 10;
    private static final long EPOCH_MILLIS = EPOCH.toEpochMilli();
    /**
     * Each millisecond starts its sequence at its own last bits: always starting at 0 would make nearly all keys of a
     * quiet table even, and put them on the even shards where the table is sharded by mod.
     */
    private static final int START_MASK = 1023;

    private final Clock clock;
    private final long workerBits;
    /** The next key, without the worker: milliseconds and sequence. */
    private final AtomicLong next = new AtomicLong();

    public SnowflakeKeys(int workerId, Clock clock) {
        if (workerId < 0 || workerId > MAX_WORKER_ID) {
            throw new IllegalArgumentException("workerId " + workerId + "; allowed: 0 to " + MAX_WORKER_ID);
        }
        this.clock = clock;
        this.workerBits = (long) workerId << SEQUENCE_BITS;
    }

    /** One key. */
    public long next() {
        return reserve(1);
    }

    /**
     * Reserves a run of consecutive keys.
     *
     * @param count 1 to {@link #MAX_RUN}; who needs more reserves several runs
     * @return the first key; the others follow it one by one
     */
    public long reserve(int count) {
        if (count < 1 || count > MAX_RUN) {
            throw new IllegalArgumentException("a run of " + count + " keys; allowed: 1 to " + MAX_RUN);
        }
        while (true) {
            long last = next.get();
            long now = clock.millis() - EPOCH_MILLIS;
            long lastMillis = last >>> SEQUENCE_BITS;
            boolean fresh = lastMillis < now;
            long candidate = fresh ? firstOf(now) : last;
            if ((candidate & MAX_RUN - 1) + count > MAX_RUN) {
                // The run must not cross into the next millisecond: there the worker's bits would break it.
                candidate = (fresh ? now : lastMillis + 1) << SEQUENCE_BITS;
            }
            if (next.compareAndSet(last, candidate + count)) {
                return toKey(candidate);
            }
        }
    }

    private static long firstOf(long millis) {
        return (millis << SEQUENCE_BITS) | (millis & START_MASK);
    }

    private long toKey(long ticket) {
        long millis = ticket >>> SEQUENCE_BITS;
        return (millis << (WORKER_BITS + SEQUENCE_BITS)) | workerBits | (ticket & (MAX_RUN - 1));
    }
}
