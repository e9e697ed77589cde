package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a COM_STMT_EXECUTE, found in its bytes without being copied. Reusable, one for each prepared statement:
 * it remembers the types, which a client sends with the first execution only.
 */
public final class ExecuteRequest {

    private static final int UNSIGNED_FLAG = 0x80;
    private static final int[] NONE = {};
    private static final int VALUES_BOUND = 1;
    private static final int READ_ONLY_CURSOR = 1;
    /** Command, statement id, cursor flags, iteration count. */
    private static final int FIXED_LENGTH = 1 + 4 + 1 + 4;

    private final int count;
    private int[] types = NONE;
    private final int[] starts;
    private final int[] lengths;
    private final @Nullable LongData[] longData;
    private byte[] packet = new byte[0];
    private int flags;

    /** @param count parameters of the statement */
    public ExecuteRequest(int count) {
        this.count = count;
        this.starts = new int[count];
        this.lengths = new int[count];
        this.longData = new LongData[count];
    }

    public int count() {
        return count;
    }

    /** Whether the client wants its rows by COM_STMT_FETCH. Servers have no other cursors than such that only read. */
    public boolean wantsCursor() {
        return flags == READ_ONLY_CURSOR;
    }

    /** A value that arrives in pieces; grows by doubling, so that many small pieces do not cost the square of their number. */
    private static final class LongData {
        private byte[] bytes = new byte[64];
        private int length;

        void append(byte[] piece) {
            if (piece.length > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, piece.length), 2 * length));
            }
            System.arraycopy(piece, 0, bytes, length, piece.length);
            length += piece.length;
        }
    }

    /**
     * Appends to a value that the client sends in pieces by COM_STMT_SEND_LONG_DATA. The caller bounds
     * {@link #longDataBytes}.
     *
     * @throws ProtocolException when the statement has no such parameter
     */
    public void appendLongData(int parameter, byte[] piece) {
        if (parameter < 0 || parameter >= count) {
            throw new ProtocolException(
                    "COM_STMT_SEND_LONG_DATA for parameter " + parameter + " of a statement that has " + count);
        }
        LongData value = longData[parameter];
        if (value == null) {
            value = new LongData();
            longData[parameter] = value;
        }
        value.append(piece);
    }

    /** Bytes held of values that were sent in pieces. */
    public long longDataBytes() {
        long bytes = 0;
        for (LongData value : longData) {
            bytes += value == null ? 0 : value.length;
        }
        return bytes;
    }

    /** Forgets values sent in pieces: after an execution, and by COM_STMT_RESET. */
    public void clearLongData() {
        Arrays.fill(longData, null);
    }

    /**
     * Finds the parameters in a payload that begins with the command byte.
     *
     * @throws ProtocolException when it ends early, or the client never said the types
     */
    public void read(ByteBuf payload) {
        if (payload.readableBytes() < FIXED_LENGTH) {
            throw new ProtocolException("COM_STMT_EXECUTE of " + payload.readableBytes() + " bytes");
        }
        packet = new byte[payload.readableBytes()];
        payload.getBytes(payload.readerIndex(), packet);
        flags = packet[5] & 0xff;
        if (count == 0) {
            return;
        }
        int at = FIXED_LENGTH;
        int nulls = at;
        at += (count + 7) / 8;
        require(at + 1, "its null bitmap");
        boolean bound = packet[at++] == VALUES_BOUND;
        if (bound) {
            require(at + 2 * count, "its parameter types");
            int[] sent = new int[count];
            for (int i = 0; i < count; i++) {
                sent[i] = (packet[at] & 0xff) | ((packet[at + 1] & 0xff) << 8);
                at += 2;
            }
            types = sent;
        } else if (types.length == 0) {
            throw new ProtocolException("COM_STMT_EXECUTE without parameter types");
        }
        for (int i = 0; i < count; i++) {
            boolean isNull = (packet[nulls + i / 8] & 1 << i % 8) != 0;
            if (longData[i] != null) {
                starts[i] = at;
                lengths[i] = 0; // as at a server, whatever the null bitmap says
            } else if (isNull || type(i) == FieldType.NULL) {
                starts[i] = at;
                lengths[i] = -1;
            } else {
                at = locate(i, at);
            }
        }
    }

    private int locate(int parameter, int from) {
        int at = from;
        int length =
                switch (type(parameter)) {
                    case FieldType.TINY -> 1;
                    case FieldType.SHORT, FieldType.YEAR -> 2;
                    case FieldType.LONG, FieldType.INT24, FieldType.FLOAT -> 4;
                    case FieldType.LONGLONG, FieldType.DOUBLE -> 8;
                    case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP, FieldType.TIME -> {
                        require(at + 1, "the length of a time");
                        yield packet[at++] & 0xff;
                    }
                    default -> {
                        require(at + 1, "the length of a string");
                        int first = packet[at] & 0xff;
                        if (first == LengthEncoded.NULL || first == 0xff) {
                            throw new ProtocolException("the length of parameter " + parameter + " begins with 0x"
                                    + Integer.toHexString(first));
                        }
                        int size = first < LengthEncoded.NULL ? 1 : first == 0xfc ? 3 : first == 0xfd ? 4 : 9;
                        require(at + size, "the length of a string");
                        long value = lengthAt(at, size);
                        if (value < 0 || value > packet.length) {
                            throw new ProtocolException("parameter " + parameter + " of " + value
                                    + " bytes in a packet of " + packet.length);
                        }
                        at += size;
                        yield (int) value;
                    }
                };
        require(at + length, "the value of parameter " + parameter);
        starts[parameter] = at;
        lengths[parameter] = length;
        return at + length;
    }

    private long lengthAt(int at, int size) {
        return size == 1 ? packet[at] & 0xff : littleEndian(at + 1, size - 1);
    }

    private void require(int length, String what) {
        if (length > packet.length || length < 0) {
            throw new ProtocolException(
                    "COM_STMT_EXECUTE of " + packet.length + " bytes ends before " + what + " (at " + length + ")");
        }
    }

    public boolean isNull(int parameter) {
        return lengths[parameter] < 0;
    }

    /** Whether the value was sent in pieces. */
    public boolean isLongData(int parameter) {
        return longData[parameter] != null;
    }

    /** The {@link FieldType} of a parameter. */
    public int type(int parameter) {
        return types[parameter] & 0xff;
    }

    public boolean isUnsigned(int parameter) {
        return (types[parameter] >> 8 & UNSIGNED_FLAG) != 0;
    }

    /** The value of a parameter of an integer type, sign- or zero-extended to 64 bits. */
    public long longValue(int parameter) {
        int length = lengths[parameter];
        long value = littleEndian(starts[parameter], length);
        if (isUnsigned(parameter) || length == 8) {
            return value;
        }
        int shift = 64 - 8 * length;
        return value << shift >> shift;
    }

    /** The value of a FLOAT or DOUBLE parameter. */
    public double doubleValue(int parameter) {
        long bits = littleEndian(starts[parameter], lengths[parameter]);
        return type(parameter) == FieldType.FLOAT ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    /** The bytes of a string parameter. */
    public byte[] bytes(int parameter) {
        LongData pieces = longData[parameter];
        return pieces != null
                ? Arrays.copyOf(pieces.bytes, pieces.length)
                : Arrays.copyOfRange(packet, starts[parameter], starts[parameter] + lengths[parameter]);
    }

    private long littleEndian(int at, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << 8) | (packet[at + i] & 0xff);
        }
        return value;
    }

    /** One value of a server's statement. */
    public sealed interface Value {
        /** The client's own parameter, as it came. */
        record OfClient(int parameter) implements Value {}

        /** A number made by the mesh. */
        record OfMesh(long value, boolean unsigned) implements Value {}
    }

    /**
     * Writes the payload of a COM_STMT_EXECUTE for a server, always with types: the server may not have heard them.
     *
     * @param statementId the server's
     * @param cursor whether the rows are to stay at the server
     * @param values for each marker of the server's statement
     */
    public void write(ByteBuf out, int statementId, boolean cursor, Value[] values) {
        out.writeByte(CommandByte.STMT_EXECUTE)
                .writeIntLE(statementId)
                .writeByte(cursor ? READ_ONLY_CURSOR : 0)
                .writeIntLE(1);
        if (values.length == 0) {
            return;
        }
        byte[] nulls = new byte[(values.length + 7) / 8];
        for (int i = 0; i < values.length; i++) {
            boolean isNull =
                    switch (values[i]) {
                        case Value.OfClient own -> isNull(own.parameter());
                        case Value.OfMesh own -> false;
                    };
            if (isNull) {
                nulls[i / 8] |= (byte) (1 << i % 8);
            }
        }
        out.writeBytes(nulls).writeByte(VALUES_BOUND);
        for (Value value : values) {
            switch (value) {
                case Value.OfClient own -> out.writeShortLE(writtenType(own.parameter()));
                case Value.OfMesh own ->
                    out.writeByte(FieldType.LONGLONG).writeByte(own.unsigned() ? UNSIGNED_FLAG : 0);
            }
        }
        for (Value value : values) {
            switch (value) {
                case Value.OfClient own -> writeValue(out, own.parameter());
                case Value.OfMesh own -> out.writeLongLE(own.value());
            }
        }
    }

    /** What was sent in pieces is written as a string, so it must be declared as one even if the client did not. */
    private int writtenType(int parameter) {
        if (longData[parameter] == null) {
            return types[parameter];
        }
        return switch (type(parameter)) {
            case FieldType.TINY,
                    FieldType.SHORT,
                    FieldType.YEAR,
                    FieldType.LONG,
                    FieldType.INT24,
                    FieldType.FLOAT,
                    FieldType.LONGLONG,
                    FieldType.DOUBLE,
                    FieldType.NULL,
                    FieldType.DATE,
                    FieldType.DATETIME,
                    FieldType.TIMESTAMP,
                    FieldType.TIME -> FieldType.VAR_STRING;
            default -> types[parameter];
        };
    }

    private void writeValue(ByteBuf out, int parameter) {
        if (isNull(parameter)) {
            return;
        }
        LongData pieces = longData[parameter];
        if (pieces != null) {
            LengthEncoded.writeInteger(out, pieces.length);
            out.writeBytes(pieces.bytes, 0, pieces.length);
            return;
        }
        switch (type(parameter)) {
            case FieldType.TINY,
                    FieldType.SHORT,
                    FieldType.YEAR,
                    FieldType.LONG,
                    FieldType.INT24,
                    FieldType.FLOAT,
                    FieldType.LONGLONG,
                    FieldType.DOUBLE -> {}
            case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP, FieldType.TIME ->
                out.writeByte(lengths[parameter]);
            default -> LengthEncoded.writeInteger(out, lengths[parameter]);
        }
        out.writeBytes(packet, starts[parameter], lengths[parameter]);
    }
}
