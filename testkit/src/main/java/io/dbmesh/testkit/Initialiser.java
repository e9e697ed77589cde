package io.dbmesh.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a server once to write its first data. */
final class Initialiser {
    private static final long LIMIT_SECONDS = 120;

    private Initialiser() {}

    /** @param input what the server reads as its standard input */
    static void run(Flavor flavor, List<String> command, Path input) throws IOException {
        Path log = Files.createTempFile("dbmesh-initialise-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw StartFailure.of(flavor, "did not initialise its data within " + LIMIT_SECONDS + " s", log);
                }
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw StartFailure.of(flavor, "failed to initialise its data, status " + process.exitValue(), log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while " + flavor.productName() + " initialised its data", e);
        } finally {
            Files.delete(log);
        }
    }
}
