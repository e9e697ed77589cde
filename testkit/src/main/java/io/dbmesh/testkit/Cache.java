package io.dbmesh.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Folders that are made once and then only read: unpacked servers and initialised data. A folder appears under its name
 * complete or not at all, and two JVMs never make the same one at a time.
 */
final class Cache {
    /** Says where the cache lies; without it, {@code $XDG_CACHE_HOME/dbmesh} or {@code ~/.cache/dbmesh}. */
    static final String LOCATION_VARIABLE = "DBMESH_CACHE";

    /** File locks belong to the whole JVM; its own threads need a lock beside them. */
    private static final Object THREADS = new Object();

    private final Path root;

    Cache(Path root) {
        this.root = root;
    }

    static Cache ofUser() {
        String own = System.getenv(LOCATION_VARIABLE);
        if (own != null && !own.isBlank()) {
            return new Cache(Path.of(own).toAbsolutePath());
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return new Cache(base.resolve("dbmesh").toAbsolutePath());
    }

    /** Fills an empty folder. */
    @FunctionalInterface
    interface Filler {
        void fill(Path folder) throws IOException;
    }

    /** The folder of that name, made by {@code filler} if it does not exist yet. */
    Path folder(String name, Filler filler) {
        Path folder = root.resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Files.createDirectories(root);
            synchronized (THREADS) {
                try (FileChannel lockFile = FileChannel.open(
                        root.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    // Released with the channel, also when this JVM dies half way.
                    lockFile.lock();
                    if (!Files.isDirectory(folder)) {
                        make(folder, filler);
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot make " + folder + "; set " + LOCATION_VARIABLE
                            + " to a folder that can be written and has 2 GB of space",
                    e);
        }
    }

    private static void make(Path folder, Filler filler) throws IOException {
        Path draft = folder.resolveSibling(folder.getFileName() + ".draft");
        Folders.delete(draft);
        Files.createDirectories(draft);
        filler.fill(draft);
        Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    }
}
