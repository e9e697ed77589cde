package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** Where rows go that are done, one by one. Takes over each row, also when it throws. */
sealed interface RowOutput permits LimitedOutput, SortedRows {
    /** How many columns of the shards it wants, from the left. */
    int columns();

    /**
     * A row of the result.
     *
     * @param columns how many columns it has: all of the shards', or {@link #columns}
     */
    void row(ByteBuf row, int columns);
}
