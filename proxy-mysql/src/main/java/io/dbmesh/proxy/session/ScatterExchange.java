package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.merge.ResultColumn;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.Exchange;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ProtocolException;
import io.dbmesh.proxy.protocol.ResultReader;
import io.dbmesh.proxy.protocol.SchemaRename;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the answer of one place to a {@link ScatterRead} apart and gives it that, or drops it when it is not wanted. */
final class ScatterExchange extends Exchange implements ResultReader.Receiver {

    /** From here on it matters how much memory the rows that wait keep. */
    private static final int LITTLE_BYTES = 16 * 1024;

    private final ScatterRead read;
    private final int place;
    private final Location location;
    private final BackendConnection connection;
    private final @Nullable SchemaRename rename;
    private final ResultReader reader;
    private final List<ResultColumn> columns = new ArrayList<>();
    private @Nullable Leftovers leftovers;
    private long receivedBytes;
    private boolean open = true;

    ScatterExchange(
            ScatterRead read, int place, Location location, BackendConnection connection, ClientSession session) {
        this.read = read;
        this.place = place;
        this.location = location;
        this.connection = connection;
        this.rename = session.renames().at(location);
        this.reader = new ResultReader(connection.profile().deprecateEof(), this);
    }

    int place() {
        return place;
    }

    Location location() {
        return location;
    }

    BackendConnection connection() {
        return connection;
    }

    /** Whether more of the answer is to come. */
    boolean isOpen() {
        return open;
    }

    boolean isRefused() {
        return reader.error() != null;
    }

    int warnings() {
        return reader.warnings();
    }

    /** The read does not wait for the rest, and the connection is not the session's any more. */
    void leave(Leftovers rest) {
        leftovers = rest;
        rest.start();
    }

    boolean isLeft() {
        return leftovers != null;
    }

    @Override
    protected void abandoned() {
        close();
    }

    /** Releases what is held of a packet. */
    private void close() {
        open = false;
        reader.close();
    }

    // ------------------------------------------------------------------ bytes

    @Override
    protected boolean received(BackendConnection from, ByteBuf chunk) {
        int length = chunk.readableBytes();
        receivedBytes += length;
        if (receivedBytes > LITTLE_BYTES && chunk.capacity() > 2 * length) {
            readCopy(chunk);
        } else {
            reader.read(chunk, chunk.alloc());
        }
        Leftovers rest = leftovers;
        if (rest != null && !reader.isComplete() && rest.isTooMuch(length)) {
            rest.cutOff();
        }
        return reader.isComplete();
    }

    /** A row that waits keeps the whole buffer that it came in, so a row must not wait in one that is mostly empty. */
    private void readCopy(ByteBuf chunk) {
        ByteBuf copy = chunk.alloc().buffer(chunk.readableBytes());
        try {
            copy.writeBytes(chunk, chunk.readerIndex(), chunk.readableBytes());
            reader.read(copy, chunk.alloc());
            chunk.readerIndex(chunk.writerIndex() - copy.readableBytes());
        } finally {
            copy.release();
        }
    }

    @Override
    protected void readComplete() {
        if (leftovers == null) {
            read.readComplete();
        }
    }

    @Override
    protected int statusFlags() {
        return reader.error() == null ? reader.statusFlags() : -1;
    }

    @Override
    protected void completed(BackendConnection from) {
        open = false;
        ErrorPacket refusal = reader.error();
        if (leftovers != null) {
            leftovers.ended();
        } else if (refusal != null) {
            read.refused(this, refusal);
        } else {
            read.ended(this, reader.warnings());
        }
    }

    @Override
    protected void failed(BackendConnection from, ErrorPacket reason) {
        close();
        if (leftovers != null) {
            leftovers.lost();
        } else {
            read.lost(this, reason);
        }
    }

    // ------------------------------------------------------------------ packets

    @Override
    public void columns(int count) {
        // They are given all together.
    }

    @Override
    public void column(ByteBuf definition) {
        try {
            columns.add(rename == null ? ResultColumn.read(definition) : renamed(rename, definition));
        } catch (IndexOutOfBoundsException malformed) {
            throw new ProtocolException("a column definition that ends early: " + malformed.getMessage());
        }
    }

    private static ResultColumn renamed(SchemaRename names, ByteBuf definition) {
        ByteBuf packet = definition.alloc().buffer(definition.readableBytes() + 64);
        try {
            names.rewriteDefinition(definition, packet);
            return ResultColumn.read(packet.skipBytes(Packets.HEADER_LENGTH));
        } finally {
            packet.release();
        }
    }

    @Override
    public void columnsEnded() {
        read.columns(place, columns);
    }

    @Override
    public void row(ByteBuf payload) {
        if (leftovers == null) {
            read.row(place, payload);
        } else {
            payload.release();
        }
    }
}
