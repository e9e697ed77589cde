package io.dbmesh.proxy.protocol;

import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * ERR_Packet.
 *
 * @param errno MySQL's error number, 1..65535
 * @param sqlState five characters
 * @param message what the client shows
 */
public record ErrorPacket(int errno, String sqlState, String message) {

    /** First byte of the payload. */
    public static final int HEADER = 0xff;

    private static final int SQL_STATE_LENGTH = 5;

    /** An error of the mesh itself. */
    public static ErrorPacket of(MeshException error) {
        return new ErrorPacket(error.error().errno(), error.error().sqlState(), error.message());
    }

    /**
     * Reads a payload.
     *
     * @throws ProtocolException when it is no error packet
     */
    public static ErrorPacket read(ByteBuf payload) {
        if (payload.readableBytes() < 3 || payload.readUnsignedByte() != HEADER) {
            throw new ProtocolException("error packet expected");
        }
        int errno = payload.readUnsignedShortLE();
        String sqlState = "HY000";
        if (payload.readableBytes() > SQL_STATE_LENGTH && payload.getByte(payload.readerIndex()) == '#') {
            payload.skipBytes(1);
            sqlState = payload.readCharSequence(SQL_STATE_LENGTH, StandardCharsets.US_ASCII)
                    .toString();
        }
        String message = payload.readCharSequence(payload.readableBytes(), StandardCharsets.UTF_8)
                .toString();
        return new ErrorPacket(errno, sqlState, message);
    }

    /** Writes the whole packet. */
    public void write(ByteBuf out, int sequence) {
        int start = Packets.begin(out, sequence);
        out.writeByte(HEADER).writeShortLE(errno).writeByte('#');
        out.writeCharSequence(sqlState, StandardCharsets.US_ASCII);
        out.writeCharSequence(message, StandardCharsets.UTF_8);
        Packets.end(out, start);
    }
}
