package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Packet headers: three bytes of length, one of sequence. */
public final class Packets {
    public static final int HEADER_LENGTH = 4;
    /** A packet of this length is continued by the next one. */
    public static final int MAX_PAYLOAD = 0xffffff;

    private Packets() {}

    /** Leaves room for a header; {@link #end} fills in the length. For payloads known to be shorter than 16 MiB. */
    public static int begin(ByteBuf out, int sequence) {
        int start = out.writerIndex();
        out.writeMediumLE(0).writeByte(sequence);
        return start;
    }

    public static void end(ByteBuf out, int start) {
        int length = out.writerIndex() - start - HEADER_LENGTH;
        if (length >= MAX_PAYLOAD) {
            throw new IllegalStateException("payload of " + length + " bytes needs several packets");
        }
        out.setMediumLE(start, length);
    }

    /** Writes a payload of any length, cut into packets; returns the sequence number after the last. */
    public static int write(ByteBuf out, ByteBuf payload, int sequence) {
        int next = sequence;
        int length;
        do {
            length = Math.min(payload.readableBytes(), MAX_PAYLOAD);
            out.writeMediumLE(length).writeByte(next++);
            out.writeBytes(payload, length);
        } while (length == MAX_PAYLOAD);
        return next & 0xff;
    }

    /**
     * Sequence number with which the answer to a command of this length begins: a server counts the packets that the
     * payload came in, the empty one that ends a multiple of 16 MiB - 1 among them.
     *
     * @param payloadLength of the whole command, its first byte included
     */
    public static int answerSequence(int payloadLength) {
        return payloadLength / MAX_PAYLOAD + 1 & 0xff;
    }

    /** A command packet with one byte of command and an argument, cut into packets where it is long. */
    public static ByteBuf command(ByteBufAllocator allocator, int command, byte[] argument) {
        int length = argument.length + 1;
        ByteBuf out = allocator.buffer(length + HEADER_LENGTH * (2 + length / MAX_PAYLOAD));
        if (length < MAX_PAYLOAD) {
            return out.writeMediumLE(length).writeByte(0).writeByte(command).writeBytes(argument);
        }
        out.writeMediumLE(MAX_PAYLOAD).writeByte(0).writeByte(command).writeBytes(argument, 0, MAX_PAYLOAD - 1);
        int sequence = 1;
        int offset = MAX_PAYLOAD - 1;
        int part;
        do {
            part = Math.min(argument.length - offset, MAX_PAYLOAD);
            out.writeMediumLE(part).writeByte(sequence++).writeBytes(argument, offset, part);
            offset += part;
        } while (part == MAX_PAYLOAD);
        return out;
    }
}
