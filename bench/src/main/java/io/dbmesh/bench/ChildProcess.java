package io.dbmesh.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the benchmark's own, which ends with it. */
final class ChildProcess implements AutoCloseable {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_MILLIS = 20;

    private final List<String> command;
    private final Process process;

    private ChildProcess(List<String> command) throws IOException {
        this.command = command;
        this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    static ChildProcess start(List<String> command) throws IOException {
        return new ChildProcess(command);
    }

    /** A JVM of the same kind and class path as this one. */
    static ChildProcess java(String mainClass, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true"));
        command.addAll(options);
        command.addAll(List.of(System.getenv()
                        .getOrDefault("DBMESH_BENCH_JAVA_OPTS", "")
                        .split("\\s+"))
                .stream()
                .filter(option -> !option.isEmpty())
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return new ChildProcess(command);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits for a line that has the port as the pattern's first group; the rest of the output is then passed on. */
    int awaitPort(String pattern) throws IOException {
        Pattern wanted = Pattern.compile(pattern);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        String line;
        while ((line = lines.readLine()) != null) {
            Matcher matcher = wanted.matcher(line);
            if (matcher.find()) {
                passOn(lines);
                return Integer.parseInt(matcher.group(1));
            }
            seen.append(line).append('\n');
        }
        throw new IOException(String.join(" ", command) + " ended before it listened:\n" + seen);
    }

    private static void passOn(BufferedReader lines) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(System.err::println));
    }

    /** Waits until something listens on a port of 127.0.0.1. */
    void awaitListening(int port) throws IOException {
        passOn(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        long start = System.nanoTime();
        while (!isListening(port)) {
            if (!process.isAlive() || System.nanoTime() - start > START_LIMIT_NANOS) {
                throw new IOException(String.join(" ", command) + " does not listen on " + port);
            }
            try {
                process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + command.getFirst(), stopped);
            }
        }
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return command.getFirst() + " (pid " + process.pid() + ")";
    }
}
