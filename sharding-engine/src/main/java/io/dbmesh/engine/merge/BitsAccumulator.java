package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec.Aggregate.Bits;
import io.netty.buffer.ByteBuf;

/** BIT_AND, BIT_OR and BIT_XOR of 64 bits. */
final class BitsAccumulator extends Accumulator {
    private final int index;
    private final Bits.Operator operator;
    private final ValueWriter writer;
    private long bits;

    /** @throws MeshException UNSUPPORTED for those of binary strings */
    BitsAccumulator(int index, ResultColumn column, Bits.Operator operator, ValueWriter writer) {
        this.index = index;
        this.operator = operator;
        this.writer = writer;
        if (column.type() != WireType.LONGLONG) {
            throw MeshException.unsupported(
                    "bit functions over binary strings of several shards (column '" + column.name() + "')",
                    "use them on integers");
        }
        reset();
    }

    @Override
    void reset() {
        bits = operator == Bits.Operator.AND ? -1 : 0;
    }

    @Override
    void add(ByteBuf row, RowLayout layout) {
        if (layout.isNull(index)) {
            return;
        }
        long value = ValueReader.integer(layout.format(), row, layout.start(index), layout.length(index), true);
        switch (operator) {
            case AND -> bits &= value;
            case OR -> bits |= value;
            case XOR -> bits ^= value;
        }
    }

    @Override
    void result(Replacements out) {
        out.set(index, writer.integer(bits));
    }
}
