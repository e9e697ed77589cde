package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A proxy in a JVM of its own, started as users start it, which ends when it is closed. */
final class MeshProcess implements AutoCloseable {
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern RESIDENT_KIB = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Path folder;
    private final int port;
    private final Process process;

    /** @param configuration of a port on which the proxy listens */
    interface Configuration {
        String on(int port);
    }

    private MeshProcess(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    static MeshProcess start(Configuration configuration, String... options) throws IOException {
        Path folder = Files.createTempDirectory("dbmesh-proxy-");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path file = Files.writeString(folder.resolve("mesh.yaml"), configuration.on(port));
        List<String> command = new ArrayList<>();
        command.add(javaProgram("java"));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.dbmesh.proxy.server.Main",
                "proxy",
                "--config",
                file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("proxy.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        MeshProcess mesh = new MeshProcess(folder, port, process);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> mesh.hasEnded() || mesh.isListening());
        mesh.requireAlive();
        return mesh;
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean hasEnded() {
        return !process.isAlive();
    }

    /** Fails with what the proxy printed when it is no longer there. */
    void requireAlive() {
        try {
            assertThat(process.isAlive())
                    .withFailMessage("the proxy ended:\n" + Files.readString(folder.resolve("proxy.log")))
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Endpoint endpoint(String database) {
        return new Endpoint("127.0.0.1", port, Stage.USER, Stage.PASSWORD, database);
    }

    /** Bytes on the heap that are in use, after a collection. */
    long liveHeapBytes() {
        String histogram =
                Processes.run(List.of(javaProgram("jcmd"), String.valueOf(process.pid()), "GC.class_histogram"), "");
        return number(HISTOGRAM_TOTAL, histogram);
    }

    /** Bytes of memory of the whole process, so that buffers outside of the heap count too. */
    long residentBytes() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        return 1024 * number(RESIDENT_KIB, Files.readString(status));
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static String javaProgram(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.delete(folder.resolve("mesh.yaml"));
        Files.delete(folder.resolve("proxy.log"));
        Files.delete(folder);
    }
}
