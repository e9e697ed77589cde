package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Puts the name of the schema that a client knows in place of the name that the database has on a shard: in column
 * definitions, and in the texts of errors.
 *
 * @param physical the database's name on the server
 * @param logical the schema's name at the client
 */
public record SchemaRename(String physical, String logical) {

    /**
     * Rewrites the packets of an answer up to its first row. Sequence numbers stay as they are.
     *
     * @param packets whole packets; stays the caller's
     * @param answer what has scanned them
     * @return the packets as the client is to see them
     */
    public ByteBuf rewrite(ByteBuf packets, ResponseScanner answer, ByteBufAllocator allocator) {
        byte[] from = physical.getBytes(StandardCharsets.UTF_8);
        byte[] to = logical.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = allocator.buffer(packets.readableBytes() + 64);
        try {
            while (packets.isReadable()) {
                rewritePacket(packets, out, from, to);
            }
        } catch (ProtocolException malformed) {
            out.release();
            throw malformed;
        }
        return out;
    }

    private void rewritePacket(ByteBuf packets, ByteBuf out, byte[] from, byte[] to) {
        if (packets.readableBytes() < Packets.HEADER_LENGTH) {
            throw new ProtocolException("definitions end within a packet's header");
        }
        int length = packets.readUnsignedMediumLE();
        int sequence = packets.readUnsignedByte();
        if (length > packets.readableBytes()) {
            throw new ProtocolException("definitions end within packet " + sequence);
        }
        ByteBuf payload = packets.readSlice(length);
        if (length > 0 && payload.getUnsignedByte(payload.readerIndex()) == ErrorPacket.HEADER) {
            rewrite(ErrorPacket.read(payload)).write(out, sequence);
        } else if (isDefinition(payload)) {
            ColumnDefinition.copyRenamed(payload, out, sequence, from, to);
        } else {
            out.writeMediumLE(length).writeByte(sequence).writeBytes(payload);
        }
    }

    /**
     * Writes one column definition with its packet header, whose sequence number is 0.
     *
     * @param definition a payload, which is read to its end
     */
    public void rewriteDefinition(ByteBuf definition, ByteBuf out) {
        byte[] from = physical.getBytes(StandardCharsets.UTF_8);
        ColumnDefinition.copyRenamed(definition, out, 0, from, logical.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A definition begins with its catalog, always "def" with its length before it. Nothing else does: OK and EOF packets
     * begin with 0x00 and 0xFE, and a packet that counts columns is shorter than 4 bytes.
     */
    private static boolean isDefinition(ByteBuf payload) {
        return payload.readableBytes() > 4 && payload.getInt(payload.readerIndex()) == DEFINITION;
    }

    /** 0x03 'd' 'e' 'f'. */
    private static final int DEFINITION = 0x03646566;

    /** Servers name the database in messages as {@code 'shop_0.orders'}, {@code 'shop_0'} or {@code `shop_0`}. */
    public ErrorPacket rewrite(ErrorPacket error) {
        String message = error.message()
                .replace("'" + physical + ".", "'" + logical + ".")
                .replace("'" + physical + "'", "'" + logical + "'")
                .replace("`" + physical + "`", "`" + logical + "`");
        return message.equals(error.message()) ? error : new ErrorPacket(error.errno(), error.sqlState(), message);
    }
}
