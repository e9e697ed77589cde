package io.dbmesh.proxy.protocol;

import static io.dbmesh.proxy.protocol.Wire.EOF;
import static io.dbmesh.proxy.protocol.Wire.OK;
import static io.dbmesh.proxy.protocol.Wire.OK_END;
import static io.dbmesh.proxy.protocol.Wire.definition;
import static io.dbmesh.proxy.protocol.Wire.join;
import static io.dbmesh.proxy.protocol.Wire.packet;

import io.dbmesh.proxy.protocol.ResponseScanner.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whatever a peer sends, a decoder either takes it or throws {@link ProtocolException}, and leaks nothing. */
class DecoderFuzzTest {
    private static final int ROUNDS = 20_000;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TrackedBuffers buffers = new TrackedBuffers();

    private static final List<byte[]> ANSWERS = List.of(
            packet(1, OK),
            packet(1, "ff 28 04 '#42000' 'bad'"),
            packet(1, "fb 'file'"),
            join(packet(1, "01"), packet(2, definition("shop_0", "a")), packet(3, "01 'a'"), packet(4, OK_END)),
            join(packet(1, "01"), packet(2, definition("s", "a")), packet(3, EOF), packet(4, "01 'a'"), packet(5, EOF)),
            join(packet(1, "00 07 00 00 00 01 00 00 00 00 00 00"), packet(2, definition("s", "a")), packet(3, EOF)),
            join(packet(1, definition("shop_0", "a")), packet(2, EOF)));

    /** Changes, removes, inserts or repeats some bytes. */
    private byte[] mutated(byte[] original) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> bytes = join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length), bytes);
                case 2 -> {
                    if (bytes.length > 0) {
                        bytes[at] = (byte) random.nextInt();
                    }
                }
                default -> {
                    if (bytes.length > 0) {
                        bytes[at] = new byte[] {0, 1, 3, (byte) 0xfb, (byte) 0xfc, (byte) 0xfe, (byte) 0xff}
                                [random.nextInt(7)];
                    }
                }
            }
        }
        return bytes;
    }

    private void fuzz(List<byte[]> originals, Consumer<byte[]> decoder) {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = mutated(originals.get(random.nextInt(originals.size())));
            try {
                decoder.accept(bytes);
            } catch (ProtocolException expected) {
                // refused, as it should be
            } catch (RuntimeException | Error wrong) {
                throw new AssertionError(
                        "fuzz.seed=" + seed + " round " + i + " bytes " + Arrays.toString(bytes), wrong);
            }
            buffers.assertAllReleased();
        }
    }

    @Test
    void scanner_takesOrRefuses() {
        ResponseScanner scanner = new ResponseScanner();
        fuzz(ANSWERS, bytes -> {
            scanner.begin(Kind.values()[random.nextInt(4)], random.nextBoolean());
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            while (in.isReadable() && !scanner.isComplete()) {
                ByteBuf chunk = in.slice(in.readerIndex(), 1 + random.nextInt(in.readableBytes()));
                int taken = scanner.scan(chunk);
                if (taken <= 0) {
                    throw new AssertionError("no progress");
                }
                in.skipBytes(taken);
            }
            if (scanner.isComplete()) {
                if (scanner.isError()) {
                    scanner.error();
                } else if (!scanner.hasResultSet() && scanner.statusFlags() >= 0) {
                    scanner.statusFlags();
                }
            }
        });
    }

    @Test
    void scannersFinalPacket_canBeRead() {
        ResponseScanner scanner = new ResponseScanner();
        fuzz(List.of(ANSWERS.get(0), ANSWERS.get(1), packet(1, "00 00 00 02 00 00 00 03 'abc'")), bytes -> {
            scanner.begin(Kind.RESULT, true);
            scanner.scan(Unpooled.wrappedBuffer(bytes));
            if (scanner.isComplete() && !scanner.hasResultSet()) {
                try {
                    Object last = scanner.isError() ? scanner.error() : scanner.ok();
                    last.hashCode();
                } catch (ProtocolException late) {
                    throw new IllegalStateException("complete, but its last packet cannot be read", late);
                }
            }
        });
    }

    @Test
    void reader_takesOrRefuses() {
        fuzz(ANSWERS, bytes -> {
            ResultReaderTest.Noted noted = new ResultReaderTest.Noted();
            ResultReader reader = new ResultReader(random.nextBoolean(), noted);
            ByteBuf in = buffers.of(bytes);
            try {
                while (in.isReadable() && !reader.isComplete()) {
                    ByteBuf chunk = in.readSlice(1 + random.nextInt(in.readableBytes()));
                    reader.read(chunk, buffers);
                }
            } finally {
                reader.close();
                noted.takeRows();
                in.release();
            }
        });
    }

    @Test
    void rename_takesOrRefuses() {
        SchemaRename rename = new SchemaRename("shop_0", "shop");
        fuzz(ANSWERS, bytes -> {
            ByteBuf in = buffers.of(bytes);
            try {
                rename.rewrite(in, buffers).release();
            } finally {
                in.release();
            }
        });
    }

    @Test
    void framer_takesOrRefuses() {
        fuzz(ANSWERS, bytes -> {
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.config().setAllocator(buffers);
            channel.pipeline().addLast(new PacketFramer(1000, length -> {}));
            for (int at = 0; at < bytes.length; ) {
                int end = at + 1 + random.nextInt(bytes.length - at);
                channel.writeInbound(buffers.of(bytes, at, end));
                at = end;
            }
            channel.finishAndReleaseAll();
        });
    }

    @Test
    void executeRequest_takesOrRefuses() {
        byte[] request = Wire.bytes("17 07 00 00 00 00 01 00 00 00 00 01 fd 00 08 00 0c 00 01 00"
                + "05 'hello' 2a 00 00 00 00 00 00 00 07 ea 07 0b 18 01 02 03 05");
        fuzz(List.of(request), bytes -> {
            ExecuteRequest read = new ExecuteRequest(4);
            read.read(Unpooled.wrappedBuffer(bytes));
            ByteBuf out = buffers.buffer();
            ExecuteRequest.Value[] values = new ExecuteRequest.Value[4];
            for (int i = 0; i < 4; i++) {
                values[i] = new ExecuteRequest.Value.OfClient(i);
            }
            read.write(out, 1, false, values);
            out.release();
        });
    }

    @Test
    void serverLogin_takesOrRefuses() {
        byte[] response = packet(
                1,
                "0d a2 2a 00 00 00 00 40 2d" + " 00".repeat(23) + " 'ada' 00 14 "
                        + "'0123456789012345678' 00 'shop' 00 'mysql_native_password' 00 07 03 'abc' 02 'de'");
        byte[] changeUser =
                packet(0, "11 'ada' 00 14 '01234567890123456789' 'shop' 00 ff 00 'caching_sha2_password' 00");
        fuzz(List.of(response, changeUser), bytes -> {
            ByteBuf in = buffers.of(bytes.length < 4 ? new byte[4] : bytes);
            ByteBuf out = buffers.buffer();
            try {
                ServerLogin login = new ServerLogin(user -> "secret", random.nextBoolean(), random.nextBoolean());
                if (random.nextBoolean()) {
                    login.received(in, out);
                }
                if (random.nextBoolean()) {
                    login.changeUser(in, out);
                }
                login.received(in, out);
            } finally {
                in.release();
                out.release();
            }
        });
    }

    @Test
    void clientLogin_takesOrRefuses() {
        byte[] greeting = packet(
                0,
                "0a '8.0.33' 00 2a 00 00 00 'abcdefgh' 00 ff ff ff 02 00 ff df 15" + " 00".repeat(10)
                        + "'ijklmnopqrst' 00 'caching_sha2_password' 00");
        List<byte[]> later = List.of(
                packet(2, "fe 'mysql_native_password' 00 'tsrqponmlkjihgfedcba' 00"),
                packet(2, "01 04"),
                packet(2, "01 03"),
                packet(2, "01 '-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----'"),
                packet(2, OK));
        fuzz(List.of(greeting), bytes -> {
            ClientLogin login = new ClientLogin("ada", "pw", "shop", Capabilities.DEPRECATE_EOF, 45);
            tell(login, random.nextInt(4) == 0 ? bytes : greeting);
            tell(login, mutated(later.get(random.nextInt(later.size()))));
            tell(login, mutated(later.get(random.nextInt(later.size()))));
        });
    }

    private void tell(ClientLogin login, byte[] packet) {
        ByteBuf in = buffers.of(packet.length < 4 ? new byte[4] : packet);
        try {
            ByteBuf reply = login.received(in, buffers);
            if (reply != null) {
                reply.release();
            }
        } finally {
            in.release();
        }
    }
}
