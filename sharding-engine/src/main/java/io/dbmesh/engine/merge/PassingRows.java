package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** Each row is a row of the result. */
final class PassingRows implements RowStage {
    private final RowOutput output;
    private final int columns;

    PassingRows(RowOutput output, int columns) {
        this.output = output;
        this.columns = columns;
    }

    @Override
    public void accept(ByteBuf row) {
        output.row(row, columns);
    }

    @Override
    public boolean gathers() {
        return false;
    }

    @Override
    public boolean drain() {
        return false;
    }

    @Override
    public void close() {}
}
