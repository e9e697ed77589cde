package io.dbmesh.proxy.backend;

import io.dbmesh.proxy.protocol.ErrorPacket;
import io.netty.buffer.ByteBuf;

/**
 * One command that was sent to a server and what becomes of its answer. A connection may have several under way: the
 * server answers them in the order they were sent.
 *
 * <p>Exactly one of {@link #completed}, {@link #failed} and {@link #abandoned} ends an exchange, always on the connection's
 * event loop.
 */
public abstract class Exchange {

    /**
     * Takes the bytes of this answer from the front of {@code chunk}, advancing its reader index past them; bytes that
     * follow belong to the next answer. The chunk stays the caller's: retain what is kept.
     *
     * @return whether the answer is complete
     */
    protected abstract boolean received(BackendConnection connection, ByteBuf chunk);

    /** Status flags of the complete answer, or -1 when it was an error, which carries none. */
    protected abstract int statusFlags();

    /** The whole answer has been received. */
    protected abstract void completed(BackendConnection connection);

    /** The connection was lost or cannot go on; no more of the answer will come, though some may have. */
    protected abstract void failed(BackendConnection connection, ErrorPacket reason);

    /** The session itself closed the connection and wants no answer any more: releases what is held of it. */
    protected void abandoned() {}

    /** All bytes of one read have been handed out: what was written to a client may be flushed. */
    protected void readComplete() {}
}
