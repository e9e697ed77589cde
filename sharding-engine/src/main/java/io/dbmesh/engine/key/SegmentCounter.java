package io.dbmesh.engine.key;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AUTO_INCREMENT counter of one table: gives out keys from ranges that it leases, in ascending order, and without gaps
 * as long as nobody else leases ranges of the table.
 *
 * <p>Safe for many threads. {@link #tryAssign} never waits for a server; {@link #assign} does, so it is for virtual threads.
 */
public final class SegmentCounter {
    /** A cell of a row that wants a key. */
    public static final long WANTED = 0;
    /** A cell of a row that has a key of its own which does not move the counter. */
    public static final long IGNORED = -1;

    /** Where ranges come from: a table that all proxies use. Blocks. */
    public interface Leases {
        /**
         * Takes a range for this process alone.
         *
         * @param count how many keys
         * @param atLeast the first key must not be below it; 0 for no matter
         * @throws MeshException when the server does not answer
         */
        Range lease(long count, long atLeast);

        /** Returns a range that was not used, if nobody has leased another since. */
        void giveBack(Range range);
    }

    /**
     * Keys that nobody else gets.
     *
     * @param end after the last
     * @param generation grows when the table is emptied or made anew; ranges of an older one are void
     */
    public record Range(long start, long end, long generation) {
        /** No range at all. */
        public static final Range VOID = new Range(0, 0, 0);

        public boolean isEmpty() {
            return start >= end;
        }
    }

    /**
     * Sizes of ranges.
     *
     * @param first keys of the first range
     * @param most keys of the longest
     */
    public record Sizes(long first, long most) {
        /** A restart loses what is leased: of a small type that must be next to nothing. */
        private static final int SHARE = 128;

        /** Cut to what a column of a highest key can lose. */
        Sizes within(long highestKey) {
            long affordable = Math.max(1, highestKey / SHARE);
            return new Sizes(Math.min(first, affordable), Math.min(most, affordable));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SegmentCounter.class);
    /** A range that is used up faster is followed by one of twice the size. */
    private static final long QUICKLY_NANOS = 1_000_000_000L;
    /** One that lasts longer is followed by one of half the size. */
    private static final long SLOWLY_NANOS = 60_000_000_000L;

    private final String table;
    private final long highestKey;
    private final Leases leases;
    private final Executor background;
    private final Sizes sizes;
    /** Held while a server is asked: one asks for all who wait. */
    private final ReentrantLock leasing = new ReentrantLock();
    /** Of the next range; changed under leasing only. */
    private volatile long size;
    // Guarded by leasing.
    private long leasedAtNanos;
    // Guarded by this; never held while a server is asked.
    private Range current = Range.VOID;
    private Range spare = Range.VOID;
    private boolean fetching;

    /**
     * @param table its name, for messages
     * @param highestKey that the column can hold, below 2^63 - 1
     * @param background runs tasks that block
     */
    public SegmentCounter(String table, long highestKey, Leases leases, Sizes sizes, Executor background) {
        if (highestKey < 1 || highestKey == Long.MAX_VALUE) {
            throw new IllegalArgumentException("highest key " + highestKey + "; allowed: 1 to 2^63 - 2");
        }
        this.table = table;
        this.highestKey = highestKey;
        this.leases = leases;
        this.background = background;
        this.sizes = sizes.within(highestKey);
        this.size = this.sizes.first();
    }

    /**
     * Makes the keys of a statement's rows from what is at hand. As MySQL does, a key of the client's that is not below
     * the counter moves it, also for the rows after it.
     *
     * @param cells for each row {@link #WANTED}, {@link #IGNORED} or the client's own key, which is above 0
     * @return for each row its key, 0 for those that have their own; null when a range must be leased first
     */
    public long @Nullable [] tryAssign(long[] cells) {
        long[] keys;
        synchronized (this) {
            keys = fromRanges(cells);
            if (keys == null || fetching || !runsLow()) {
                return keys;
            }
            fetching = true;
        }
        background.execute(this::fetchAhead);
        return keys;
    }

    /**
     * The same, and leases what is missing.
     *
     * @throws MeshException {@link MeshError#KEYS_EXHAUSTED}, or that the server which keeps the counter does not answer
     */
    public long[] assign(long[] cells) {
        leasing.lock();
        try {
            while (true) {
                long[] keys = tryAssign(cells);
                if (keys != null) {
                    return keys;
                }
                long wanted = 0;
                long highest = 0;
                for (long cell : cells) {
                    wanted += cell == WANTED ? 1 : 0;
                    highest = Math.max(highest, cell);
                }
                refuseWhenExhausted(wanted);
                // Rows before the one with the highest key get keys from where the counter stands.
                lease(wanted, hasRange() ? Math.min(highest, highestKey) + 1 : 0);
            }
        } finally {
            leasing.unlock();
        }
    }

    /** Returns what has not been used; nothing may be asked for afterwards. */
    public void giveBack() {
        leasing.lock();
        try {
            Range unused;
            synchronized (this) {
                unused = hasSpare() ? spare : current;
                current = Range.VOID;
                spare = Range.VOID;
            }
            if (!unused.isEmpty()) {
                leases.giveBack(unused);
            }
        } finally {
            leasing.unlock();
        }
    }

    // ------------------------------------------------------------------ from the ranges at hand; guarded by this

    private long @Nullable [] fromRanges(long[] cells) {
        if (!hasRange()) {
            return null;
        }
        long wanted = 0;
        boolean moves = false;
        for (long cell : cells) {
            wanted += cell == WANTED ? 1 : 0;
            moves |= cell >= current.start();
        }
        if (moves) {
            return moving(cells);
        }
        if (wanted > current.end() - current.start()) {
            // The keys of a statement follow each other without a gap, so the rest of the range is of no use.
            if (wanted > spare.end() - spare.start()) {
                return null;
            }
            current = spare;
            spare = Range.VOID;
        }
        long next = current.start();
        long[] keys = new long[cells.length];
        for (int i = 0; i < cells.length; i++) {
            keys[i] = cells[i] == WANTED ? next++ : 0;
        }
        current = new Range(next, current.end(), current.generation());
        return keys;
    }

    /** The client gives keys that are not below the counter. */
    private long @Nullable [] moving(long[] cells) {
        long next = current.start();
        long end = current.end();
        boolean inSpare = false;
        long[] keys = new long[cells.length];
        for (int i = 0; i <= cells.length; i++) {
            boolean last = i == cells.length;
            // What is behind the range belongs to others, so the counter may stand at its end but not beyond.
            if (last ? next > end : cells[i] == WANTED && next >= end) {
                if (inSpare || !hasSpare() || next > spare.end()) {
                    return null;
                }
                inSpare = true;
                next = Math.max(next, spare.start());
                end = spare.end();
                if (!last && next >= end) {
                    return null;
                }
            }
            if (last) {
                break;
            }
            if (cells[i] == WANTED) {
                keys[i] = next++;
            } else if (cells[i] >= next) {
                next = Math.min(cells[i], highestKey) + 1;
            }
        }
        current = new Range(next, end, current.generation());
        spare = inSpare ? Range.VOID : spare;
        return keys;
    }

    /** At the top of the column's values it can be one without keys. */
    private boolean hasSpare() {
        return spare.end() != 0;
    }

    private synchronized boolean hasRange() {
        return current.end() != 0;
    }

    private boolean runsLow() {
        long left = Math.max(0, current.end() - current.start()) + Math.max(0, spare.end() - spare.start());
        boolean atTop = Math.max(current.end(), spare.end()) > highestKey;
        return sizes.first() > 1 && !atTop && left <= size / 2;
    }

    // ------------------------------------------------------------------ leasing; the lock of that name is held

    private synchronized void refuseWhenExhausted(long wanted) {
        Range last = hasSpare() ? spare : current;
        if (wanted > 0 && last.end() > highestKey) {
            throw new MeshException(MeshError.KEYS_EXHAUSTED, table, highestKey);
        }
    }

    private void fetchAhead() {
        leasing.lock();
        try {
            boolean needed;
            synchronized (this) {
                needed = runsLow();
            }
            if (needed) {
                lease(0, 0);
            }
        } catch (MeshException failure) {
            // Whoever needs the next range asks again, and is told.
            LOG.debug("Cannot lease keys of {} ahead", table, failure);
        } finally {
            leasing.unlock();
            synchronized (this) {
                fetching = false;
            }
        }
    }

    private void lease(long wanted, long atLeast) {
        long now = System.nanoTime();
        long lasted = now - leasedAtNanos;
        if (leasedAtNanos != 0 && lasted < QUICKLY_NANOS) {
            size = Math.min(size * 2, sizes.most());
        } else if (lasted > SLOWLY_NANOS) {
            size = Math.max(size / 2, sizes.first());
        }
        leasedAtNanos = now;
        Range leased = leases.lease(Math.max(size, wanted), atLeast);
        long top = highestKey + 1;
        add(new Range(Math.min(leased.start(), top), Math.min(leased.end(), top), leased.generation()));
    }

    private synchronized void add(Range leased) {
        if (!hasRange() || leased.generation() != current.generation()) {
            current = leased;
            spare = Range.VOID;
        } else if (hasSpare() && leased.start() == spare.end()) {
            spare = new Range(spare.start(), leased.end(), leased.generation());
        } else if (!hasSpare() && leased.start() == current.end()) {
            current = new Range(current.start(), leased.end(), leased.generation());
        } else {
            current = hasSpare() ? spare : current;
            spare = leased;
        }
    }
}
