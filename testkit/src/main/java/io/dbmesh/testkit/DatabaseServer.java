package io.dbmesh.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real server of its own on a free port of 127.0.0.1. It keeps its maker's defaults of {@code sql_mode}, collation,
 * isolation and password plugin; only its durability and buffers are tuned for tests. It ends, and its folder with it,
 * when it is closed or when this JVM ends, whatever ends this JVM.
 *
 * <p>The first start ever on a machine fetches the server through Maven and may take minutes; later ones take about a
 * second. Not thread-safe, except that any thread may connect.
 */
public final class DatabaseServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 20;
    private static final int START_ATTEMPTS = 3;

    private final Flavor flavor;
    private final Distribution distribution;
    private final Path folder;
    private final int port;
    private final Watchdog watchdog;
    private ProcessHandle process;

    private DatabaseServer(Flavor flavor, Distribution distribution, Path folder, List<String> extraOptions)
            throws IOException {
        this.flavor = flavor;
        this.distribution = distribution;
        this.folder = folder;
        this.port = Ports.free();
        List<String> command = new ArrayList<>(distribution.command(folder, port));
        command.addAll(extraOptions);
        this.watchdog = Watchdog.over(folder, command);
        try {
            this.process = watchdog.launch();
            awaitReady();
        } catch (RuntimeException | IOException e) {
            watchdog.close();
            throw e;
        }
    }

    public static DatabaseServer start(Flavor flavor) {
        return start(flavor, List.of());
    }

    /**
     * Starts a server with options of its own after the usual ones.
     *
     * @param extraOptions as on the server's command line, e.g. {@code --max-connections=20}
     * @throws ServerStartException saying what to do, with the end of the server's log
     */
    public static DatabaseServer start(Flavor flavor, List<String> extraOptions) {
        Distribution distribution = Distribution.of(flavor);
        for (int attempt = 1; ; attempt++) {
            try {
                Path folder = newFolder(flavor, distribution);
                return new DatabaseServer(flavor, distribution, folder, extraOptions);
            } catch (ServerStartException e) {
                // Somebody else may take the port between its choice and the server's bind.
                if (attempt == START_ATTEMPTS || !String.valueOf(e.getMessage()).contains("Address already in use")) {
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start " + flavor.productName(), e);
            }
        }
    }

    private static Path newFolder(Flavor flavor, Distribution distribution) throws IOException {
        Path template = distribution.template();
        // Short, because a socket's path has at most 107 bytes.
        Path folder = Files.createTempDirectory(flavor == Flavor.MYSQL ? "dbmesh-mysql-" : "dbmesh-mariadb-");
        Folders.copy(template, folder.resolve("data"));
        Files.createDirectory(folder.resolve("tmp"));
        return folder;
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!accepts()) {
            if (endsWithin(POLL_MILLIS)) {
                throw failure("ended while it started");
            }
            if (System.nanoTime() - deadline > 0) {
                throw failure("took no connection within " + START_LIMIT.toSeconds() + " s");
            }
        }
    }

    private boolean accepts() {
        try (Connection connection = connect("")) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private boolean endsWithin(long millis) {
        try {
            process.onExit().get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRuns) {
            return false;
        } catch (ExecutionException e) {
            throw new ServerStartException("Cannot watch the process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while waiting for " + this, e);
        }
    }

    private ServerStartException failure(String what) {
        return StartFailure.of(flavor, what, folder.resolve("server.log"));
    }

    public Flavor flavor() {
        return flavor;
    }

    public String host() {
        return "127.0.0.1";
    }

    /** The same for the whole life, also after {@link #restart}. */
    public int port() {
        return port;
    }

    /** A user with all privileges. */
    public String user() {
        return Distribution.USER;
    }

    public String password() {
        return Distribution.PASSWORD;
    }

    /** Of the server's process; another one after a restart. */
    public long pid() {
        return process.pid();
    }

    /** For Connector/J or MariaDB's driver, without user and password. {@code database} may be empty. */
    public String jdbcUrl(String database) {
        return distribution.jdbcUrl(port, database);
    }

    /** A new connection of the maker's own driver. {@code database} may be empty. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), password());
    }

    /** Runs statements one after the other on a connection of their own, without a database selected. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The maker's own client program, of the server's version; nothing needs to be installed for it. */
    public Path program(MakersProgram program) {
        return distribution.home().resolve("bin").resolve(program.name(flavor));
    }

    /** Kills the server as a crash would and waits until it is gone. Its committed rows stay for {@link #restart}. */
    public void kill9() {
        process.destroyForcibly();
        if (!endsWithin(KILL_LIMIT.toMillis())) {
            throw new IllegalStateException(this + " is still there " + KILL_LIMIT.toSeconds() + " s after a SIGKILL");
        }
    }

    /** Starts the server again on the same port and data; kills it before if it still runs. */
    public void restart() {
        if (process.isAlive()) {
            kill9();
        }
        try {
            process = watchdog.launch();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot restart " + this, e);
        }
        awaitReady();
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        try {
            watchdog.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot end " + this, e);
        }
    }

    @Override
    public String toString() {
        return flavor.productName() + " on " + host() + ":" + port + " (pid " + process.pid() + ")";
    }
}
