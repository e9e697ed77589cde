package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Groups whose rows come in any order, all held at one time, as copies. Without aggregates only their keys are held, and
 * the first row of each goes out at once.
 */
final class HashedGroups implements RowStage {
    private static final String PURPOSE = "grouping the rows of several shards";

    private final RowLayout layout;
    private final KeyReader reader;
    private final Supplier<Accumulator[]> accumulators;
    private final boolean distinct;
    private final GroupRow groupRow;
    private final RowOutput output;
    private final MemoryBudget budget;
    private final Keys keys;
    /** On the heap, so that nobody needs to release it. */
    private final ByteBuf canonical = Unpooled.buffer();

    private final Map<GroupKey, Group> groups = new LinkedHashMap<>();
    private @Nullable Iterator<Group> drained;

    private record GroupKey(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof GroupKey key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private record Group(byte[] first, Accumulator[] accumulators) {}

    private static final Group SEEN = new Group(new byte[0], new Accumulator[0]);

    HashedGroups(
            KeyReader reader, Supplier<Accumulator[]> accumulators, RowLayout layout, RowOutput output, Memory memory) {
        this.layout = layout;
        this.reader = reader;
        this.accumulators = accumulators;
        this.distinct = accumulators.get().length == 0;
        this.groupRow = memory.groupRow();
        this.output = output;
        this.budget = memory.budget();
        this.keys = reader.newKeys();
    }

    /** Where groups lie and how their rows are made. */
    record Memory(MemoryBudget budget, GroupRow groupRow) {}

    @Override
    public void accept(ByteBuf row) {
        boolean passed = false;
        try {
            layout.locate(row);
            reader.read(row, keys);
            canonical.clear();
            reader.writeCanonical(keys, canonical);
            GroupKey key = new GroupKey(ByteBufUtil.getBytes(canonical));
            Group group = groups.get(key);
            if (distinct) {
                if (group == null) {
                    budget.takeRow(PURPOSE, key.bytes().length);
                    groups.put(key, SEEN);
                    passed = true;
                    output.row(row, layout.columns());
                }
                return;
            }
            if (group == null) {
                budget.takeRow(PURPOSE, key.bytes().length + row.readableBytes());
                group = new Group(ByteBufUtil.getBytes(row), accumulators.get());
                groups.put(key, group);
            }
            for (Accumulator accumulator : group.accumulators()) {
                accumulator.add(row, layout);
            }
        } finally {
            if (!passed) {
                row.release();
            }
        }
    }

    @Override
    public boolean gathers() {
        return !distinct;
    }

    @Override
    public boolean drain() {
        if (distinct) {
            return false;
        }
        Iterator<Group> rest = drained;
        if (rest == null) {
            rest = groups.values().iterator();
            drained = rest;
        }
        if (!rest.hasNext()) {
            return false;
        }
        Group group = rest.next();
        rest.remove();
        budget.giveBackRow(group.first().length);
        groupRow.writeTo(output, Unpooled.wrappedBuffer(group.first()), group.accumulators());
        return true;
    }

    @Override
    public void close() {
        groups.clear();
        drained = null;
    }
}
