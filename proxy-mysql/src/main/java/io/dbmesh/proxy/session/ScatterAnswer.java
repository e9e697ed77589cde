package io.dbmesh.proxy.session;

import io.dbmesh.engine.merge.ResultColumn;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.LengthEncoded;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a result set to a client row by row. Small rows are copied together into buffers of {@value #BATCH_BYTES} bytes, so
 * that neither a write for each of them is needed nor the buffers that they came in are held; long rows go as they are.
 */
final class ScatterAnswer {

    private static final int BATCH_BYTES = 16 * 1024;
    /** Rows from this length on are not copied. */
    private static final int LONG_ROW_BYTES = 4 * 1024;
    /** Room for an end packet or a usual column definition; for others the batch grows. */
    private static final int SHORT_BYTES = 256;

    private final Channel client;
    private final boolean deprecateEof;
    private int sequence;
    private long rows;
    private @Nullable ByteBuf batch;
    private boolean unflushed;
    private boolean begun;

    /** @param sequence of the answer's first packet */
    ScatterAnswer(Channel client, int sequence, boolean deprecateEof) {
        this.client = client;
        this.sequence = sequence;
        this.deprecateEof = deprecateEof;
    }

    /** Whether anything of the answer has been written. */
    boolean hasBegun() {
        return begun;
    }

    /** Rows written so far. */
    long rows() {
        return rows;
    }

    /** @param status for the packet that ends the definitions, where the client wants one */
    void columns(List<ResultColumn> columns, int status) {
        ByteBuf out = room(SHORT_BYTES);
        int start = Packets.begin(out, next());
        LengthEncoded.writeInteger(out, columns.size());
        Packets.end(out, start);
        for (ResultColumn column : columns) {
            out = room(SHORT_BYTES);
            start = Packets.begin(out, next());
            column.write(out);
            Packets.end(out, start);
        }
        if (!deprecateEof) {
            OkPacket.writeEof(room(SHORT_BYTES), next(), status, 0);
        }
    }

    /** Takes over the payload's reference. */
    void row(ByteBuf payload) {
        rows++;
        int length = payload.readableBytes();
        if (length >= LONG_ROW_BYTES) {
            longRow(payload);
            return;
        }
        ByteBuf out = room(length + Packets.HEADER_LENGTH);
        out.writeMediumLE(length).writeByte(next());
        out.writeBytes(payload);
        payload.release();
    }

    private void longRow(ByteBuf payload) {
        int length;
        do {
            length = Math.min(payload.readableBytes(), Packets.MAX_PAYLOAD);
            room(Packets.HEADER_LENGTH).writeMediumLE(length).writeByte(next());
            if (length > 0) {
                writeBatch();
                client.write(payload.readRetainedSlice(length), client.voidPromise());
            }
        } while (length == Packets.MAX_PAYLOAD);
        payload.release();
    }

    /** Ends the rows; flushed. */
    void end(int status, int warnings) {
        OkPacket.writeEnd(room(SHORT_BYTES), next(), deprecateEof, status, warnings);
        flush();
    }

    /** Ends the answer, with or without rows before, by an error; flushed. */
    void error(ErrorPacket reason) {
        reason.write(room(SHORT_BYTES), next());
        flush();
    }

    void flush() {
        writeBatch();
        if (unflushed) {
            unflushed = false;
            client.flush();
        }
    }

    /** Whether the client takes more; if not, what has been written is on its way. */
    boolean isWritable() {
        if (!client.isWritable()) {
            flush();
        }
        return client.isWritable();
    }

    /** Drops what has not been written. */
    void close() {
        ByteBuf dropped = batch;
        batch = null;
        if (dropped != null) {
            dropped.release();
        }
    }

    private int next() {
        int current = sequence;
        sequence = sequence + 1 & 0xff;
        return current;
    }

    /** The batch under way, or a new one if that would have to grow for so many bytes. */
    private ByteBuf room(int bytes) {
        ByteBuf out = batch;
        if (out != null && out.writableBytes() < bytes) {
            writeBatch();
            out = null;
        }
        if (out == null) {
            out = client.alloc().buffer(BATCH_BYTES);
            batch = out;
        }
        return out;
    }

    private void writeBatch() {
        ByteBuf out = batch;
        if (out != null) {
            batch = null;
            begun = true;
            unflushed = true;
            client.write(out, client.voidPromise());
        }
    }
}
