package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Groups whose rows follow one another. Holds one row; without aggregates none, since the first one goes out at once. */
final class AdjacentGroups implements RowStage {
    private final RowLayout layout;
    private final KeyReader reader;
    private final Accumulator[] accumulators;
    private final GroupRow groupRow;
    private final RowOutput output;
    private final Keys groupKeys;
    private final Keys rowKeys;
    private boolean inGroup;
    private @Nullable ByteBuf first;

    AdjacentGroups(
            RowLayout layout, KeyReader reader, Accumulator[] accumulators, GroupRow groupRow, RowOutput output) {
        this.layout = layout;
        this.reader = reader;
        this.accumulators = accumulators;
        this.groupRow = groupRow;
        this.output = output;
        this.groupKeys = reader.newKeys();
        this.rowKeys = reader.newKeys();
    }

    @Override
    public void accept(ByteBuf row) {
        boolean held = false;
        try {
            layout.locate(row);
            reader.read(row, rowKeys);
            boolean opens = !inGroup || reader.compare(groupKeys, rowKeys) != 0;
            if (opens) {
                drain();
                groupKeys.copyFrom(rowKeys);
                inGroup = true;
                held = true;
                if (accumulators.length == 0) {
                    output.row(row, layout.columns());
                    return;
                }
                first = row;
                layout.locate(row);
                for (Accumulator accumulator : accumulators) {
                    accumulator.reset();
                }
            }
            for (Accumulator accumulator : accumulators) {
                accumulator.add(row, layout);
            }
        } finally {
            if (!held) {
                row.release();
            }
        }
    }

    @Override
    public boolean gathers() {
        return false;
    }

    @Override
    public boolean drain() {
        ByteBuf row = first;
        if (row == null) {
            return false;
        }
        first = null;
        try {
            groupRow.writeTo(output, row, accumulators);
        } finally {
            row.release();
        }
        return true;
    }

    @Override
    public void close() {
        if (first != null) {
            first.release();
            first = null;
        }
    }
}
