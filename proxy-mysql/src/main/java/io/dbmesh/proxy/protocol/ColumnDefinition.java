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

    /**
     * Copies a definition's payload with another schema name; everything else stays as the server sent it.
     *
     * @param from the database's name at the shard; a column of another database, or of none, is copied as it is
     */
    static void copyRenamed(ByteBuf payload, ByteBuf out, int sequence, byte[] from, byte[] to) {
        int start = Packets.begin(out, sequence);
        int catalogStart = payload.readerIndex();
        LengthEncoded.skipString(payload);
        out.writeBytes(payload, catalogStart, payload.readerIndex() - catalogStart);
        int schemaStart = payload.readerIndex();
        int schemaLength = LengthEncoded.readLength(payload);
        if (equals(payload, schemaLength, from)) {
            payload.skipBytes(schemaLength);
            LengthEncoded.writeBytes(out, to);
        } else {
            payload.skipBytes(schemaLength);
            out.writeBytes(payload, schemaStart, payload.readerIndex() - schemaStart);
        }
        out.writeBytes(payload, payload.readableBytes());
        Packets.end(out, start);
    }

    private static boolean equals(ByteBuf in, int length, byte[] expected) {
        if (length != expected.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
