package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A column of a result: the payload of its Protocol::ColumnDefinition41 and what the merge needs of it. Immutable. */
public final class ResultColumn {
    private static final int FIXED_LENGTH = 0x0c;
    private static final int LENGTH_AT = 2;
    private static final int FLAGS_AT = 7;
    private static final int DECIMALS_AT = 9;

    private final byte[] definition;
    private final String table;
    private final String name;
    private final int fixedAt;

    private ResultColumn(byte[] definition, String table, String name, int fixedAt) {
        this.definition = definition;
        this.table = table;
        this.name = name;
        this.fixedAt = fixedAt;
    }

    /**
     * Copies a payload; the buffer stays the caller's, its indexes stay where they are.
     *
     * @throws IndexOutOfBoundsException when the payload ends early
     */
    public static ResultColumn read(ByteBuf payload) {
        byte[] definition = new byte[payload.readableBytes()];
        payload.getBytes(payload.readerIndex(), definition);
        ByteBuf in = payload.duplicate();
        int start = in.readerIndex();
        skipString(in); // catalog
        skipString(in); // schema
        String table = readString(in);
        skipString(in); // original table
        String name = readString(in);
        skipString(in); // original name
        if (in.readableBytes() > 1 + FIXED_LENGTH) {
            skipString(in); // MariaDB's extended metadata
        }
        int fixedLength = in.readUnsignedByte();
        if (fixedLength != FIXED_LENGTH || in.readableBytes() < FIXED_LENGTH) {
            throw new IndexOutOfBoundsException("definition of column " + name + " ends early");
        }
        return new ResultColumn(definition, table, name, in.readerIndex() - start);
    }

    private static String readString(ByteBuf in) {
        int length = length(in);
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    private static void skipString(ByteBuf in) {
        in.skipBytes(length(in));
    }

    private static int length(ByteBuf in) {
        int at = in.readerIndex();
        int bytes = LengthEncoding.bytes(in, at);
        in.skipBytes(bytes);
        return LengthEncoding.length(in, at);
    }

    /** The alias of the table, or the empty string for an expression. */
    public String table() {
        return table;
    }

    /** The alias of the column. */
    public String name() {
        return name;
    }

    /** Collation id of the character set that the client reads; 63 for what has none. */
    public int charset() {
        return u8(0) | u8(1) << 8;
    }

    /** Most bytes of a value, unsigned 32 bits. */
    public long length() {
        return u8(2) | u8(3) << 8 | u8(4) << 16 | (long) u8(5) << 24;
    }

    /** {@link WireType}. */
    public int type() {
        return u8(6);
    }

    public int flags() {
        return u8(FLAGS_AT) | u8(FLAGS_AT + 1) << 8;
    }

    /** Digits after the point; 31 for floating point as long as it takes. */
    public int decimals() {
        return u8(DECIMALS_AT);
    }

    /** Writes the payload, without packet header. */
    public void write(ByteBuf out) {
        out.writeBytes(definition);
    }

    boolean isUnsigned() {
        return (flags() & WireType.UNSIGNED_FLAG) != 0;
    }

    boolean isBinary() {
        return charset() == WireType.BINARY_CHARSET;
    }

    /** What makes it impossible to have the values of both in one column, or null. */
    @Nullable String differenceTo(ResultColumn other) {
        if (type() != other.type()) {
            return "column " + name + " has wire type " + type() + " and " + other.type();
        }
        if (isUnsigned() != other.isUnsigned()) {
            return "column " + name + " is unsigned in one of them only";
        }
        if (isBinary() != other.isBinary()) {
            return "column " + name + " has a character set in one of them only";
        }
        return null;
    }

    /** This with the longest length, the most decimals, and NOT NULL only if both say so. */
    ResultColumn widened(ResultColumn other) {
        long length = Math.max(length(), other.length());
        int flags = flags();
        if ((other.flags() & WireType.NOT_NULL_FLAG) == 0) {
            flags &= ~WireType.NOT_NULL_FLAG;
        }
        int decimals = Math.max(decimals(), other.decimals());
        if (length == length() && flags == flags() && decimals == decimals()) {
            return this;
        }
        byte[] wider = Arrays.copyOf(definition, definition.length);
        for (int i = 0; i < 4; i++) {
            wider[fixedAt + LENGTH_AT + i] = (byte) (length >>> (8 * i));
        }
        wider[fixedAt + FLAGS_AT] = (byte) flags;
        wider[fixedAt + FLAGS_AT + 1] = (byte) (flags >>> 8);
        wider[fixedAt + DECIMALS_AT] = (byte) decimals;
        return new ResultColumn(wider, table, name, fixedAt);
    }

    private int u8(int offset) {
        return definition[fixedAt + offset] & 0xff;
    }

    @Override
    public String toString() {
        return name + " (type " + type() + ", charset " + charset() + ", flags " + flags() + ")";
    }
}
