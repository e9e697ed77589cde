package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The order in which rows leave the windows. */
sealed interface RowInput permits OrderedInput, ArrivalInput {
    /** A source that had no row has one. */
    void arrived(int source);

    /** A source has ended. */
    void ended(int source);

    /** The next row, which passes to the caller; null when none can be told now. */
    @Nullable ByteBuf poll();

    /** Whether all sources have ended and no row is left. */
    boolean isExhausted();
}
