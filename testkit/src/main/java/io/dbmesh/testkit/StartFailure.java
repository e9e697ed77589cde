package io.dbmesh.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says from a server's log why it did not start. */
final class StartFailure {
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("error while loading shared libraries: ([^:\\s]+): cannot open shared object file");
    private static final int TAIL_CHARACTERS = 3_000;

    private StartFailure() {}

    static ServerStartException of(Flavor flavor, String what, Path log) {
        return new ServerStartException(message(flavor, what, read(log)));
    }

    static String message(Flavor flavor, String what, String log) {
        Matcher missing = MISSING_LIBRARY.matcher(log);
        if (missing.find()) {
            String library = missing.group(1);
            return "The " + flavor.productName() + " server cannot start: this system lacks the library " + library
                    + ". Install " + packageOf(library) + " (`./dbmesh test` does it when it runs as root)";
        }
        return "The " + flavor.productName() + " server " + what + ". The end of its log:\n"
                + log.substring(Math.max(0, log.length() - TAIL_CHARACTERS));
    }

    private static String packageOf(String library) {
        return library.startsWith("libaio.so")
                ? "the Debian package libaio1: apt-get update && apt-get install -y libaio1"
                : "the package that holds it (apt-file search " + library + ")";
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "(no log)";
        } catch (IOException e) {
            return "(its log " + log + " cannot be read: " + e.getMessage() + ")";
        }
    }
}
