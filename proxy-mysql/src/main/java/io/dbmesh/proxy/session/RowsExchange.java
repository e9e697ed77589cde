package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.Exchange;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.LengthEncoded;
import io.dbmesh.proxy.protocol.ResultReader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a small result that the proxy itself has asked for, such as the value of an expression of SET, into memory. */
abstract class RowsExchange extends Exchange implements ResultReader.Receiver {

    private final ResultReader reader;
    private final int maxRows;
    private final List<ColumnDefinition> columns = new ArrayList<>();
    private final List<List<byte @Nullable []>> rows = new ArrayList<>();

    /** @param maxRows further rows are dropped */
    RowsExchange(boolean deprecateEof, int maxRows) {
        this.reader = new ResultReader(deprecateEof, this);
        this.maxRows = maxRows;
    }

    /** The server has answered by rows, or by OK and then without columns. */
    protected abstract void rows(
            BackendConnection connection, List<ColumnDefinition> columns, List<List<byte @Nullable []>> rows);

    /** The server refused, or the connection was lost. */
    protected abstract void error(BackendConnection connection, ErrorPacket reason);

    @Override
    public final void columns(int count) {
        columns.clear();
    }

    @Override
    public final void column(ByteBuf definition) {
        columns.add(ColumnDefinition.read(definition));
    }

    @Override
    public final void columnsEnded() {
        // Rows follow.
    }

    @Override
    public final void row(ByteBuf payload) {
        try {
            if (rows.size() < maxRows) {
                rows.add(values(payload));
            }
        } finally {
            payload.release();
        }
    }

    private List<byte @Nullable []> values(ByteBuf payload) {
        List<byte @Nullable []> values = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            if (payload.getUnsignedByte(payload.readerIndex()) == LengthEncoded.NULL) {
                payload.skipBytes(1);
                values.add(null);
            } else {
                byte[] value = new byte[LengthEncoded.readLength(payload)];
                payload.readBytes(value);
                values.add(value);
            }
        }
        return values;
    }

    @Override
    protected final boolean received(BackendConnection connection, ByteBuf chunk) {
        reader.read(chunk, chunk.alloc());
        return reader.isComplete();
    }

    @Override
    protected final int statusFlags() {
        return reader.error() == null ? reader.statusFlags() : -1;
    }

    @Override
    protected final void completed(BackendConnection connection) {
        ErrorPacket refused = reader.error();
        if (refused != null) {
            error(connection, refused);
        } else {
            rows(connection, columns, rows);
        }
    }

    @Override
    protected final void failed(BackendConnection connection, ErrorPacket reason) {
        reader.close();
        error(connection, reason);
    }

    @Override
    protected final void abandoned() {
        reader.close();
    }
}
