package io.dbmesh.proxy.server;

import static io.dbmesh.proxy.server.RawClient.command;
import static io.dbmesh.proxy.server.RawClient.intLE;
import static io.dbmesh.proxy.server.RawClient.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.Wire;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that break the protocol: their own connection ends with the right error, and no other one notices. */
@BothFlavors
class WireFaultsIT {
    private static final int MALFORMED = 1835;
    private static final int OUT_OF_ORDER = 1156;
    private static final int BAD_HANDSHAKE = 1043;
    private static final int TOO_LARGE = 1153;
    private static final int LOGIN_TIMEOUT = 1159;
    private static final int IDLE_TIMEOUT = 4031;
    private static final int UNKNOWN_COMMAND = 1047;
    private static final int UNKNOWN_STATEMENT = 1243;
    private static final int UNKNOWN_THREAD = 1094;
    private static final int MIB = 1024 * 1024;
    private static final int MAX_BUFFER_BYTES = 16 * MIB;

    private final Flavor flavor;
    private final LogWatch log = LogWatch.begin();
    private TestProxy proxy;
    /** A client that does nothing wrong. */
    private RawClient neighbour;

    WireFaultsIT(Flavor flavor) {
        this.flavor = flavor;
    }

    @BeforeEach
    void start() throws SQLException, IOException {
        begin(Limits.DEFAULT);
    }

    private void begin(Limits limits) throws SQLException, IOException {
        proxy = TestProxy.start(Servers.shared(flavor, 0), Servers.shared(flavor, 1), limits);
        neighbour = RawClient.logIn(proxy.port(), "plain");
    }

    private void restart(Limits.Builder limits) throws SQLException, IOException {
        neighbour.close();
        proxy.close();
        begin(limits.build());
    }

    @AfterEach
    void stop() throws IOException {
        neighbour.close();
        proxy.close();
        log.assertNoErrorsAndNoLeaks();
        log.close();
    }

    private RawClient logIn() throws IOException {
        return RawClient.logIn(proxy.port(), "plain");
    }

    private void assertNeighbourIsWell() throws IOException {
        assertThat(neighbour.execute("SELECT 1, 'a'")).containsExactly("1,a");
    }

    // ------------------------------------------------------------------ login

    @Test
    void malformedLogin_isRefused() throws IOException {
        List<byte[]> faults = List.of(
                Wire.packet(1, new byte[0]),
                Wire.packet(1, new byte[31]),
                // PROTOCOL_41 is missing.
                Wire.packet(1, new byte[60]),
                // A request for TLS.
                Wire.packet(1, "0d aa 2a 00 00 00 00 40 2d" + " 00".repeat(23)),
                // The user's name does not end.
                Wire.packet(1, "0d a2 2a 00 00 00 00 40 2d" + " 00".repeat(23) + "'app'"),
                // An answer of 200 bytes, of which 3 come.
                Wire.packet(1, "0d a2 2a 00 00 00 00 40 2d" + " 00".repeat(23) + "'app' 00 c8 01 02 03"),
                // A length of the answer that is none.
                Wire.packet(1, "0d a2 2a 00 00 00 00 40 2d" + " 00".repeat(23) + "'app' 00 ff 01 02 03"),
                // Its packet is not the second one.
                Wire.packet(7, "0d a2 2a 00 00 00 00 40 2d" + " 00".repeat(23) + "'app' 00 00 00"),
                query("SELECT 1"));
        for (byte[] fault : faults) {
            try (RawClient client = RawClient.connect(proxy.port())) {
                client.read();
                client.send(fault);
                client.assertRefused(BAD_HANDSHAKE);
            }
            assertNeighbourIsWell();
        }
    }

    @Test
    void wrongAnswerToASwitchOfThePlugin_isDenied() throws IOException {
        try (RawClient client = RawClient.connect(proxy.port())) {
            client.read();
            client.send(Wire.packet(
                    1, "0d a2 0a 00 00 00 00 40 2d" + " 00".repeat(23) + "'app' 00 00 'plain' 00 'other' 00"));
            assertThat(client.read().first()).isEqualTo(0xfe);
            client.send(Wire.packet(3, new byte[20]));
            client.assertRefused(1045);
        }
        assertNeighbourIsWell();
    }

    @Test
    void hugeLogin_isRefused() throws SQLException, IOException {
        restart(new Limits.Builder().maxAllowedPacketBytes(MIB));
        try (RawClient client = RawClient.connect(proxy.port())) {
            client.read();
            client.send(Wire.bytes("ff ff ff 01 0d a2"));
            client.assertRefused(TOO_LARGE);
        }
        assertNeighbourIsWell();
    }

    @Test
    void silentClient_isRefusedAfterTheTimeout() throws SQLException, IOException {
        restart(new Limits.Builder().loginTimeoutMillis(300));
        try (RawClient silent = RawClient.connect(proxy.port());
                RawClient slow = RawClient.connect(proxy.port())) {
            slow.read();
            // A packet that never ends.
            slow.send(Wire.bytes("ff ff ff 01 0d a2"));
            silent.read();
            silent.assertRefused(LOGIN_TIMEOUT);
            slow.assertRefused(LOGIN_TIMEOUT);
        }
        assertNeighbourIsWell();
    }

    // ------------------------------------------------------------------ commands

    @Test
    void malformedCommand_endsItsConnectionOnly() throws IOException {
        List<byte[]> faults = List.of(
                Wire.packet(0, new byte[0]),
                Wire.packet(0, "17"),
                Wire.packet(0, "17 01 00"),
                Wire.packet(0, "18 01 00"),
                Wire.packet(0, "19 01 00"),
                Wire.packet(0, "1a 01"),
                Wire.packet(0, "1b"),
                Wire.packet(0, "1c 01"),
                Wire.packet(0, "0c 01 00"),
                Wire.packet(0, "04 't'"),
                Wire.packet(0, "11"),
                Wire.packet(0, "11 'app'"),
                Wire.packet(0, "11 'app' 00 14 01 02"));
        for (byte[] fault : faults) {
            try (RawClient client = logIn()) {
                client.send(fault);
                client.assertRefused(MALFORMED);
            }
            assertNeighbourIsWell();
        }
    }

    @Test
    void unknownCommand_isAnsweredByAnError() throws IOException {
        try (RawClient client = logIn()) {
            for (int command : new int[] {0x00, 0x05, 0x06, 0x07, 0x09, 0x0d, 0x12, 0x13, 0x1d, 0x20, 0x7f, 0xff}) {
                assertThat(client.execute(command(command, (byte) 1, (byte) 2)))
                        .as("command %x", command)
                        .containsExactly("error " + UNKNOWN_COMMAND);
            }
            assertThat(client.execute("SELECT 2")).containsExactly("2");
        }
    }

    @Test
    void wrongSequenceNumber_endsTheConnection() throws IOException {
        for (int sequence : new int[] {1, 5, 255}) {
            try (RawClient client = logIn()) {
                client.send(Wire.packet(sequence, "03 'SELECT 1'"));
                client.assertRefused(OUT_OF_ORDER);
            }
            assertNeighbourIsWell();
        }
    }

    @Test
    void malformedExecute_endsItsConnectionOnly() throws IOException {
        // Two parameters, after the statement's id: flags and iterations, bitmap, "bound", types, values.
        List<String> faults = List.of(
                "00",
                "00 01 00 00 00",
                "00 01 00 00 00 00",
                "00 01 00 00 00 00 01 fd 00",
                "00 01 00 00 00 00 01 fd 00 fd 00",
                "00 01 00 00 00 00 01 fd 00 fd 00 01 'a' 05 'b'",
                "00 01 00 00 00 00 01 08 00 08 00 01 02 03",
                "00 01 00 00 00 00 01 fd 00 fd 00 fe ff ff ff ff ff ff ff ff",
                "00 01 00 00 00 00 01 0c 00 0c 00 63",
                // Types have never been sent.
                "00 01 00 00 00 00 00 01 'a' 01 'b'");
        for (String fault : faults) {
            try (RawClient client = logIn()) {
                int id = client.prepare("SELECT ?, ?");
                client.send(command(CommandByte.STMT_EXECUTE, Wire.join(intLE(id), Wire.bytes(fault))));
                client.assertRefused(MALFORMED);
            }
            assertNeighbourIsWell();
        }
    }

    @Test
    void unknownStatementsAndThreads_areErrorsOfTheCommand() throws IOException {
        try (RawClient client = logIn()) {
            byte[] id = intLE(4711);
            byte[] execution = Wire.join(id, new byte[] {0}, intLE(1));
            assertThat(client.execute(command(CommandByte.STMT_EXECUTE, execution)))
                    .containsExactly("error " + UNKNOWN_STATEMENT);
            assertThat(client.execute(command(CommandByte.STMT_RESET, id)))
                    .containsExactly("error " + UNKNOWN_STATEMENT);
            assertThat(client.execute(command(CommandByte.STMT_FETCH, Wire.join(id, intLE(10)))))
                    .containsExactly("error " + UNKNOWN_STATEMENT);
            // These two are not answered.
            client.send(command(CommandByte.STMT_SEND_LONG_DATA, Wire.join(id, Wire.bytes("00 00 'abc'"))));
            client.send(command(CommandByte.STMT_CLOSE, id));
            assertThat(client.execute("SELECT 3")).containsExactly("3");
            assertThat(client.execute(command(CommandByte.PROCESS_KILL, intLE(1_000_000))))
                    .containsExactly("error " + UNKNOWN_THREAD);
            assertThat(client.execute("SELECT 4")).containsExactly("4");
        }
    }

    @Test
    void processKill_endsTheOtherConnection() throws IOException {
        try (RawClient victim = logIn()) {
            int id = Integer.parseInt(victim.execute("SELECT CONNECTION_ID()").get(0));
            assertThat(neighbour.execute(command(CommandByte.PROCESS_KILL, intLE(id))))
                    .containsExactly("OK");
            victim.assertRefused(1317);
            assertNeighbourIsWell();
        }
    }

    // ------------------------------------------------------------------ sizes and times

    @Test
    void tooLargeCommand_isRefused_whileItIsStillBeingSent() throws SQLException, IOException {
        restart(new Limits.Builder().maxAllowedPacketBytes(MIB));
        assertThat(neighbour.execute("SELECT '" + "a".repeat(MIB - 100) + "' = ''"))
                .containsExactly("0");
        try (RawClient client = logIn()) {
            client.send(query("SELECT '" + "a".repeat(3 * MIB) + "'"));
            client.assertRefused(TOO_LARGE);
        }
        try (RawClient client = logIn()) {
            int id = client.prepare("SELECT ?");
            byte[] piece = Wire.join(intLE(id), new byte[2], new byte[600_000]);
            client.send(command(CommandByte.STMT_SEND_LONG_DATA, piece));
            client.send(command(CommandByte.STMT_SEND_LONG_DATA, piece));
            client.assertRefused(TOO_LARGE);
        }
        assertNeighbourIsWell();
    }

    @Test
    void endlessPacket_isRefusedAtTheLimit() throws SQLException, IOException {
        restart(new Limits.Builder().maxAllowedPacketBytes(20 * MIB));
        try (RawClient client = logIn()) {
            byte[] part = new byte[0xff_ffff + 4];
            Arrays.fill(part, 0, 3, (byte) 0xff);
            part[4] = CommandByte.QUERY;
            client.send(part);
            part[3] = 1;
            client.send(part);
            client.assertRefused(TOO_LARGE);
        }
        assertNeighbourIsWell();
    }

    @Test
    void idleClient_isRefusedAfterTheTimeout_butNotForTheTimeOfItsStatement() throws SQLException, IOException {
        restart(new Limits.Builder().clientIdleTimeoutMillis(1000));
        try (RawClient busy = logIn();
                RawClient stuck = logIn();
                RawClient idle = logIn()) {
            // A packet that never ends.
            stuck.send(Wire.bytes("ff ff ff 00 03 'SELECT'"));
            assertThat(busy.execute("SELECT SLEEP(1.6)")).containsExactly("0");
            Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            assertThat(busy.execute("SELECT 5")).containsExactly("5");
            idle.assertRefused(IDLE_TIMEOUT);
            stuck.assertRefused(IDLE_TIMEOUT);
            busy.assertRefused(IDLE_TIMEOUT);
        }
        neighbour = logIn();
    }

    @Test
    void tooManyClients_areRefused_untilOneLeaves() throws SQLException, IOException {
        restart(new Limits.Builder().maxClientConnections(3).loginTimeoutMillis(400));
        RawClient second = logIn();
        RawClient silent = RawClient.connect(proxy.port());
        silent.read();
        try (RawClient refused = RawClient.connect(proxy.port())) {
            refused.assertRefused(1040);
        }
        silent.assertRefused(LOGIN_TIMEOUT);
        try (RawClient third = logIn()) {
            assertThat(third.execute("SELECT 6")).containsExactly("6");
        }
        second.reset();
        Awaitility.await().until(() -> proxy.server().clients() == 1);
        try (RawClient again = logIn();
                RawClient malformed = logIn()) {
            malformed.send(Wire.packet(0, "17"));
            malformed.assertRefused(MALFORMED);
            Awaitility.await().until(() -> proxy.server().clients() == 2);
            assertThat(again.execute("SELECT 7")).containsExactly("7");
        }
        assertNeighbourIsWell();
    }

    // ------------------------------------------------------------------ pipelining

    @Test
    void pipelinedCommands_areAnsweredInOrder() throws IOException {
        try (RawClient client = logIn()) {
            ByteArrayOutputStream segment = new ByteArrayOutputStream();
            for (int i = 0; i < 1000; i++) {
                segment.writeBytes(
                        switch (i % 4) {
                            case 0 -> query("SELECT " + i);
                            case 1 -> command(CommandByte.PING);
                            case 2 -> query("SELECT " + i + " FROM nosuch" + i % 3);
                            default -> query("SELECT REPEAT('x', 3000), " + i);
                        });
            }
            client.send(segment.toByteArray());
            for (int i = 0; i < 1000; i++) {
                String expected =
                        switch (i % 4) {
                            case 0 -> String.valueOf(i);
                            case 1 -> "OK";
                            case 2 -> "error 1146";
                            default -> "x".repeat(3000) + "," + i;
                        };
                assertThat(client.answer()).containsExactly(expected);
            }
        }
    }

    /** The answers that it does not take are bounded, because its commands are no longer read. */
    @Test
    void clientThatNeverReads_isNotReadFrom() throws Exception {
        for (byte[] one : List.of(command(CommandByte.PING), query("SELECT REPEAT('y', 8000)"))) {
            long before = bufferBytes();
            try (RawClient client = logIn()) {
                byte[] many = Wire.join(Collections.nCopies(2000, one).toArray(byte[][]::new));
                client.sendWithoutEnd(many);
                Awaitility.await()
                        .during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(20))
                        .failFast("buffers grow", () -> bufferBytes() > before + MAX_BUFFER_BYTES)
                        .until(() -> true);
                assertNeighbourIsWell();
            }
            Awaitility.await().until(() -> proxy.server().clients() == 1);
        }
    }

    private static long bufferBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    // ------------------------------------------------------------------ state

    @Test
    void resetAndChangeUser_forgetTheSession() throws IOException {
        neighbour.execute("CREATE TABLE locked (a INT PRIMARY KEY)");
        for (boolean reset : new boolean[] {true, false}) {
            try (RawClient client = logIn()) {
                int id = client.prepare("SELECT 1");
                assertThat(client.execute("SET @a = 5, SESSION sql_mode = 'ANSI'"))
                        .containsExactly("OK");
                assertThat(client.execute("CREATE TEMPORARY TABLE temp (a INT)"))
                        .containsExactly("OK");
                assertThat(client.execute("SELECT GET_LOCK('faults', 0)")).containsExactly("1");
                assertThat(client.execute("BEGIN")).containsExactly("OK");
                assertThat(client.execute("INSERT INTO locked VALUES (1)")).containsExactly("OK");
                assertThat(client.execute("SELECT @a, @@autocommit")).containsExactly("5,1");
                if (reset) {
                    assertThat(client.execute(command(CommandByte.RESET_CONNECTION)))
                            .containsExactly("OK");
                } else {
                    changeUser(client);
                }
                assertThat(client.execute("SELECT @a, @@sql_mode LIKE '%ANSI%'"))
                        .containsExactly("NULL,0");
                assertThat(client.execute("SELECT * FROM temp")).containsExactly("error 1146");
                assertThat(client.execute(
                                command(CommandByte.STMT_EXECUTE, Wire.join(intLE(id), new byte[] {0}, intLE(1)))))
                        .containsExactly("error " + UNKNOWN_STATEMENT);
                assertThat(neighbour.execute("SELECT * FROM locked")).isEmpty();
                assertThat(neighbour.execute("INSERT INTO locked VALUES (1)")).containsExactly("OK");
                assertThat(neighbour.execute("DELETE FROM locked")).containsExactly("OK");
                Awaitility.await().until(() -> neighbour
                        .execute("SELECT GET_LOCK('faults', 1)")
                        .equals(List.of("1")));
                assertThat(neighbour.execute("SELECT RELEASE_LOCK('faults')")).containsExactly("1");
                // The names of the new session's schema and user.
                assertThat(client.execute("SELECT DATABASE()")).containsExactly("plain");
            }
        }
    }

    /** To the user without a password. */
    private static void changeUser(RawClient client) throws IOException {
        client.send(Wire.packet(0, "11 'empty' 00 00 'plain' 00 2d 00 'mysql_native_password' 00"));
        RawClient.Packet asked = client.read();
        assertThat(asked.first()).isEqualTo(0xfe);
        client.send(Wire.packet(asked.sequence() + 1, new byte[0]));
        assertThat(client.answer()).containsExactly("OK");
    }

    // ------------------------------------------------------------------ chance

    @Test
    void randomlyChangedCommands_disturbNobodyElse() throws Exception {
        long seed = Long.getLong("dbmesh.test.seed", 20261125L);
        Random random = new Random(seed);
        neighbour.execute("CREATE TABLE fuzzed (id INT PRIMARY KEY, v VARCHAR(100))");
        int sent = 0;
        while (sent < 2000) {
            try (RawClient client = logIn()) {
                int id = client.prepare("SELECT ?, v FROM fuzzed WHERE id = ?");
                int budget = 1 + random.nextInt(8);
                sent += budget;
                client.sendAndDrain(changedCommands(random, id, budget));
            }
            assertThat(neighbour.execute("SELECT " + sent + ", 'seed " + seed + "'"))
                    .containsExactly(sent + ",seed " + seed);
        }
        Awaitility.await().until(() -> proxy.server().clients() == 1);
    }

    private static byte[] changedCommands(Random random, int id, int count) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] packet = wellFormed(random, id);
            for (int change = random.nextInt(4); change > 0; change--) {
                packet = changed(random, packet);
            }
            if (packet.length > 4 && packet[4] == CommandByte.PROCESS_KILL) {
                // It would be right to kill the neighbour.
                packet[4] = CommandByte.PING;
            }
            packets.add(packet);
        }
        return Wire.join(packets.toArray(byte[][]::new));
    }

    private static byte[] wellFormed(Random random, int id) {
        byte[] execution = Wire.bytes("00 01 00 00 00 00 01 fd 00 03 00 03 'abc' 01 00 00 00");
        return switch (random.nextInt(12)) {
            case 0 -> command(CommandByte.PING);
            case 1 -> command(CommandByte.STMT_EXECUTE, Wire.join(intLE(id), execution));
            case 2 -> command(CommandByte.STMT_SEND_LONG_DATA, Wire.join(intLE(id), Wire.bytes("00 00 'piece'")));
            case 3 -> command(CommandByte.STMT_RESET, intLE(id));
            case 4 -> command(CommandByte.STMT_FETCH, Wire.join(intLE(id), intLE(5)));
            case 5 -> command(CommandByte.STMT_PREPARE, "SELECT ?".getBytes(StandardCharsets.UTF_8));
            case 6 -> command(CommandByte.INIT_DB, "sbtest".getBytes(StandardCharsets.UTF_8));
            case 7 -> command(CommandByte.FIELD_LIST, Wire.bytes("'fuzzed' 00"));
            case 8 -> command(CommandByte.RESET_CONNECTION);
            case 9 -> Wire.packet(0, "11 'empty' 00 00 'plain' 00 2d 00 'mysql_native_password' 00");
            case 10 -> query("INSERT INTO fuzzed VALUES (1, 'a') ON DUPLICATE KEY UPDATE v = 'b'");
            default -> query("SELECT id, v FROM fuzzed WHERE id IN (1, 2, 3) ORDER BY v LIMIT 2");
        };
    }

    private static byte[] changed(Random random, byte[] packet) {
        if (packet.length < 4) {
            return packet;
        }
        int at = random.nextInt(packet.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                packet[at] = (byte) random.nextInt(256);
                yield packet;
            }
            case 1 -> {
                packet[at] ^= (byte) (1 << random.nextInt(8));
                yield packet;
            }
            // The header still tells the old length.
            case 2 -> at == 0 ? packet : Arrays.copyOf(packet, at);
            // A shorter or longer payload with a header that fits.
            default -> {
                byte[] payload = Arrays.copyOfRange(packet, 4, packet.length);
                yield Wire.packet(packet[3], Arrays.copyOf(payload, random.nextInt(payload.length + 8)));
            }
        };
    }
}
