package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** MIN and MAX: the first of the least or greatest values, with its weight; NULL when all values are. */
final class ExtremeAccumulator extends Accumulator {
    private final int index;
    /** Column of the weight, or -1. */
    private final int weight;

    private final boolean max;
    private final KeyReader reader;
    private final Keys best;
    private final Keys candidate;
    private byte @Nullable [] value;
    private byte @Nullable [] valueWeight;

    ExtremeAccumulator(int index, int weight, boolean max, KeyReader reader) {
        this.index = index;
        this.weight = weight;
        this.max = max;
        this.reader = reader;
        this.best = reader.newKeys();
        this.candidate = reader.newKeys();
    }

    @Override
    void reset() {
        value = null;
        valueWeight = null;
    }

    @Override
    void add(ByteBuf row, RowLayout layout) {
        if (layout.isNull(index)) {
            return;
        }
        reader.read(row, candidate);
        if (value != null) {
            int order = reader.compare(candidate, best);
            if (max ? order <= 0 : order >= 0) {
                return;
            }
        }
        best.copyFrom(candidate);
        value = layout.copy(row, index);
        valueWeight = weight < 0 ? null : layout.copy(row, weight);
    }

    @Override
    void result(Replacements out) {
        out.set(index, value);
        if (weight >= 0) {
            out.set(weight, valueWeight);
        }
    }
}
