package io.dbmesh.proxy.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The package mysql2, installed once by npm below the folder where the testkit keeps its servers. */
final class Mysql2Package {
    private static final String VERSION = "3.24.6";

    private Mysql2Package() {}

    /** The folder that holds {@code node_modules}; it appears complete or not at all. */
    static synchronized Path folder() {
        Path cache = cache();
        Path folder = cache.resolve("npm-mysql2-" + VERSION);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Files.createDirectories(cache);
            Path lock = cache.resolve(folder.getFileName() + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                if (held.isValid() && !Files.isDirectory(folder)) {
                    install(cache, folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot install mysql2 into " + folder, e);
        }
        return folder;
    }

    private static void install(Path cache, Path folder) throws IOException {
        Path unfinished = Files.createTempDirectory(cache, "npm-");
        String output = Processes.run(
                List.of(
                        "npm",
                        "install",
                        "--prefix=" + unfinished,
                        "--no-audit",
                        "--no-fund",
                        "--ignore-scripts",
                        "mysql2@" + VERSION),
                "");
        if (!Files.isDirectory(unfinished.resolve("node_modules/mysql2"))) {
            throw new IOException("npm install failed; it needs npm (Debian's package npm) and a registry:\n" + output);
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path cache() {
        String own = System.getenv("DBMESH_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("dbmesh").toAbsolutePath();
    }
}
