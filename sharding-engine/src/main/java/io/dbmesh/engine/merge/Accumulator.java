package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Combines one column of the rows of a group. Reused from group to group where groups follow one another. */
abstract sealed class Accumulator
        permits CountAccumulator, SumAccumulator, AverageAccumulator, ExtremeAccumulator, BitsAccumulator {

    /** Forgets all rows. */
    abstract void reset();

    /** Takes a row that the layout has located. */
    abstract void add(ByteBuf row, RowLayout layout);

    abstract void result(Replacements out);

    /** Values that replace those of the group's first row. */
    static final class Replacements {
        final boolean[] replaced;
        final byte[] @Nullable [] values;

        Replacements(int columns) {
            this.replaced = new boolean[columns];
            this.values = new byte[columns][];
        }

        /** @param value the value's own bytes in the row's format, null for NULL */
        void set(int column, byte @Nullable [] value) {
            replaced[column] = true;
            values[column] = value;
        }
    }
}
