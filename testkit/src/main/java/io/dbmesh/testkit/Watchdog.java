package io.dbmesh.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The shell between this JVM and a server ({@code watchdog.sh}), which ends the server and removes its folder when this
 * JVM closes the watchdog or dies, be it by SIGKILL.
 */
final class Watchdog implements AutoCloseable {
    private static final long CLOSE_LIMIT_SECONDS = 30;

    private final Process shell;
    private final BufferedReader answers;

    private Watchdog(Process shell) {
        this.shell = shell;
        this.answers = shell.inputReader(StandardCharsets.US_ASCII);
    }

    /** Ready to start {@code command}; nothing of it runs yet. */
    static Watchdog over(Path folder, List<String> command) throws IOException {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", script(), "dbmesh-watchdog", folder.toString()));
        line.addAll(command);
        Process shell = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("watchdog.log").toFile()))
                .start();
        return new Watchdog(shell);
    }

    private static String script() throws IOException {
        try (InputStream script = Watchdog.class.getResourceAsStream("watchdog.sh")) {
            if (script == null) {
                throw new IOException("watchdog.sh is missing beside " + Watchdog.class);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Starts the server, which must not run, and gives its process. */
    ProcessHandle launch() throws IOException {
        shell.outputWriter(StandardCharsets.US_ASCII).append("start\n").flush();
        String pid = answers.readLine();
        if (pid == null) {
            throw new IOException("The server's watchdog ended instead of answering a pid");
        }
        return ProcessHandle.of(Long.parseLong(pid.strip()))
                .orElseThrow(() -> new IOException("The server ended as soon as it was started (pid " + pid + ")"));
    }

    /** Kills the server, removes its folder and waits until both are done. */
    @Override
    public void close() throws IOException {
        shell.outputWriter(StandardCharsets.US_ASCII).close();
        try {
            if (!shell.waitFor(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(
                        "The watchdog " + shell.pid() + " did not end its server within " + CLOSE_LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the watchdog " + shell.pid() + " ended its server", e);
        } finally {
            answers.close();
        }
    }
}
