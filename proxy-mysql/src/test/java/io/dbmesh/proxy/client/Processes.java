package io.dbmesh.proxy.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs client programs to their end. */
final class Processes {
    private static final long LIMIT_SECONDS = 120;

    private Processes() {}

    /**
     * @param input for the program's standard input, as UTF-8
     * @return its standard output and error together
     */
    static String run(List<String> command, String input) {
        return run(command, input.getBytes(StandardCharsets.UTF_8));
    }

    static String run(List<String> command, byte[] input) {
        return run(command, input, null);
    }

    /** @param errors for the program's standard error; null when it belongs into the answer */
    static String run(List<String> command, byte[] input, @Nullable Path errors) {
        try {
            Path in = Files.createTempFile("dbmesh-client-", ".in");
            Path out = Files.createTempFile("dbmesh-client-", ".out");
            try {
                Files.write(in, input);
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectInput(in.toFile()).redirectOutput(out.toFile());
                if (errors == null) {
                    builder.redirectErrorStream(true);
                } else {
                    builder.redirectError(errors.toFile());
                }
                Process process = builder.start();
                return await(process, command, out);
            } finally {
                Files.delete(in);
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command.getFirst(), e);
        }
    }

    private static String await(Process process, List<String> command, Path out) throws IOException {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        command.getFirst() + " took more than " + LIMIT_SECONDS + " s; so far it said:\n" + read(out));
            }
            return read(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command.getFirst(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) throws IOException {
        // Clients print bytes as they are; what is no UTF-8 is compared as a replacement character.
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
