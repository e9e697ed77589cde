package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The login of a client at DBMesh, and its COM_CHANGE_USER later on. The passwords are known, so
 * {@code caching_sha2_password} needs no more than its fast path, and a client that prefers either plugin is answered in
 * that one.
 */
public final class ServerLogin {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int AUTH_SWITCH = 0xfe;
    private static final int MORE_DATA = 0x01;
    private static final int FAST_AUTHENTICATION_OK = 0x03;

    /** Where passwords come from. */
    public interface Passwords {
        /** The user's password, or null when there is no such user. */
        @Nullable String of(String user);
    }

    /** How far the login is after a packet. */
    public enum Outcome {
        /** The client has been asked for more. */
        CONTINUE,
        /** User and password are right; the OK packet is the caller's to send, with {@link #nextSequence()}. */
        ACCEPTED,
        /** User or password are wrong. */
        DENIED
    }

    private final byte[] nonce = new byte[Scramble.NONCE_LENGTH];
    private final Passwords passwords;
    private String plugin;
    private boolean switched;
    private int nextSequence;
    /** Of the client's next packet; the greeting's is 0. */
    private int expectedSequence = 1;

    private int capabilities;
    /** As the client sent them: they say what its packets contain, whether offered or not. */
    private int flagsSent;

    private final boolean offersExtendedMetadata;
    private boolean extendedMetadata;

    private int charset;
    private String user = "";
    private String database = "";
    private boolean usedPassword;

    /**
     * A login to come.
     *
     * @param nativeFirst whether clients are greeted with mysql_native_password, as MariaDB does
     * @param offersExtendedMetadata whether the servers have {@link Capabilities#EXTENDED_METADATA}
     */
    public ServerLogin(Passwords passwords, boolean nativeFirst, boolean offersExtendedMetadata) {
        this.passwords = passwords;
        this.offersExtendedMetadata = offersExtendedMetadata;
        this.plugin = nativeFirst ? Scramble.NATIVE : Scramble.CACHING_SHA2;
        newNonce();
    }

    private void newNonce() {
        RANDOM.nextBytes(nonce);
        for (int i = 0; i < nonce.length; i++) {
            // The nonce travels in fields that clients read as C strings, and some treat it as 7-bit text.
            nonce[i] = (byte) (1 + (nonce[i] & 0x7f) % 126);
        }
    }

    /** Capabilities that the client and DBMesh both have. */
    public int capabilities() {
        return capabilities;
    }

    /** Whether the client and DBMesh both have {@link Capabilities#EXTENDED_METADATA}. */
    public boolean extendedMetadata() {
        return extendedMetadata;
    }

    /** Id of the collation that the client asked for; 0 when it left the choice to the server. */
    public int charset() {
        return charset;
    }

    public String user() {
        return user;
    }

    /** The schema that the client wants to be in; empty for none. */
    public String database() {
        return database;
    }

    /** For the message of a refusal. */
    public boolean usedPassword() {
        return usedPassword;
    }

    /** Sequence number of the packet that ends the login. */
    public int nextSequence() {
        return nextSequence;
    }

    /** The greeting, HandshakeV10. */
    public ByteBuf greeting(String serverVersion, int connectionId, int defaultCharset, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(128);
        int start = Packets.begin(out, 0);
        out.writeByte(10);
        ClientLogin.writeNullTerminated(out, serverVersion);
        out.writeIntLE(connectionId).writeBytes(nonce, 0, 8).writeByte(0);
        // A server with flags beyond 32 bits clears the first one to say so.
        long offered = offersExtendedMetadata
                ? (Capabilities.OFFERED & ~Capabilities.LONG_PASSWORD) | Capabilities.EXTENDED_METADATA
                : Capabilities.OFFERED;
        out.writeShortLE((int) offered & 0xffff).writeByte(defaultCharset);
        out.writeShortLE(ServerStatus.AUTOCOMMIT).writeShortLE(Capabilities.OFFERED >>> 16);
        out.writeByte(nonce.length + 1).writeZero(6).writeIntLE((int) (offered >>> 32));
        out.writeBytes(nonce, 8, nonce.length - 8).writeByte(0);
        ClientLogin.writeNullTerminated(out, plugin);
        Packets.end(out, start);
        return out;
    }

    /**
     * Takes a packet of the client, header included, without releasing it. What has to be sent is written to {@code out}.
     *
     * @throws ProtocolException when it is no answer to what was sent
     */
    public Outcome received(ByteBuf packet, ByteBuf out) {
        ByteBuf in = packet.duplicate();
        int sequence = in.skipBytes(3).readUnsignedByte();
        if (sequence != expectedSequence) {
            throw new ProtocolException(
                    "handshake response as packet " + sequence + ", expected as packet " + expectedSequence);
        }
        nextSequence = sequence + 1;
        if (switched) {
            byte[] answer = new byte[in.readableBytes()];
            in.readBytes(answer);
            return verify(answer, out);
        }
        return respond(in, out);
    }

    private Outcome respond(ByteBuf in, ByteBuf out) {
        if (in.readableBytes() < 32) {
            throw new ProtocolException("handshake response of " + in.readableBytes() + " bytes, at least 32 expected");
        }
        int flags = in.readIntLE();
        if ((flags & Capabilities.SSL) != 0) {
            throw new ProtocolException("handshake response with a request for TLS, which was not offered");
        }
        if ((flags & Capabilities.PROTOCOL_41) == 0) {
            throw new ProtocolException("handshake response of a client older than MySQL 4.1");
        }
        flagsSent = flags;
        capabilities = flags & Capabilities.OFFERED;
        in.skipBytes(4);
        charset = in.readUnsignedByte();
        in.skipBytes(19);
        long beyond = in.readUnsignedIntLE() << 32;
        extendedMetadata = offersExtendedMetadata
                && (flags & Capabilities.LONG_PASSWORD) == 0
                && (beyond & Capabilities.EXTENDED_METADATA) != 0;
        user = readUser(in);
        byte[] answer = readAnswer(in, flags);
        database = "";
        if ((flags & Capabilities.CONNECT_WITH_DB) != 0 && in.isReadable()) {
            database = ClientLogin.readNullTerminated(in);
        }
        return answered(answer, readPlugin(in), out);
    }

    /**
     * Takes a COM_CHANGE_USER, header included, without releasing it: a second login on the connection, with the
     * capabilities of the first. As after the greeting, {@link Outcome#CONTINUE} means that the client's next packet goes
     * to {@link #received}. {@link #user}, {@link #database} and {@link #charset} are those of the new login.
     *
     * <p>As MySQL does it, what the client answered to an older nonce is not looked at, and it is asked to answer a new
     * one; only a client without PLUGIN_AUTH cannot be asked.
     *
     * @throws ProtocolException when it ends early
     */
    public Outcome changeUser(ByteBuf packet, ByteBuf out) {
        ByteBuf in = packet.duplicate();
        nextSequence = in.skipBytes(3).readUnsignedByte() + 1;
        if (!in.isReadable() || in.readUnsignedByte() != CommandByte.CHANGE_USER) {
            throw new ProtocolException("COM_CHANGE_USER expected");
        }
        switched = false;
        user = readUser(in);
        // Even clients with PLUGIN_AUTH_LENENC_CLIENT_DATA send one byte of length here.
        byte[] answer = readAnswer(in, flagsSent & ~Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA);
        database = ClientLogin.readNullTerminated(in);
        charset = in.readableBytes() >= 2 ? in.readUnsignedShortLE() : 0;
        String clientPlugin = readPlugin(in);
        if ((flagsSent & Capabilities.PLUGIN_AUTH) == 0) {
            plugin = Scramble.NATIVE;
            return verify(answer, out);
        }
        newNonce();
        return askAgain(clientPlugin, out);
    }

    /** The only field that every client ends: some leave out the end of the last one. */
    private static String readUser(ByteBuf in) {
        if (in.bytesBefore((byte) 0) < 0) {
            throw new ProtocolException("handshake response whose user name does not end");
        }
        return ClientLogin.readNullTerminated(in);
    }

    private String readPlugin(ByteBuf in) {
        return (flagsSent & Capabilities.PLUGIN_AUTH) != 0 && in.isReadable()
                ? ClientLogin.readNullTerminated(in)
                : Scramble.NATIVE;
    }

    /**
     * Verifies a first answer, or asks for another one.
     *
     * <p>An empty answer means an empty password only by the plugin that the client was greeted with; by another one it
     * means that the client waits to be asked.
     */
    private Outcome answered(byte[] answer, String clientPlugin, ByteBuf out) {
        boolean canSwitch = (flagsSent & Capabilities.PLUGIN_AUTH) != 0;
        boolean supported = Scramble.isSupported(clientPlugin);
        boolean empty = isEmpty(answer);
        boolean fits = empty ? clientPlugin.equals(plugin) : answer.length == lengthOf(clientPlugin);
        if ((supported && fits) || !canSwitch) {
            plugin = supported ? clientPlugin : Scramble.NATIVE;
            return verify(answer, out);
        }
        return askAgain(clientPlugin, out);
    }

    private Outcome askAgain(String clientPlugin, ByteBuf out) {
        plugin = Scramble.isSupported(clientPlugin) ? clientPlugin : Scramble.NATIVE;
        switched = true;
        expectedSequence = nextSequence + 1;
        int start = Packets.begin(out, nextSequence);
        out.writeByte(AUTH_SWITCH);
        ClientLogin.writeNullTerminated(out, plugin);
        out.writeBytes(nonce).writeByte(0);
        Packets.end(out, start);
        return Outcome.CONTINUE;
    }

    /** Clients send one zero byte for an empty password of caching_sha2_password. */
    private static boolean isEmpty(byte[] answer) {
        return answer.length == 0 || (answer.length == 1 && answer[0] == 0);
    }

    private static int lengthOf(String plugin) {
        return plugin.equals(Scramble.NATIVE) ? 20 : 32;
    }

    private static byte[] readAnswer(ByteBuf in, int flags) {
        int length;
        if ((flags & Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA) != 0) {
            length = LengthEncoded.readLength(in);
        } else if ((flags & Capabilities.SECURE_CONNECTION) != 0) {
            length = in.isReadable() ? in.readUnsignedByte() : 0;
        } else {
            length = Math.max(0, in.bytesBefore((byte) 0)); // NUL-terminated
        }
        if (length > in.readableBytes()) {
            throw new ProtocolException("handshake response ends within the answer of " + length + " bytes");
        }
        byte[] answer = new byte[length];
        in.readBytes(answer);
        if ((flags & (Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA | Capabilities.SECURE_CONNECTION)) == 0) {
            in.skipBytes(Math.min(1, in.readableBytes()));
        }
        return answer;
    }

    private Outcome verify(byte[] answer, ByteBuf out) {
        boolean empty = isEmpty(answer);
        usedPassword = !empty;
        String password = passwords.of(user);
        // An unknown user costs the same time as a wrong password.
        byte[] expected = Scramble.answer(plugin, password == null ? "\0no such user" : password, nonce);
        boolean equal = MessageDigest.isEqual(expected, empty ? new byte[0] : answer);
        if (password == null || !equal) {
            return Outcome.DENIED;
        }
        if (plugin.equals(Scramble.CACHING_SHA2) && !empty) {
            out.writeMediumLE(2).writeByte(nextSequence++).writeByte(MORE_DATA).writeByte(FAST_AUTHENTICATION_OK);
        }
        return Outcome.ACCEPTED;
    }
}
