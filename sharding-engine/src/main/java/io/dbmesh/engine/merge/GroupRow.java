package io.dbmesh.engine.merge;

import io.dbmesh.engine.merge.Accumulator.Replacements;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Makes the row of a group: its first row with the combined values put in. */
final class GroupRow {
    private final RowLayout layout;
    private final ByteBufAllocator allocator;
    private final Replacements replacements;

    GroupRow(RowLayout layout, ByteBufAllocator allocator) {
        this.layout = layout;
        this.allocator = allocator;
        this.replacements = new Replacements(layout.columns());
    }

    /** Gives the group's row to the output. The first row stays the caller's. */
    void writeTo(RowOutput output, ByteBuf first, Accumulator[] accumulators) {
        for (Accumulator accumulator : accumulators) {
            accumulator.result(replacements);
        }
        layout.locate(first);
        ByteBuf row = allocator.buffer(first.readableBytes() + 16 * accumulators.length);
        try {
            layout.write(first, row, output.columns(), replacements.replaced, replacements.values);
        } catch (RuntimeException e) {
            row.release();
            throw e;
        }
        output.row(row, output.columns());
    }
}
