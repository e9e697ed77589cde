package io.dbmesh.proxy.backend;

import io.dbmesh.proxy.protocol.Wire;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that says what a test wants, for what no real server says. */
final class FakeServer implements AutoCloseable {
    static final byte[] GREETING = Wire.packet(0, """
            0a '8.0.33' 00 2a 00 00 00 'abcdefgh' 00 ff ff ff 02 00 ff df 15 00 00 00 00 00 00 00 00 00 00
            'ijklmnopqrst' 00 'caching_sha2_password' 00
            """);

    /** What happens on one connection; it is closed when this returns. */
    interface Script {
        void serve(DataInputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<String> received = new CopyOnWriteArrayList<>();
    final AtomicInteger accepted = new AtomicInteger();
    private volatile Script script;

    FakeServer(Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Logs everybody in and answers each command by {@link #answer}. */
    static FakeServer answering() {
        FakeServer server = new FakeServer((in, out) -> {});
        server.script = server::logInAndAnswer;
        return server;
    }

    void become(Script other) {
        script = other;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // by close()
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
        } catch (IOException closed) {
            // by either side
        }
    }

    void logInAndAnswer(DataInputStream in, OutputStream out) throws IOException {
        out.write(GREETING);
        readPacket(in);
        out.write(Wire.packet(2, "00 00 00 02 00 00 00"));
        while (true) {
            String command = new String(readPacket(in), StandardCharsets.UTF_8);
            received.add(command.substring(1));
            byte[] answer = answer(command.substring(1));
            out.write(answer);
            if (answer.length == 0) {
                return;
            }
        }
    }

    /** By what the command contains; no bytes to close the connection. */
    private static byte[] answer(String command) {
        if (command.contains("close")) {
            return new byte[0];
        }
        if (command.contains("fail")) {
            return Wire.packet(1, "ff 28 04 '#42000' 'fail'");
        }
        if (command.contains("garbage")) {
            return Wire.packet(1, "fb 'file'");
        }
        if (command.contains("unasked")) {
            return Wire.join(Wire.packet(1, "00 00 00 02 00 00 00"), Wire.packet(0, "ff 1d 04 '#08S01' 'shutdown'"));
        }
        return Wire.packet(1, command.contains("BEGIN") ? "00 00 00 03 00 00 00" : "00 00 00 02 00 00 00");
    }

    static byte[] readPacket(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
        in.readByte();
        return in.readNBytes(length);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
