package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Length-encoded integers and strings; the one place that knows their layout. */
public final class LengthEncoded {
    /** Stands for NULL where a text row has a length. */
    public static final int NULL = 0xfb;

    private static final int TWO_BYTES = 0xfc;
    private static final int THREE_BYTES = 0xfd;
    private static final int EIGHT_BYTES = 0xfe;

    private LengthEncoded() {}

    /**
     * Reads an integer.
     *
     * @return the value; of the unsigned 64-bit range, so a negative result is 2^63 or more
     * @throws ProtocolException when the buffer ends before it, or its first byte begins no integer
     */
    public static long readInteger(ByteBuf in) {
        require(in, 1);
        int first = in.readUnsignedByte();
        switch (first) {
            case TWO_BYTES -> {
                require(in, 2);
                return in.readUnsignedShortLE();
            }
            case THREE_BYTES -> {
                require(in, 3);
                return in.readUnsignedMediumLE();
            }
            case EIGHT_BYTES -> {
                require(in, 8);
                return in.readLongLE();
            }
            case NULL, 0xff ->
                throw new ProtocolException("length-encoded integer begins with 0x" + Integer.toHexString(first));
            default -> {
                return first;
            }
        }
    }

    /** Reads a length that the rest of the buffer must be able to hold. */
    public static int readLength(ByteBuf in) {
        long length = readInteger(in);
        if (length < 0 || length > in.readableBytes()) {
            throw new ProtocolException("length-encoded string of " + Long.toUnsignedString(length)
                    + " bytes, but the packet has only " + in.readableBytes() + " more");
        }
        return (int) length;
    }

    /** Reads a string in UTF-8. */
    public static String readString(ByteBuf in) {
        int length = readLength(in);
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    /** Skips a string. */
    public static void skipString(ByteBuf in) {
        in.skipBytes(readLength(in));
    }

    public static void writeInteger(ByteBuf out, long value) {
        if (value >= 0 && value < NULL) {
            out.writeByte((int) value);
        } else if (value >= 0 && value < 1 << 16) {
            out.writeByte(TWO_BYTES).writeShortLE((int) value);
        } else if (value >= 0 && value < 1 << 24) {
            out.writeByte(THREE_BYTES).writeMediumLE((int) value);
        } else {
            out.writeByte(EIGHT_BYTES).writeLongLE(value);
        }
    }

    public static void writeBytes(ByteBuf out, byte[] bytes) {
        writeInteger(out, bytes.length);
        out.writeBytes(bytes);
    }

    public static void writeString(ByteBuf out, String text) {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void require(ByteBuf in, int bytes) {
        if (in.readableBytes() < bytes) {
            throw new ProtocolException(
                    "packet ends early: " + bytes + " bytes expected, " + in.readableBytes() + " left");
        }
    }
}
