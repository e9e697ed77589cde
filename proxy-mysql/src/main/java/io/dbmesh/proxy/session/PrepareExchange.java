package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.Exchange;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Collects a server's answer to COM_STMT_PREPARE, whose definitions of parameters and columns are the client's too. It is
 * small, whatever the statement returns.
 */
abstract class PrepareExchange extends Exchange {

    /** Where the answer's first packet has the statement's id. */
    private static final int ID_OFFSET = Packets.HEADER_LENGTH + 1;

    private final ResponseScanner scanner = new ResponseScanner();
    private final ByteBuf answer;

    PrepareExchange(ByteBufAllocator allocator, boolean deprecateEof) {
        scanner.begin(ResponseScanner.Kind.PREPARE, deprecateEof);
        this.answer = allocator.buffer(512);
    }

    /**
     * The server has prepared it.
     *
     * @param answer whole packets, released by whoever overrides this
     */
    protected abstract void prepared(BackendConnection connection, ResponseScanner scanned, ByteBuf answer);

    /** The server refused, or the connection was lost. */
    protected abstract void error(BackendConnection connection, ErrorPacket reason);

    /** Puts another statement id in the place of the server's. */
    static void setStatementId(ByteBuf answer, int id) {
        answer.setIntLE(answer.readerIndex() + ID_OFFSET, id);
    }

    @Override
    protected final boolean received(BackendConnection connection, ByteBuf chunk) {
        answer.writeBytes(chunk, scanner.scan(chunk));
        return scanner.isComplete();
    }

    @Override
    protected final int statusFlags() {
        return -1;
    }

    @Override
    protected final void completed(BackendConnection connection) {
        if (scanner.isError()) {
            answer.release();
            error(connection, scanner.error());
        } else {
            prepared(connection, scanner, answer);
        }
    }

    @Override
    protected final void failed(BackendConnection connection, ErrorPacket reason) {
        answer.release();
        error(connection, reason);
    }

    @Override
    protected final void abandoned() {
        answer.release();
    }
}
