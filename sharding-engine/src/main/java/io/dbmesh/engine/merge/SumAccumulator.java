package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** SUM: NULL when all values are. */
final class SumAccumulator extends Accumulator {
    private final int index;
    private final Total total;
    private final ValueWriter writer;

    SumAccumulator(int index, ResultColumn column, ValueWriter writer) {
        this.index = index;
        this.total = new Total(index, column);
        this.writer = writer;
    }

    @Override
    void reset() {
        total.reset();
    }

    @Override
    void add(ByteBuf row, RowLayout layout) {
        total.add(row, layout);
    }

    @Override
    void result(Replacements out) {
        if (!total.hasValue()) {
            out.set(index, null);
        } else {
            out.set(index, total.isFloating() ? writer.floating(total.floating()) : writer.decimal(total.exact()));
        }
    }
}
