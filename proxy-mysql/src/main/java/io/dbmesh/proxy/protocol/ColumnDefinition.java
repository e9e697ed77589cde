package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * Protocol::ColumnDefinition41.
 *
 * @param charset id of the column's collation; 63 is binary
 * @param length longest value in bytes, unsigned 32 bits
 * @param type {@link FieldType}
 * @param flags NOT_NULL, PRI_KEY and so on, as the server sent them
 * @param decimals shown digits after the point; 31 for floating point, 0 for integers
 */
public record ColumnDefinition(
        String schema,
        String table,
        String originalTable,
        String name,
        String originalName,
        int charset,
        long length,
        int type,
        int flags,
        int decimals) {

    private static final int FIXED_LENGTH = 0x0c;

    /** A column of the proxy's own making, such as those of {@code MESH SHOW}. */
    public static ColumnDefinition text(String name) {
        return new ColumnDefinition("", "", "", name, "", 255, 1024, FieldType.VAR_STRING, 0, 0);
    }

    /** A whole number of the proxy's own making. */
    public static ColumnDefinition integer(String name) {
        return new ColumnDefinition("", "", "", name, "", 63, 20, FieldType.LONGLONG, 0x81, 0);
    }

    /** Reads a payload. */
    public static ColumnDefinition read(ByteBuf in) {
        LengthEncoded.skipString(in); // catalog, always "def"
        String schema = LengthEncoded.readString(in);
        String table = LengthEncoded.readString(in);
        String originalTable = LengthEncoded.readString(in);
        String name = LengthEncoded.readString(in);
        String originalName = LengthEncoded.readString(in);
        if (in.readableBytes() > 1 + FIXED_LENGTH) {
            LengthEncoded.skipString(in); // MariaDB's extended metadata
        }
        long fixed = LengthEncoded.readInteger(in);
        if (fixed != FIXED_LENGTH || in.readableBytes() < FIXED_LENGTH) {
            throw new ProtocolException("column definition of " + name + " ends early");
        }
        int charset = in.readUnsignedShortLE();
        long length = in.readUnsignedIntLE();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedShortLE();
        int decimals = in.readUnsignedByte();
        return new ColumnDefinition(
                schema, table, originalTable, name, originalName, charset, length, type, flags, decimals);
    }

    /**
     * Writes the whole packet.
     *
     * @param extended whether the client knows of MariaDB's extended metadata, of which there is none here
     */
    public void write(ByteBuf out, int sequence, boolean extended) {
        int start = Packets.begin(out, sequence);
        LengthEncoded.writeString(out, "def");
        LengthEncoded.writeString(out, schema);
        LengthEncoded.writeString(out, table);
        LengthEncoded.writeString(out, originalTable);
        LengthEncoded.writeString(out, name);
        LengthEncoded.writeString(out, originalName);
        if (extended) {
            out.writeByte(0);
        }
        out.writeByte(FIXED_LENGTH)
                .writeShortLE(charset)
                .writeIntLE((int) length)
                .writeByte(type)
                .writeShortLE(flags)
                .writeByte(decimals)
                .writeShortLE(0);
        Packets.end(out, start);
    }
}
