package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** Leaves out OFFSET rows, lets LIMIT rows pass to the client, and takes the derived columns off them. */
final class LimitedOutput implements RowOutput {
    private final Merge.Sink sink;
    private final RowLayout layout;
    private final int visible;
    private long offset;
    private long count;

    /**
     * Its numbers are unsigned; a count of -1 is no limit (nobody counts as far).
     *
     * @param visible columns that the client sees, from the left
     */
    LimitedOutput(Merge.Sink sink, RowLayout layout, int visible, long offset, long count) {
        this.sink = sink;
        this.layout = layout;
        this.visible = visible;
        this.offset = offset;
        this.count = count;
    }

    @Override
    public int columns() {
        return visible;
    }

    @Override
    public void row(ByteBuf row, int columns) {
        if (offset != 0 || count == 0) {
            row.release();
            offset -= offset == 0 ? 0 : 1;
            return;
        }
        count--;
        if (columns > visible) {
            try {
                layout.locate(row);
            } catch (RuntimeException e) {
                row.release();
                throw e;
            }
            layout.trim(row, visible);
        }
        sink.row(row);
    }

    /** Whether no further row can pass. */
    boolean isFull() {
        return count == 0;
    }
}
