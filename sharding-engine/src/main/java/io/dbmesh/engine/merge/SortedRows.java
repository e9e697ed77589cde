package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Holds all rows of a result and sorts them. Rows are copied, so that they do not keep whole network buffers. */
final class SortedRows implements RowOutput {
    private record Held(byte[] row, Keys keys) {}

    private final RowLayout layout;
    private final KeyReader reader;
    private final MemoryBudget budget;
    private final ByteBufAllocator allocator;
    private List<Held> rows = new ArrayList<>();
    private int next;

    SortedRows(RowLayout layout, KeyReader reader, MemoryBudget budget, ByteBufAllocator allocator) {
        this.layout = layout;
        this.reader = reader;
        this.budget = budget;
        this.allocator = allocator;
    }

    @Override
    public int columns() {
        return layout.columns();
    }

    @Override
    public void row(ByteBuf row, int columns) {
        try {
            budget.takeRow("sorting the groups of several shards", row.readableBytes());
            layout.locate(row);
            Keys keys = reader.newKeys();
            reader.read(row, keys);
            byte[] copy = new byte[row.readableBytes()];
            row.getBytes(row.readerIndex(), copy);
            rows.add(new Held(copy, keys));
        } finally {
            row.release();
        }
    }

    void sort() {
        rows.sort((left, right) -> reader.compare(left.keys(), right.keys()));
    }

    /** Gives the next row to the output; false when there was none. */
    boolean drainTo(RowOutput output) {
        if (next == rows.size()) {
            return false;
        }
        byte[] row = rows.get(next++).row();
        output.row(allocator.buffer(row.length).writeBytes(row), layout.columns());
        return true;
    }

    void clear() {
        rows = List.of();
        next = 0;
    }
}
