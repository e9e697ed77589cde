package io.dbmesh.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.proxy.protocol.ClientLogin;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.LengthEncoded;
import io.dbmesh.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client made of a bare socket, which can misbehave in ways that no driver does. */
final class RawClient implements AutoCloseable {
    /** No answer takes longer, unless something hangs. */
    private static final int READ_MILLIS = 20_000;

    private static final int OK = 0x00;
    private static final int EOF = 0xfe;
    private static final int ERROR = 0xff;
    private static final int UTF8_GENERAL = 45;

    /** As it travels, without its header. */
    record Packet(int sequence, byte[] payload) {
        int first() {
            return payload[0] & 0xff;
        }

        /** @return 0 when it is no error */
        int errno() {
            return first() == ERROR ? payload[1] & 0xff | (payload[2] & 0xff) << 8 : 0;
        }

        /** Of an error, with its SQLSTATE. */
        String message() {
            return new String(payload, 3, payload.length - 3, StandardCharsets.UTF_8);
        }

        private boolean isEnd() {
            return first() == EOF && payload.length < 9;
        }
    }

    private final Socket socket;
    private final DataInputStream in;

    private RawClient(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and says nothing, not even reads the greeting. */
    static RawClient connect(int port) throws IOException {
        return new RawClient(port);
    }

    static RawClient logIn(int port, String schema) throws IOException {
        RawClient client = new RawClient(port);
        ClientLogin login = new ClientLogin(TestProxy.USER, TestProxy.PASSWORD, schema, 0, UTF8_GENERAL);
        while (!login.isDone()) {
            Packet packet = client.read();
            ByteBuf whole = Unpooled.wrappedBuffer(Wire.packet(packet.sequence(), packet.payload()));
            ByteBuf answer = login.received(whole, UnpooledByteBufAllocator.DEFAULT);
            assertThat(login.error()).isNull();
            if (answer != null) {
                client.send(Wire.read(answer));
                answer.release();
            }
        }
        return client;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** A command with its argument. */
    static byte[] command(int command, byte... argument) {
        return Wire.packet(0, Wire.join(new byte[] {(byte) command}, argument));
    }

    static byte[] query(String sql) {
        return command(CommandByte.QUERY, sql.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] intLE(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    Packet read() throws IOException {
        int length = Integer.reverseBytes(in.readInt());
        int sequence = length >>> 24;
        byte[] payload = new byte[length & 0xff_ffff];
        in.readFully(payload);
        return new Packet(sequence, payload);
    }

    /** Reads an answer to its end: {@code OK}, {@code error N}, or the rows, values joined by commas. */
    List<String> answer() throws IOException {
        Packet first = read();
        if (first.first() == ERROR) {
            return List.of("error " + first.errno());
        }
        if (first.first() == OK) {
            return List.of("OK");
        }
        int columns = first.first();
        for (int i = 0; i <= columns; i++) {
            read();
        }
        List<String> rows = new ArrayList<>();
        Packet packet;
        while (!(packet = read()).isEnd()) {
            if (packet.first() == ERROR) {
                return List.of("error " + packet.errno());
            }
            rows.add(text(packet.payload(), columns));
        }
        return rows;
    }

    private static String text(byte[] row, int columns) {
        ByteBuf bytes = Unpooled.wrappedBuffer(row);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            if (bytes.getUnsignedByte(bytes.readerIndex()) == 0xfb) {
                bytes.skipBytes(1);
                values.add("NULL");
            } else {
                int length = LengthEncoded.readLength(bytes);
                values.add(
                        bytes.readCharSequence(length, StandardCharsets.UTF_8).toString());
            }
        }
        return String.join(",", values);
    }

    List<String> execute(byte[] command) throws IOException {
        send(command);
        return answer();
    }

    List<String> execute(String sql) throws IOException {
        return execute(query(sql));
    }

    /**
     * Prepares a statement.
     *
     * @return its id
     */
    int prepare(String sql) throws IOException {
        send(command(CommandByte.STMT_PREPARE, sql.getBytes(StandardCharsets.UTF_8)));
        Packet packet = read();
        assertThat(packet.first()).isEqualTo(OK);
        ByteBuf ok = Unpooled.wrappedBuffer(packet.payload()).skipBytes(1);
        int id = ok.readIntLE();
        int columns = ok.readUnsignedShortLE();
        int parameters = ok.readUnsignedShortLE();
        for (int i = 0; i < columns + parameters + (columns > 0 ? 1 : 0) + (parameters > 0 ? 1 : 0); i++) {
            read();
        }
        return id;
    }

    /** The next packet is this error, and then the connection ends. */
    void assertRefused(int errno) throws IOException {
        Packet packet = read();
        assertThat(packet.errno()).as(packet.message()).isEqualTo(errno);
        assertClosed();
    }

    void assertClosed() throws IOException {
        try {
            Packet more = read();
            throw new AssertionError("the connection is still there and says " + more);
        } catch (EOFException closed) {
            socket.close();
        }
    }

    /** Ends the connection as a crash of the client's machine or its firewall does: by RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Sends again and again, without reading, until it is closed. */
    void sendWithoutEnd(byte[] chunk) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    send(chunk);
                }
            } catch (IOException closed) {
                // Which is the end.
            }
        });
    }

    /** Sends, says that no more will come, and reads until the other side ends the connection. */
    void sendAndDrain(byte[] bytes) throws IOException {
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException reset) {
                // Which is an end too.
            }
        });
        try {
            send(bytes);
            socket.shutdownOutput();
        } catch (IOException refused) {
            // The other side may end the connection before it has read everything.
        }
        try {
            assertThat(reader.join(Duration.ofMillis(READ_MILLIS))).isTrue();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
