package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** COUNT: the sum of the shards' counts, 0 when there are none. */
final class CountAccumulator extends Accumulator {
    private final int index;
    private final Total total;
    private final ValueWriter writer;

    CountAccumulator(int index, ResultColumn column, ValueWriter writer) {
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
        out.set(index, writer.decimal(total.exact()));
    }
}
