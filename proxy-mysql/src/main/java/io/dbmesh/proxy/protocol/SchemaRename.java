package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Puts the names of schemas that a client knows in place of the names that their databases have on a server: in column
 * definitions, and in the texts of errors. Immutable.
 */
public final class SchemaRename {

    /** 0x03 'd' 'e' 'f'. */
    private static final int DEFINITION = 0x03646566;

    /** Rows behind the definitions that are copied along, so that a small answer is one buffer and one write. */
    private static final int MAX_COPIED_BYTES = 4096;

    private final List<Name> names;
    private final byte[][] physical;
    private final byte[][] logical;

    /**
     * One database.
     *
     * @param physical its name on the server
     * @param logical the schema's name at the client
     */
    public record Name(String physical, String logical) {}

    /** @param names the databases of one server whose names differ, the most used one first */
    public SchemaRename(List<Name> names) {
        this.names = List.copyOf(names);
        this.physical = new byte[names.size()][];
        this.logical = new byte[names.size()][];
        for (int i = 0; i < names.size(); i++) {
            physical[i] = names.get(i).physical().getBytes(StandardCharsets.UTF_8);
            logical[i] = names.get(i).logical().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Of one database only. */
    public SchemaRename(String physical, String logical) {
        this(List.of(new Name(physical, logical)));
    }

    /**
     * Rewrites the packets of an answer up to its first row. Sequence numbers stay as they are.
     *
     * @param packets whole packets; stays the caller's
     * @return the packets as the client is to see them, with room behind them for a few small rows
     */
    public ByteBuf rewrite(ByteBuf packets, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(packets.readableBytes() + MAX_COPIED_BYTES);
        try {
            while (packets.isReadable()) {
                rewritePacket(packets, out);
            }
        } catch (ProtocolException malformed) {
            out.release();
            throw malformed;
        }
        return out;
    }

    private void rewritePacket(ByteBuf packets, ByteBuf out) {
        if (packets.readableBytes() < Packets.HEADER_LENGTH) {
            throw new ProtocolException("definitions end within a packet's header");
        }
        int start = packets.readerIndex();
        int length = packets.getUnsignedMediumLE(start);
        int sequence = packets.getUnsignedByte(start + 3);
        if (length > packets.readableBytes() - Packets.HEADER_LENGTH) {
            throw new ProtocolException("definitions end within packet " + sequence);
        }
        int payload = start + Packets.HEADER_LENGTH;
        if (length > 0 && packets.getUnsignedByte(payload) == ErrorPacket.HEADER) {
            rewrite(ErrorPacket.read(packets.skipBytes(Packets.HEADER_LENGTH).readSlice(length)))
                    .write(out, sequence);
        } else if (length > 4 && packets.getInt(payload) == DEFINITION) {
            // A definition begins with its catalog "def". OK and EOF packets begin with 0x00 and 0xFE, and a packet
            // that
            // counts columns is shorter.
            packets.skipBytes(Packets.HEADER_LENGTH);
            copyRenamed(packets, payload + length, out, sequence);
        } else {
            out.writeBytes(packets, Packets.HEADER_LENGTH + length);
        }
    }

    /**
     * Writes one column definition with its packet header, whose sequence number is 0.
     *
     * @param definition a payload, which is read to its end
     */
    public void rewriteDefinition(ByteBuf definition, ByteBuf out) {
        copyRenamed(definition, definition.writerIndex(), out, 0);
    }

    /** Copies a definition's payload with another schema name; everything else stays as the server sent it. */
    private void copyRenamed(ByteBuf in, int end, ByteBuf out, int sequence) {
        int start = Packets.begin(out, sequence);
        int catalog = in.readerIndex();
        LengthEncoded.skipString(in);
        int schema = in.readerIndex();
        int length = LengthEncoded.readLength(in);
        int name = indexOf(in, length);
        in.skipBytes(length);
        if (in.readerIndex() > end) {
            throw new ProtocolException("a column definition ends within its schema's name");
        }
        if (name < 0) {
            out.writeBytes(in, catalog, end - catalog);
        } else {
            out.writeBytes(in, catalog, schema - catalog);
            LengthEncoded.writeBytes(out, logical[name]);
            out.writeBytes(in, in.readerIndex(), end - in.readerIndex());
        }
        in.readerIndex(end);
        Packets.end(out, start);
    }

    /** Which database is named by the next bytes, or -1. */
    private int indexOf(ByteBuf in, int length) {
        for (int i = 0; i < physical.length; i++) {
            if (physical[i].length == length && equals(in, physical[i])) {
                return i;
            }
        }
        return -1;
    }

    private static boolean equals(ByteBuf in, byte[] expected) {
        int start = in.readerIndex();
        for (int i = 0; i < expected.length; i++) {
            if (in.getByte(start + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** A table's name with its database before it, such as {@code shop_0.orders}, as the client knows it. */
    public String qualifiedName(String table) {
        for (Name name : names) {
            if (table.startsWith(name.physical() + ".")) {
                return name.logical() + table.substring(name.physical().length());
            }
        }
        return table;
    }

    /** Servers name the database in messages as {@code 'shop_0.orders'}, {@code 'shop_0'} or {@code `shop_0`}. */
    public ErrorPacket rewrite(ErrorPacket error) {
        String message = error.message();
        for (Name name : names) {
            message = message.replace("'" + name.physical() + ".", "'" + name.logical() + ".")
                    .replace("'" + name.physical() + "'", "'" + name.logical() + "'")
                    .replace("`" + name.physical() + "`", "`" + name.logical() + "`");
        }
        return message.equals(error.message()) ? error : new ErrorPacket(error.errno(), error.sqlState(), message);
    }
}
