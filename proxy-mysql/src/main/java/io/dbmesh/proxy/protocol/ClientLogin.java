package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The login of DBMesh at a MySQL server: give it each packet that the server sends, send what it returns, until it is
 * {@linkplain #isDone done} or has {@linkplain #error() failed}.
 *
 * <p>Both {@code mysql_native_password} and {@code caching_sha2_password} are spoken, the latter's full authentication
 * through the server's RSA key.
 */
public final class ClientLogin {

    private enum Phase {
        GREETING,
        AUTHENTICATION,
        PUBLIC_KEY,
        DONE,
        FAILED
    }

    /** Bodies of the packet 0x01 ("more data") of caching_sha2_password, and the request for the server's key. */
    private static final int MORE_DATA = 0x01;

    private static final int FAST_AUTHENTICATION_OK = 0x03;
    private static final int FULL_AUTHENTICATION = 0x04;
    private static final int REQUEST_PUBLIC_KEY = 0x02;
    private static final int AUTH_SWITCH = 0xfe;
    private static final int PROTOCOL_VERSION = 10;
    private static final int MAX_PACKET = 1 << 30;
    /** Without these the server would answer in another layout, or count otherwise, than the client was promised. */
    private static final long NEEDED = Capabilities.PROTOCOL_41
            | Capabilities.SECURE_CONNECTION
            | Capabilities.DEPRECATE_EOF
            | Capabilities.FOUND_ROWS
            | Capabilities.IGNORE_SPACE
            | Capabilities.CONNECT_WITH_DB
            | Capabilities.EXTENDED_METADATA;

    private final String user;
    private final String password;
    private final String database;
    private final long capabilities;
    private final int charset;

    private Phase phase = Phase.GREETING;
    private String plugin = Scramble.NATIVE;
    private byte[] nonce = new byte[0];
    private String serverVersion = "";
    private long threadId;
    private @Nullable ErrorPacket error;

    /**
     * A login to come.
     *
     * @param database to be the current one, or empty for none
     * @param capabilities flags beyond those that every connection asks for
     * @param charset id of the collation of the connection, 1..255
     */
    public ClientLogin(String user, String password, String database, long capabilities, int charset) {
        this.user = user;
        this.password = password;
        this.database = database;
        this.capabilities = Capabilities.ASKED | capabilities | (database.isEmpty() ? 0 : Capabilities.CONNECT_WITH_DB);
        this.charset = charset;
    }

    public boolean isDone() {
        return phase == Phase.DONE;
    }

    /** Why the server refused, or null. */
    public @Nullable ErrorPacket error() {
        return error;
    }

    /** As the server's greeting says it. */
    public String serverVersion() {
        return serverVersion;
    }

    /** The server's id of the connection. */
    public long threadId() {
        return threadId;
    }

    /**
     * Takes one packet, header included, without releasing it.
     *
     * @return the packet to send, or null when the server's next one is to be waited for
     * @throws ProtocolException when it is not what a server says at this point
     */
    public @Nullable ByteBuf received(ByteBuf packet, ByteBufAllocator allocator) {
        ByteBuf payload = packet.duplicate();
        int sequence = payload.skipBytes(3).readUnsignedByte();
        if (!payload.isReadable()) {
            throw new ProtocolException("login: an empty packet in phase " + phase);
        }
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == ErrorPacket.HEADER) {
            error = ErrorPacket.read(payload);
            phase = Phase.FAILED;
            return null;
        }
        return switch (phase) {
            case GREETING -> greeted(payload, sequence + 1, allocator);
            case AUTHENTICATION -> authenticating(payload, first, sequence + 1, allocator);
            case PUBLIC_KEY -> publicKey(payload, first, sequence + 1, allocator);
            case DONE, FAILED -> throw new ProtocolException("login: a packet after its end");
        };
    }

    private ByteBuf greeted(ByteBuf in, int sequence, ByteBufAllocator allocator) {
        int version = in.readUnsignedByte();
        if (version != PROTOCOL_VERSION) {
            throw new ProtocolException("login: protocol version " + version + ", " + PROTOCOL_VERSION + " expected");
        }
        serverVersion = readNullTerminated(in);
        if (in.readableBytes() < 31) {
            throw new ProtocolException("login: greeting ends early");
        }
        threadId = in.readUnsignedIntLE();
        byte[] scramble = new byte[Scramble.NONCE_LENGTH];
        in.readBytes(scramble, 0, 8).skipBytes(1);
        long flags = in.readUnsignedShortLE();
        in.skipBytes(1 + 2);
        flags |= (long) in.readUnsignedShortLE() << 16;
        in.skipBytes(1 + 6);
        long beyond = in.readUnsignedIntLE() << 32;
        if ((flags & Capabilities.LONG_PASSWORD) == 0) {
            flags |= beyond;
        }
        if (in.readableBytes() < 12) {
            throw new ProtocolException("login: greeting ends before its nonce");
        }
        in.readBytes(scramble, 8, 12);
        nonce = scramble;
        if ((flags & Capabilities.PROTOCOL_41) == 0) {
            throw new ProtocolException("login: the server " + serverVersion + " is older than MySQL 4.1");
        }
        if ((flags & Capabilities.PLUGIN_AUTH) != 0) {
            in.skipBytes(Math.min(1, in.readableBytes()));
            String offered = readNullTerminated(in);
            plugin = Scramble.isSupported(offered) ? offered : Scramble.NATIVE;
        }
        phase = Phase.AUTHENTICATION;
        return response(sequence, flags, allocator);
    }

    private ByteBuf response(int sequence, long serverFlags, ByteBufAllocator allocator) {
        long agreed = capabilities & (serverFlags | Capabilities.LONG_PASSWORD);
        if ((capabilities & NEEDED & ~agreed) != 0) {
            throw new ProtocolException("login: the server " + serverVersion + " lacks capabilities 0x"
                    + Long.toHexString(capabilities & NEEDED & ~agreed)
                    + " (MySQL 5.7.5, MariaDB 10.2 and later have"
                    + " them)");
        }
        ByteBuf out = allocator.buffer(256);
        int start = Packets.begin(out, sequence);
        boolean hasFlagsBeyond = agreed >>> 32 != 0;
        int first = (int) agreed & ~(hasFlagsBeyond ? Capabilities.LONG_PASSWORD : 0);
        out.writeIntLE(first).writeIntLE(MAX_PACKET).writeByte(charset);
        out.writeZero(19).writeIntLE((int) (agreed >>> 32));
        writeNullTerminated(out, user);
        LengthEncoded.writeBytes(out, Scramble.answer(plugin, password, nonce));
        if (!database.isEmpty()) {
            writeNullTerminated(out, database);
        }
        if ((agreed & Capabilities.PLUGIN_AUTH) != 0) {
            writeNullTerminated(out, plugin);
        }
        Packets.end(out, start);
        return out;
    }

    private @Nullable ByteBuf authenticating(ByteBuf in, int first, int sequence, ByteBufAllocator allocator) {
        switch (first) {
            case OkPacket.HEADER -> {
                phase = Phase.DONE;
                return null;
            }
            case AUTH_SWITCH -> {
                in.skipBytes(1);
                plugin = readNullTerminated(in);
                if (!Scramble.isSupported(plugin)) {
                    throw new ProtocolException("login: the server wants authentication by " + plugin
                            + "; DBMesh has mysql_native_password and caching_sha2_password");
                }
                if (in.readableBytes() < Scramble.NONCE_LENGTH) {
                    throw new ProtocolException("login: a nonce of " + in.readableBytes() + " bytes");
                }
                nonce = new byte[Scramble.NONCE_LENGTH];
                in.readBytes(nonce);
                return packet(Scramble.answer(plugin, password, nonce), sequence, allocator);
            }
            case MORE_DATA -> {
                in.skipBytes(1);
                int what = in.isReadable() ? in.readUnsignedByte() : -1;
                if (what == FAST_AUTHENTICATION_OK) {
                    return null;
                }
                if (what == FULL_AUTHENTICATION && plugin.equals(Scramble.CACHING_SHA2) && !password.isEmpty()) {
                    phase = Phase.PUBLIC_KEY;
                    return packet(new byte[] {REQUEST_PUBLIC_KEY}, sequence, allocator);
                }
                throw new ProtocolException("login: 0x01 and " + what + " during authentication by " + plugin);
            }
            default ->
                throw new ProtocolException("login: packet 0x" + Integer.toHexString(first) + " during authentication");
        }
    }

    private ByteBuf publicKey(ByteBuf in, int first, int sequence, ByteBufAllocator allocator) {
        if (first != MORE_DATA) {
            throw new ProtocolException(
                    "login: packet 0x" + Integer.toHexString(first) + " where the server's public key was expected");
        }
        in.skipBytes(1);
        String pem = in.readCharSequence(in.readableBytes(), StandardCharsets.US_ASCII)
                .toString();
        phase = Phase.AUTHENTICATION;
        return packet(Scramble.encrypt(password, nonce, pem), sequence, allocator);
    }

    private static ByteBuf packet(byte[] payload, int sequence, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(Packets.HEADER_LENGTH + payload.length);
        return out.writeMediumLE(payload.length).writeByte(sequence).writeBytes(payload);
    }

    static String readNullTerminated(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        // Some servers leave out the terminator of the last field.
        int taken = length < 0 ? in.readableBytes() : length;
        String text = in.readCharSequence(taken, StandardCharsets.UTF_8).toString();
        in.skipBytes(length < 0 ? 0 : 1);
        return text;
    }

    static void writeNullTerminated(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte(0);
    }

    @Override
    public String toString() {
        return "login of " + user + " (" + phase + ")";
    }
}
