package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** What happens to the merged rows before they go out. */
sealed interface RowStage permits PassingRows, AdjacentGroups, HashedGroups {
    /** Takes over a row, also when it throws. */
    void accept(ByteBuf row);

    /**
     * Whether rows only gather until the input ends.
     *
     * @return false when a row that is accepted may go out
     */
    boolean gathers();

    /** After the last row: gives the next of what is still held to the output; false when there was nothing. */
    boolean drain();

    /** Releases what is held. */
    void close();
}
