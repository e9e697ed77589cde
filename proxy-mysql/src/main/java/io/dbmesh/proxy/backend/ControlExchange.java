package io.dbmesh.proxy.backend;

import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.netty.buffer.ByteBuf;

/**
 * A command that is answered by OK or an error and whose answer the proxy looks at itself, such as {@code COMMIT}, a
 * replayed {@code SET}, or a part of a write that is spread over shards.
 */
public abstract class ControlExchange extends Exchange {

    private final ResponseScanner scanner = new ResponseScanner();

    protected ControlExchange(boolean deprecateEof) {
        this(ResponseScanner.Kind.RESULT, deprecateEof);
    }

    protected ControlExchange(ResponseScanner.Kind kind, boolean deprecateEof) {
        scanner.begin(kind, deprecateEof);
    }

    /** The server did it; rows, if there were any, have been skipped. */
    protected abstract void ok(BackendConnection connection, ResponseScanner answer);

    /** The server refused, or the connection was lost before it answered. */
    protected abstract void error(BackendConnection connection, ErrorPacket reason);

    @Override
    protected final boolean received(BackendConnection connection, ByteBuf chunk) {
        chunk.skipBytes(scanner.scan(chunk));
        return scanner.isComplete();
    }

    @Override
    protected final int statusFlags() {
        return scanner.isError() ? -1 : scanner.statusFlags();
    }

    @Override
    protected final void completed(BackendConnection connection) {
        if (scanner.isError()) {
            error(connection, scanner.error());
        } else {
            ok(connection, scanner);
        }
    }

    @Override
    protected final void failed(BackendConnection connection, ErrorPacket reason) {
        error(connection, reason);
    }
}
