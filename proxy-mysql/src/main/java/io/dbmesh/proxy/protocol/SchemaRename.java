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
        boolean inDefinitions = false;
        while (packets.readableBytes() >= Packets.HEADER_LENGTH) {
            int length = packets.readUnsignedMediumLE();
            int sequence = packets.readUnsignedByte();
            ByteBuf payload = packets.readSlice(length);
            int first = length == 0 ? 0 : payload.getUnsignedByte(payload.readerIndex());
            if (first == ErrorPacket.HEADER) {
                rewrite(ErrorPacket.read(payload)).write(out, sequence);
            } else if (inDefinitions && first == DEFINITION) {
                ColumnDefinition.copyRenamed(payload, out, sequence, from, to);
            } else {
                out.writeMediumLE(length).writeByte(sequence).writeBytes(payload);
                inDefinitions = true;
            }
        }
        return out;
    }

    /** A definition begins with the length of its catalog "def", which no EOF or OK packet has as its first byte. */
    private static final int DEFINITION = 3;

    /** Servers name the database in messages as {@code 'shop_0.orders'}, {@code 'shop_0'} or {@code `shop_0`}. */
    public ErrorPacket rewrite(ErrorPacket error) {
        String message = error.message()
                .replace("'" + physical + ".", "'" + logical + ".")
                .replace("'" + physical + "'", "'" + logical + "'")
                .replace("`" + physical + "`", "`" + logical + "`");
        return message.equals(error.message()) ? error : new ErrorPacket(error.errno(), error.sqlState(), message);
    }
}
