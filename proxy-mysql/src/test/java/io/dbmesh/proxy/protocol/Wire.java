package io.dbmesh.proxy.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Bytes as a test writes them down: hexadecimal, {@code 'text'} in quotes, and comments from {@code #} to the line's end. */
public final class Wire {

    private Wire() {}

    public static byte[] bytes(String annotated) {
        ByteBuf out = Unpooled.buffer();
        for (String line : annotated.split("\n", -1)) {
            write(out, line);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static void write(ByteBuf out, String line) {
        int at = 0;
        while (at < line.length() && line.charAt(at) != '#') {
            char next = line.charAt(at);
            if (next == ' ') {
                at++;
            } else if (next == '\'') {
                int end = line.indexOf('\'', at + 1);
                out.writeBytes(line.substring(at + 1, end).getBytes(UTF_8));
                at = end + 1;
            } else {
                out.writeByte(Integer.parseInt(line.substring(at, at + 2), 16));
                at += 2;
            }
        }
    }

    /** One packet. */
    public static byte[] packet(int sequence, String annotatedPayload) {
        return packet(sequence, bytes(annotatedPayload));
    }

    /** The packets of one payload, of any length. */
    public static byte[] packet(int sequence, byte[] payload) {
        ByteBuf out = Unpooled.buffer(payload.length + 16);
        Packets.write(out, Unpooled.wrappedBuffer(payload), sequence);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        return read(Unpooled.wrappedBuffer(parts));
    }

    /** The readable bytes, which are taken. */
    public static byte[] read(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    /** A column definition's payload for {@code schema.t.name}. */
    static byte[] definition(String schema, String name) {
        ByteBuf out = Unpooled.buffer();
        new ColumnDefinition(schema, "t", "t", name, name, 63, 11, FieldType.LONG, 0, 0).write(out, 0, false);
        out.skipBytes(Packets.HEADER_LENGTH);
        return read(out);
    }

    static final String OK = "00 00 00 02 00 00 00";
    static final String EOF = "fe 00 00 02 00";
    static final String OK_END = "fe 00 00 02 00 00 00";
    static final String ERROR = "ff 28 04 '#42000' 'bad'";
}
