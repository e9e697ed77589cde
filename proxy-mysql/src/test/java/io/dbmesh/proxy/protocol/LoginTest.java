package io.dbmesh.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.proxy.protocol.ServerLogin.Outcome;
import io.netty.buffer.ByteBuf;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
    private static final Map<String, String> USERS = Map.of("ada", "s3cr\u00e9t", "guest", "");
    /** 20 bytes, as two parts in a greeting. */
    private static final byte[] NONCE = Wire.bytes("'abcdefghijklmnopqrst'");

    private final TrackedBuffers buffers = new TrackedBuffers();

    @AfterEach
    void allReleased() {
        buffers.assertAllReleased();
    }

    private static ServerLogin server(boolean nativeFirst) {
        return new ServerLogin(USERS::get, nativeFirst, false);
    }

    /** Lets a client and a server of ours talk until the server has decided. */
    private Outcome talk(ClientLogin client, ServerLogin server) {
        ByteBuf toClient = server.greeting("8.0.33", 77, 255, buffers);
        Outcome outcome = Outcome.CONTINUE;
        while (outcome == Outcome.CONTINUE) {
            ByteBuf toServer = client.received(toClient, buffers);
            toClient.release();
            toClient = buffers.buffer();
            outcome = server.received(toServer, toClient);
            toServer.release();
        }
        while (toClient.readableBytes() > 0) {
            int length = Packets.HEADER_LENGTH + toClient.getUnsignedMediumLE(toClient.readerIndex());
            assertThat(client.received(toClient.readSlice(length), buffers)).isNull();
        }
        toClient.release();
        if (outcome == Outcome.ACCEPTED) {
            ByteBuf ok = buffers.of(Wire.packet(server.nextSequence(), Wire.OK));
            assertThat(client.received(ok, buffers)).isNull();
            ok.release();
            assertThat(client.isDone()).isTrue();
        }
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rightPassword_isAccepted(boolean nativeFirst) {
        ServerLogin server = server(nativeFirst);
        ClientLogin client = new ClientLogin("ada", "s3cr\u00e9t", "shop", Capabilities.DEPRECATE_EOF, 45);
        assertThat(talk(client, server)).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.user()).isEqualTo("ada");
        assertThat(server.database()).isEqualTo("shop");
        assertThat(server.charset()).isEqualTo(45);
        assertThat(server.usedPassword()).isTrue();
        assertThat(server.capabilities())
                .isEqualTo(Capabilities.ASKED | Capabilities.DEPRECATE_EOF | Capabilities.CONNECT_WITH_DB);
        assertThat(client.threadId()).isEqualTo(77);
        assertThat(client.serverVersion()).isEqualTo("8.0.33");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wrongUserOrPassword_isDenied(boolean nativeFirst) {
        for (String[] wrong :
                new String[][] {{"ada", "secret"}, {"ada", ""}, {"guest", "x"}, {"nobody", "x"}, {"nobody", ""}}) {
            ServerLogin server = server(nativeFirst);
            assertThat(talk(new ClientLogin(wrong[0], wrong[1], "", 0, 45), server))
                    .as("%s with '%s'", wrong[0], wrong[1])
                    .isEqualTo(Outcome.DENIED);
            assertThat(server.usedPassword()).isEqualTo(!wrong[1].isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void emptyPassword_isAccepted(boolean nativeFirst) {
        ServerLogin server = server(nativeFirst);
        assertThat(talk(new ClientLogin("guest", "", "", 0, 45), server)).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.usedPassword()).isFalse();
        assertThat(server.database()).isEmpty();
    }

    @Test
    void multiStatements_areNotOffered() {
        assertThat(Capabilities.OFFERED & Capabilities.MULTI_STATEMENTS).isZero();
        assertThat(Capabilities.ASKED & Capabilities.MULTI_STATEMENTS).isZero();
    }

    /** The nonce of a server, from its greeting. */
    private byte[] nonceOf(ServerLogin server) {
        ByteBuf greeting = server.greeting("8", 1, 255, buffers);
        byte[] bytes = Wire.read(greeting);
        greeting.release();
        byte[] nonce = new byte[20];
        System.arraycopy(bytes, 4 + 1 + 2 + 4, nonce, 0, 8);
        System.arraycopy(bytes, 4 + 1 + 2 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10, nonce, 8, 12);
        return nonce;
    }

    private Outcome receive(ServerLogin server, byte[] packet, String expectedOut) {
        ByteBuf in = buffers.of(packet);
        ByteBuf out = buffers.buffer();
        try {
            Outcome outcome = server.received(in, out);
            assertThat(Wire.read(out)).isEqualTo(Wire.bytes(expectedOut));
            return outcome;
        } finally {
            in.release();
            out.release();
        }
    }

    private static byte[] response(String user, byte[] answer, String plugin) {
        byte[] head = Wire.bytes("0d a2 2a 00 00 00 00 40 2d" + " 00".repeat(23) + "'" + user + "' 00");
        byte[] tail = plugin.isEmpty() ? new byte[0] : Wire.bytes("'" + plugin + "' 00 00");
        if (plugin.isEmpty()) {
            head[2] = 0x02; // without PLUGIN_AUTH
        }
        return Wire.packet(1, Wire.join(head, new byte[] {(byte) answer.length}, answer, Wire.bytes("00"), tail));
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format("%02x ", b));
        }
        return hex.toString();
    }

    private static String switchTo(String plugin, byte[] nonce, int sequence) {
        int length = 1 + plugin.length() + 1 + 21;
        return String.format("%02x 00 00 %02x fe '%s' 00 %s 00", length, sequence, plugin, hex(nonce));
    }

    /** {@code mysql --default-auth=mysql_native_password} sends its plugin's name and no answer, and waits to be asked. */
    @Test
    void clientOfAnotherPlugin_isAskedByItsOwn() {
        for (boolean nativeFirst : new boolean[] {false, true}) {
            String plugin = nativeFirst ? Scramble.CACHING_SHA2 : Scramble.NATIVE;
            ServerLogin server = server(nativeFirst);
            byte[] nonce = nonceOf(server);
            assertThat(receive(server, response("ada", new byte[0], plugin), switchTo(plugin, nonce, 2)))
                    .isEqualTo(Outcome.CONTINUE);
            byte[] answer = Scramble.answer(plugin, "s3cr\u00e9t", nonce);
            assertThat(receive(server, Wire.packet(3, answer), nativeFirst ? "02 00 00 04 01 03" : ""))
                    .isEqualTo(Outcome.ACCEPTED);
            assertThat(server.nextSequence()).isEqualTo(nativeFirst ? 5 : 4);
        }
    }

    @Test
    void clientOfAnUnknownPlugin_isAskedForTheNativeOne() {
        ServerLogin server = server(false);
        byte[] nonce = nonceOf(server);
        assertThat(receive(
                        server, response("ada", new byte[5], "sha256_password"), switchTo(Scramble.NATIVE, nonce, 2)))
                .isEqualTo(Outcome.CONTINUE);
        assertThat(receive(server, Wire.packet(3, Scramble.answer(Scramble.NATIVE, "wrong", nonce)), ""))
                .isEqualTo(Outcome.DENIED);
    }

    @Test
    void clientWithoutPlugins_answersTheNativeOne() {
        ServerLogin server = server(false);
        byte[] answer = Scramble.answer(Scramble.NATIVE, "s3cr\u00e9t", nonceOf(server));
        assertThat(receive(server, response("ada", answer, ""), "")).isEqualTo(Outcome.ACCEPTED);
        assertThat(receive(server(false), response("ada", new byte[0], ""), "")).isEqualTo(Outcome.DENIED);
    }

    @Test
    void zeroByteForAnEmptyPassword_isAcceptedAtOnce() {
        assertThat(receive(server(false), response("guest", new byte[1], Scramble.CACHING_SHA2), ""))
                .isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void handshakeResponseThatIsCut_isRefusedOrDenied() {
        byte[] whole = response("ada", new byte[32], Scramble.CACHING_SHA2);
        for (int length = 4; length < whole.length; length++) {
            ByteBuf in = buffers.of(whole, 0, length);
            ByteBuf out = buffers.buffer();
            try {
                assertThat(server(false).received(in, out)).isNotEqualTo(Outcome.ACCEPTED);
            } catch (ProtocolException refused) {
                assertThat(refused.getMessage()).containsAnyOf("handshake response", "packet ends early", "has only");
            } finally {
                in.release();
                out.release();
            }
        }
    }

    @Test
    void requestForTls_isRefused() {
        byte[] request = Wire.packet(1, "0d aa 0a 00 00 00 00 40 2d" + " 00".repeat(23));
        assertThatThrownBy(() -> receive(server(false), request, ""))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("TLS");
    }

    // ------------------------------------------------------------------ COM_CHANGE_USER

    private static byte[] changeUser(String user, byte[] answer, String database, String plugin) {
        byte[] head = Wire.bytes("11 '" + user + "' 00");
        byte[] tail = Wire.bytes("'" + database + "' 00 ff 00 '" + plugin + "' 00");
        return Wire.packet(0, Wire.join(head, new byte[] {(byte) answer.length}, answer, tail));
    }

    private byte[] change(ServerLogin server, byte[] packet, Outcome expected) {
        ByteBuf in = buffers.of(packet);
        ByteBuf out = buffers.buffer();
        try {
            assertThat(server.changeUser(in, out)).isEqualTo(expected);
            return Wire.read(out);
        } finally {
            in.release();
            out.release();
        }
    }

    private ServerLogin loggedIn() {
        ServerLogin server = server(false);
        assertThat(talk(new ClientLogin("ada", "s3cr\u00e9t", "shop", 0, 45), server))
                .isEqualTo(Outcome.ACCEPTED);
        return server;
    }

    @ParameterizedTest
    @ValueSource(strings = {Scramble.NATIVE, Scramble.CACHING_SHA2})
    void changeOfUser_isAskedToAnswerANewNonce(String plugin) {
        ServerLogin server = loggedIn();
        byte[] greeted = nonceOf(server);
        byte[] asked = change(server, changeUser("guest", new byte[0], "other", plugin), Outcome.CONTINUE);
        byte[] nonce = nonceOf(server);
        assertThat(nonce).isNotEqualTo(greeted);
        assertThat(asked).isEqualTo(Wire.bytes(switchTo(plugin, nonce, 1)));
        assertThat(receive(server, Wire.packet(2, new byte[0]), "")).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.user()).isEqualTo("guest");
        assertThat(server.database()).isEqualTo("other");
        assertThat(server.charset()).isEqualTo(255);
        assertThat(server.nextSequence()).isEqualTo(3);

        change(server, changeUser("ada", Scramble.answer(plugin, "s3cr\u00e9t", nonce), "", plugin), Outcome.CONTINUE);
        byte[] answer = Scramble.answer(plugin, "s3cr\u00e9t", nonceOf(server));
        String fast = plugin.equals(Scramble.CACHING_SHA2) ? "02 00 00 03 01 03" : "";
        assertThat(receive(server, Wire.packet(2, answer), fast)).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.user()).isEqualTo("ada");
        assertThat(server.database()).isEmpty();
    }

    @Test
    void changeToAWrongPassword_isDenied() {
        ServerLogin server = loggedIn();
        change(server, changeUser("ada", new byte[20], "", Scramble.NATIVE), Outcome.CONTINUE);
        assertThat(receive(server, Wire.packet(2, new byte[20]), "")).isEqualTo(Outcome.DENIED);
    }

    @Test
    void changeOfUserByAClientWithoutPlugins_isVerifiedAtOnce() {
        ServerLogin server = server(false);
        byte[] answer = Scramble.answer(Scramble.NATIVE, "s3cr\u00e9t", nonceOf(server));
        receive(server, response("ada", answer, ""), "");
        byte[] packet = Wire.packet(0, Wire.join(Wire.bytes("11 'ada' 00 14"), answer, Wire.bytes("'shop' 00")));
        assertThat(change(server, packet, Outcome.ACCEPTED)).isEmpty();
        assertThat(server.database()).isEqualTo("shop");
        assertThat(server.nextSequence()).isEqualTo(1);
    }

    @Test
    void malformedChangeOfUser_isRefused() {
        ServerLogin server = loggedIn();
        for (String malformed : new String[] {"", "03 'ada' 00", "11 'ada' 00 20 00", "11 'ada' 00 ff"}) {
            assertThatThrownBy(() -> change(server, Wire.packet(0, malformed), Outcome.CONTINUE))
                    .as(malformed)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    // ------------------------------------------------------------------ our login at a server

    private static byte[] greeting(String version, String lowFlags, String highFlags, String plugin) {
        return Wire.packet(0, """
                0a %s 00
                2a 01 00 00            # thread 298
                'abcdefgh' 00
                %s ff 02 00 %s
                15                     # nonce of 21 bytes
                00 00 00 00 00 00 00 00 00 00
                'ijklmnopqrst' 00
                %s 00
                """.formatted("'" + version + "'", lowFlags, highFlags, "'" + plugin + "'"));
    }

    private static byte[] mysql() {
        return greeting("8.0.33", "ff ff", "ff df", Scramble.CACHING_SHA2);
    }

    private byte @Nullable [] say(ClientLogin client, byte[] packet) {
        ByteBuf in = buffers.of(packet);
        try {
            ByteBuf reply = client.received(in, buffers);
            if (reply == null) {
                return null;
            }
            byte[] bytes = Wire.read(reply);
            reply.release();
            return bytes;
        } finally {
            in.release();
        }
    }

    @Test
    void greetingOfMariaDb_isAnsweredByTheNativePlugin() {
        ClientLogin client = new ClientLogin("ada", "pw", "", 0, 45);
        // MariaDB clears LONG_PASSWORD, and has its extended capabilities in the reserved bytes.
        byte[] reply = say(client, greeting("5.5.5-11.4.5-MariaDB", "fe f7", "ff 81", Scramble.NATIVE));
        byte[] answer = Scramble.answer(Scramble.NATIVE, "pw", NONCE);
        assertThat(reply)
                .isEqualTo(Wire.packet(
                        1,
                        "05 a2 2e 00 00 00 00 40 2d" + " 00".repeat(23) + " 'ada' 00 14 " + hex(answer)
                                + " 'mysql_native_password' 00"));
        assertThat(client.threadId()).isEqualTo(298);
    }

    @Test
    void fullAuthentication_sendsThePasswordForTheServersKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        ClientLogin client = new ClientLogin("ada", "s3cr\u00e9t", "", 0, 45);
        say(client, mysql());
        assertThat(say(client, Wire.packet(2, "01 04"))).isEqualTo(Wire.packet(3, "02"));
        byte[] encrypted = say(
                client, Wire.packet(4, Wire.join(new byte[] {1}, Wire.bytes("'" + pem.replace("\n", "' 0a '") + "'"))));
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
        cipher.init(Cipher.DECRYPT_MODE, keys.getPrivate());
        byte[] clear = cipher.doFinal(encrypted, 4, encrypted.length - 4);
        for (int i = 0; i < clear.length; i++) {
            clear[i] ^= NONCE[i % NONCE.length];
        }
        assertThat(clear).isEqualTo(Wire.bytes("'s3cr\u00e9t' 00"));
        assertThat(encrypted[3]).isEqualTo((byte) 5);
        assertThat(say(client, Wire.packet(6, Wire.OK))).isNull();
        assertThat(client.isDone()).isTrue();
    }

    @Test
    void switchOfPlugin_isAnsweredWithTheNewNonce() {
        ClientLogin client = new ClientLogin("ada", "pw", "", 0, 45);
        say(client, mysql());
        byte[] nonce = Wire.bytes("'tsrqponmlkjihgfedcba'");
        byte[] reply = say(client, Wire.packet(2, "fe 'mysql_native_password' 00 'tsrqponmlkjihgfedcba' 00"));
        assertThat(reply).isEqualTo(Wire.packet(3, Scramble.answer(Scramble.NATIVE, "pw", nonce)));
    }

    @Test
    void errorOfTheServer_isKept() {
        ClientLogin client = new ClientLogin("ada", "pw", "", 0, 45);
        assertThat(say(client, Wire.packet(0, "ff 10 04 'Too many connections'")))
                .isNull();
        assertThat(client.error()).isEqualTo(new ErrorPacket(1040, "HY000", "Too many connections"));
    }

    private void refused(String message, String password, byte[]... packets) {
        ClientLogin client = new ClientLogin("ada", password, "", Capabilities.DEPRECATE_EOF, 45);
        assertThatThrownBy(() -> {
                    for (byte[] packet : packets) {
                        say(client, packet);
                    }
                })
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(message);
    }

    @Test
    void malformedLogins_areRefused() {
        refused("protocol version 9", "pw", Wire.packet(0, "09 '3.23' 00"));
        refused("empty packet", "pw", Wire.packet(0, ""));
        refused("ends early", "pw", Wire.packet(0, "0a '8.0' 00 01"));
        refused("lacks capabilities 0x1000000", "pw", greeting("5.6.51", "ff ff", "0f 80", Scramble.NATIVE));
        refused("by dialog", "pw", mysql(), Wire.packet(2, "fe 'dialog' 00 'tsrqponmlkjihgfedcba' 00"));
        refused("nonce of 3", "pw", mysql(), Wire.packet(2, "fe 'mysql_native_password' 00 'tsr'"));
        refused("packet 0x7", "pw", mysql(), Wire.packet(2, "07"));
        refused("public key was expected", "pw", mysql(), Wire.packet(2, "01 04"), Wire.packet(4, Wire.OK));
        refused("RSA public key cannot", "pw", mysql(), Wire.packet(2, "01 04"), Wire.packet(4, "01 'no key'"));
        refused("during authentication", "", mysql(), Wire.packet(2, "01 04"));
        refused("after its end", "pw", mysql(), Wire.packet(2, Wire.OK), Wire.packet(3, Wire.OK));
    }

    @Test
    void greetingThatIsCut_isRefusedOrTaken() {
        byte[] whole = mysql();
        for (int length = 4; length < whole.length; length++) {
            ByteBuf cut = buffers.of(whole, 0, length);
            try {
                ByteBuf reply = new ClientLogin("ada", "pw", "", 0, 45).received(cut, buffers);
                reply.release();
            } catch (ProtocolException refused) {
                assertThat(refused).hasMessageContaining("login");
            } finally {
                cut.release();
            }
        }
    }
}
