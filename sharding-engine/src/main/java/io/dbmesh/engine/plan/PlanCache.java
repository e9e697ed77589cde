package io.dbmesh.engine.plan;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The plans of the shapes that were seen, for all threads. At most a given number of shapes is kept; a new one takes the
 * place of one that was not used lately (second chance). A look-up takes no lock and allocates nothing.
 *
 * <p>A shape is what {@link Digest#normalised()} holds, together with the current schema, the dialect and the version of
 * the mesh. Equality is that of the bytes: the hash only finds them.
 */
public final class PlanCache {
    /** Plans of one shape that differ by their guards; beyond, the oldest goes. */
    private static final int MAX_PLANS_OF_SHAPE = 8;

    private final int capacity;
    /** Chains of entries; an entry's {@code next} never changes, so that readers need no lock. */
    private final AtomicReferenceArray<@Nullable Entry> buckets;

    private final int mask;
    /** The entries in the order of their insertion, for eviction; guarded by {@code this}. */
    private final @Nullable Entry[] ring;

    private int hand;
    private int size;

    /** @param capacity most shapes, at least 1 ({@code limits.planCacheEntries}) */
    public PlanCache(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
        this.capacity = capacity;
        int length = Integer.highestOneBit(Math.max(capacity, 2) * 2 - 1);
        this.buckets = new AtomicReferenceArray<>(length);
        this.mask = length - 1;
        this.ring = new @Nullable Entry[capacity];
    }

    private static final class Entry {
        final Key key;
        final int slot;
        final @Nullable Entry next;
        final PlannedStatement[] plans;
        volatile boolean used;

        Entry(Key key, int slot, PlannedStatement[] plans, @Nullable Entry next) {
            this.key = key;
            this.slot = slot;
            this.plans = plans;
            this.next = next;
        }
    }

    private record Key(
            long hash, long hash2, byte[] shape, @Nullable String schema, Dialect dialect, long version) {
        @SuppressWarnings("ReferenceEquality") // spares equals() where sessions share their dialect, as nearly all do
        boolean matches(Digest digest, @Nullable String otherSchema, Dialect otherDialect, long otherVersion) {
            return hash == digest.hash()
                    && hash2 == digest.hash2()
                    && version == otherVersion
                    && (dialect == otherDialect || dialect.equals(otherDialect))
                    && Objects.equals(schema, otherSchema)
                    && Arrays.equals(shape, 0, shape.length, digest.normalised(), 0, digest.normalisedLength());
        }
    }

    /**
     * The plan for a statement, or null when it must be made.
     *
     * @param version of the mesh
     */
    public @Nullable PlannedStatement find(Digest digest, @Nullable String schema, Dialect dialect, long version) {
        Entry entry = buckets.get(bucket(digest.hash()));
        while (entry != null && !entry.key.matches(digest, schema, dialect, version)) {
            entry = entry.next;
        }
        if (entry == null) {
            return null;
        }
        for (PlannedStatement plan : entry.plans) {
            if (holds(plan.guards(), digest)) {
                if (!entry.used) {
                    entry.used = true;
                }
                return plan;
            }
        }
        return null;
    }

    /** Keeps a plan for the statement that the digest holds. */
    public synchronized void put(
            Digest digest, @Nullable String schema, Dialect dialect, long version, PlannedStatement plan) {
        int bucket = bucket(digest.hash());
        Entry known = buckets.get(bucket);
        while (known != null && !known.key.matches(digest, schema, dialect, version)) {
            known = known.next;
        }
        if (known != null) {
            Entry changed = replace(bucket, known, plans(known.plans, plan, digest));
            ring[known.slot] = changed;
            return;
        }
        int slot = size < capacity ? size++ : evict();
        byte[] shape = Arrays.copyOf(digest.normalised(), digest.normalisedLength());
        Key key = new Key(digest.hash(), digest.hash2(), shape, schema, dialect, version);
        Entry entry = new Entry(key, slot, new PlannedStatement[] {plan}, buckets.get(bucket));
        ring[slot] = entry;
        buckets.set(bucket, entry);
    }

    /** Shapes that are kept now. */
    public synchronized int size() {
        return size;
    }

    private static PlannedStatement[] plans(PlannedStatement[] known, PlannedStatement added, Digest digest) {
        PlannedStatement[] kept = Arrays.stream(known)
                .filter(plan -> !holds(plan.guards(), digest))
                .skip(Math.max(0, known.length + 1 - MAX_PLANS_OF_SHAPE))
                .toArray(PlannedStatement[]::new);
        PlannedStatement[] plans = Arrays.copyOf(kept, kept.length + 1);
        plans[kept.length] = added;
        return plans;
    }

    private int evict() {
        while (true) {
            int slot = hand;
            hand = (hand + 1) % capacity;
            Entry entry = Objects.requireNonNull(ring[slot], "a full ring has no holes");
            if (!entry.used) {
                replace(bucket(entry.key.hash()), entry, null);
                return slot;
            }
            entry.used = false;
        }
    }

    /** Makes the chain anew, with other plans for an entry or without it; the others are copied, readers go on in the old. */
    private @Nullable Entry replace(int bucket, Entry entry, PlannedStatement @Nullable [] plans) {
        Entry chain = null;
        Entry replacement = null;
        for (Entry old = buckets.get(bucket); old != null; old = old.next) {
            if (old == entry && plans == null) {
                continue;
            }
            chain = new Entry(old.key, old.slot, old == entry && plans != null ? plans : old.plans, chain);
            chain.used = old.used;
            ring[old.slot] = chain;
            if (old == entry) {
                replacement = chain;
            }
        }
        buckets.set(bucket, chain);
        return replacement;
    }

    private int bucket(long hash) {
        return (int) hash & mask;
    }

    private static boolean holds(List<Guard> guards, Digest digest) {
        for (int i = 0; i < guards.size(); i++) {
            Guard guard = guards.get(i);
            int start = digest.literalStart(guard.ordinal());
            int length = digest.literalEnd(guard.ordinal()) - start;
            if (length != guard.text().length()) {
                return false;
            }
            for (int k = 0; k < length; k++) {
                if ((digest.text()[start + k] & 0xFF) != guard.text().charAt(k)) {
                    return false;
                }
            }
        }
        return true;
    }
}
