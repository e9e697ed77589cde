package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;

/** Length-encoded integers in front of strings, read at absolute places. */
final class LengthEncoding {
    /** Stands for NULL where a text row has a length. */
    static final int NULL = 0xfb;

    private LengthEncoding() {}

    /** Bytes of the length itself. */
    static int bytes(ByteBuf in, int at) {
        return switch (in.getUnsignedByte(at)) {
            case 0xfc -> 3;
            case 0xfd -> 4;
            case 0xfe -> 9;
            default -> 1;
        };
    }

    /**
     * The length at a place.
     *
     * @throws IndexOutOfBoundsException when it is longer than any packet
     */
    static int length(ByteBuf in, int at) {
        int first = in.getUnsignedByte(at);
        switch (first) {
            case 0xfc -> {
                return in.getUnsignedShortLE(at + 1);
            }
            case 0xfd -> {
                return in.getUnsignedMediumLE(at + 1);
            }
            case 0xfe -> {
                long length = in.getLongLE(at + 1);
                if (length < 0 || length > Integer.MAX_VALUE) {
                    throw new IndexOutOfBoundsException("a value of " + Long.toUnsignedString(length) + " bytes");
                }
                return (int) length;
            }
            case NULL, 0xff -> throw new IndexOutOfBoundsException("a length begins with " + first);
            default -> {
                return first;
            }
        }
    }

    static void write(ByteBuf out, byte[] value) {
        int length = value.length;
        if (length < NULL) {
            out.writeByte(length);
        } else if (length < 1 << 16) {
            out.writeByte(0xfc).writeShortLE(length);
        } else if (length < 1 << 24) {
            out.writeByte(0xfd).writeMediumLE(length);
        } else {
            out.writeByte(0xfe).writeLongLE(length);
        }
        out.writeBytes(value);
    }
}
