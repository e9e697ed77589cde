package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * OK_Packet.
 *
 * @param affectedRows unsigned
 * @param lastInsertId unsigned; 0 when no key was generated
 * @param status {@link ServerStatus} flags
 * @param warnings 0..65535
 * @param info text for people, such as {@code Records: 3  Duplicates: 0  Warnings: 0}; often empty
 */
public record OkPacket(long affectedRows, long lastInsertId, int status, int warnings, String info) {

    public static final int HEADER = 0x00;
    /** Header of the OK packet that ends a result set under DEPRECATE_EOF, and of an EOF packet. */
    public static final int EOF_HEADER = 0xfe;

    /** Nothing was changed. */
    public static OkPacket of(int status) {
        return new OkPacket(0, 0, status, 0, "");
    }

    /** Reads a payload whose header byte is still to be read. */
    public static OkPacket read(ByteBuf payload) {
        if (!payload.isReadable()) {
            throw new ProtocolException("OK packet expected, found an empty one");
        }
        payload.skipBytes(1);
        long affectedRows = LengthEncoded.readInteger(payload);
        long lastInsertId = LengthEncoded.readInteger(payload);
        if (payload.readableBytes() < 4) {
            throw new ProtocolException("OK packet ends before its status flags");
        }
        int status = payload.readUnsignedShortLE();
        int warnings = payload.readUnsignedShortLE();
        String info = payload.isReadable() ? LengthEncoded.readString(payload) : "";
        return new OkPacket(affectedRows, lastInsertId, status, warnings, info);
    }

    /** Writes the whole packet. */
    public void write(ByteBuf out, int sequence) {
        write(out, sequence, HEADER);
    }

    /**
     * Writes the whole packet for a client with SESSION_TRACK.
     *
     * @param changes of the session since the last packet that told of them; may be empty
     */
    public void write(ByteBuf out, int sequence, SessionChanges changes) {
        if (changes.isEmpty()) {
            write(out, sequence);
            return;
        }
        int start = Packets.begin(out, sequence);
        out.writeByte(HEADER);
        writeNumbers(out, status | ServerStatus.SESSION_STATE_CHANGED);
        LengthEncoded.writeString(out, info);
        changes.write(out);
        Packets.end(out, start);
    }

    private void writeNumbers(ByteBuf out, int flags) {
        LengthEncoded.writeInteger(out, affectedRows);
        LengthEncoded.writeInteger(out, lastInsertId);
        out.writeShortLE(flags).writeShortLE(Math.min(warnings, 0xffff));
    }

    /** Writes the packet that ends a result set: an OK packet with another header, or the older EOF packet. */
    public static void writeEnd(ByteBuf out, int sequence, boolean deprecateEof, int status, int warnings) {
        if (deprecateEof) {
            new OkPacket(0, 0, status, warnings, "").write(out, sequence, EOF_HEADER);
        } else {
            writeEof(out, sequence, status, warnings);
        }
    }

    /** Writes EOF_Packet. */
    public static void writeEof(ByteBuf out, int sequence, int status, int warnings) {
        out.writeMediumLE(5).writeByte(sequence);
        out.writeByte(EOF_HEADER).writeShortLE(warnings).writeShortLE(status);
    }

    private void write(ByteBuf out, int sequence, int header) {
        int start = Packets.begin(out, sequence);
        out.writeByte(header);
        writeNumbers(out, status);
        if (!info.isEmpty()) {
            // The manual shows string<EOF>, the server writes a length before the text; clients read the latter.
            LengthEncoded.writeString(out, info);
        }
        Packets.end(out, start);
    }
}
