package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.Exchange;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.SchemaRename;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Passes one server's answer to the client as it arrives, without taking it apart: the client's command and the server's
 * answer have the same sequence numbers, so the bytes are right as they are.
 *
 * <p>Only where a shard's database has another name than the schema that the client knows, the column definitions are
 * held back until they are complete and rewritten; the rows behind them flow untouched.
 *
 * <p>One object serves all relayed statements of a session, one after another.
 */
final class RelayExchange extends Exchange {

    /** Whom the relay tells how it ended. */
    interface Listener {
        /** The whole answer is on its way to the client, flushed. */
        void relayed(BackendConnection connection, ResponseScanner answer);

        /**
         * The connection was lost.
         *
         * @param begun whether part of the answer has gone to the client, so that no error can follow it
         */
        void relayFailed(BackendConnection connection, ErrorPacket reason, boolean begun);
    }

    private final ResponseScanner scanner = new ResponseScanner();
    private final Channel client;
    private final Listener listener;
    private @Nullable SchemaRename rename;
    private @Nullable ByteBuf heldMetadata;
    private boolean begun;

    RelayExchange(Channel client, Listener listener) {
        this.client = client;
        this.listener = listener;
    }

    /** Readies the relay for the next statement; {@code rename} is null where names are the same on both sides. */
    RelayExchange of(ResponseScanner.Kind kind, boolean deprecateEof, @Nullable SchemaRename rename) {
        scanner.begin(kind, deprecateEof);
        this.rename = rename;
        this.begun = false;
        return this;
    }

    /** A statement begins, which may have to wait for a connection before {@link #of} readies the relay. */
    void forget() {
        begun = false;
    }

    /** Whether part of the answer has gone to the client. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    protected boolean received(BackendConnection connection, ByteBuf chunk) {
        if (rename != null && scanner.isBeforeRows()) {
            receivedMetadata(rename, chunk);
            return scanner.isComplete();
        }
        int length = scanner.scan(chunk);
        begun = true;
        client.write(chunk.readRetainedSlice(length), client.voidPromise());
        if (!client.isWritable()) {
            connection.pauseReading();
        }
        return scanner.isComplete();
    }

    @Override
    protected int statusFlags() {
        return scanner.isError() ? -1 : scanner.statusFlags();
    }

    /**
     * Rewrites the names in the bytes up to the first row, or in the whole of an answer without rows. They usually come in
     * one piece, with the first rows behind them; else they are collected.
     */
    private void receivedMetadata(SchemaRename names, ByteBuf chunk) {
        int length = scanner.scanMetadata(chunk);
        boolean whole = !scanner.isBeforeRows() || scanner.isComplete();
        ByteBuf held = heldMetadata;
        if (held == null && whole) {
            write(names.rewrite(chunk.readSlice(length), client.alloc()), chunk);
            return;
        }
        if (held == null) {
            held = client.alloc().buffer(Math.max(256, length + (length >> 1)));
            heldMetadata = held;
        }
        held.writeBytes(chunk, length);
        if (whole) {
            heldMetadata = null;
            try {
                write(names.rewrite(held, client.alloc()), chunk);
            } finally {
                held.release();
            }
        }
    }

    /** Writes renamed definitions, and with them the rows behind them when these are few: one buffer is one write. */
    private void write(ByteBuf metadata, ByteBuf rows) {
        begun = true;
        if (!scanner.isComplete() && rows.isReadable() && rows.readableBytes() <= metadata.writableBytes()) {
            metadata.writeBytes(rows, scanner.scan(rows));
        }
        client.write(metadata, client.voidPromise());
    }

    @Override
    protected void completed(BackendConnection connection) {
        client.flush();
        listener.relayed(connection, scanner);
    }

    @Override
    protected void readComplete() {
        client.flush();
    }

    @Override
    protected void abandoned() {
        releaseHeld();
    }

    private void releaseHeld() {
        if (heldMetadata != null) {
            heldMetadata.release();
            heldMetadata = null;
        }
    }

    @Override
    protected void failed(BackendConnection connection, ErrorPacket reason) {
        releaseHeld();
        listener.relayFailed(connection, reason, begun);
    }
}
