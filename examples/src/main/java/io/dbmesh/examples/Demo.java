package io.dbmesh.examples;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.ServerStartException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./dbmesh demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts two database servers and a proxy before them, fills a shop that is sharded over four databases, and prints"
                    + " how to connect and what to try. Everything is gone after Ctrl-C.",
            "",
            "The configuration, the tables and the queries are those of examples/shop."
        })
public final class Demo implements Callable<Integer> {
    private static final int MOST_ORDERS = 10_000_000;
    private static final int LAST_PORT = 65_535;

    @Option(
            names = "--server",
            paramLabel = "mysql|mariadb",
            defaultValue = "mariadb",
            description = "What to start behind the proxy. MySQL needs libaio and fetches 600 MB the first time."
                    + " Default: ${DEFAULT-VALUE}")
    private Flavor flavor = Flavor.MARIADB;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "At which the proxy listens. Default: " + ShopMesh.USUAL_PORT
                    + ", or any free port when that is taken.")
    private @Nullable Integer port;

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many orders to load, with a tenth as many customers. Default: ${DEFAULT-VALUE}")
    private int orders;

    @Option(names = "--no-wait", description = "Ends after printing the page.")
    private boolean noWait;

    @Spec
    private @Nullable CommandSpec command;

    private final PrintStream out = System.out;
    private volatile @Nullable ShopMesh running;
    private volatile boolean ending;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException, SQLException {
        requireRange("--orders", orders, 1, MOST_ORDERS);
        if (port != null) {
            requireRange("--port", port, 1, LAST_PORT);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "shutdown"));
        try {
            run();
            return 0;
        } catch (ServerStartException | MeshException | SQLException failure) {
            if (!ending) {
                System.err.println("dbmesh: " + failure.getMessage());
            }
            return 1;
        }
    }

    /** Runs when the JVM ends. Servers of a demo that has only begun to start end with the JVM all the same. */
    private void end() {
        ending = true;
        ShopMesh mesh = running;
        if (mesh != null) {
            out.println("Ending the proxy and the servers ...");
            mesh.close();
        }
    }

    private void run() throws InterruptedException, SQLException {
        out.println("Starting two " + flavor.productName() + " servers and the proxy ...");
        ShopMesh mesh = ShopMesh.start(flavor, choosePort());
        running = mesh;
        ShopData data = new ShopData(orders);
        long start = System.nanoTime();
        ProgressDots dots = new ProgressDots(
                out, String.format(Locale.ROOT, "Loading %,d customers and %,d orders", data.customers(), orders));
        new ShopLoader(mesh::connect, data, dots::at).load();
        out.printf(Locale.ROOT, " %.1f s%n", (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1));
        new ShopPage(mesh, out).print();
        if (!noWait) {
            out.println("Press Ctrl-C to end the proxy and the servers and to delete their data.");
            new CountDownLatch(1).await();
        }
    }

    /** The port asked for, the usual one, or 0 for any. */
    private int choosePort() {
        int wanted = port == null ? ShopMesh.USUAL_PORT : port;
        if (ShopMesh.isFree(wanted)) {
            return wanted;
        }
        out.println("Port " + wanted + " is taken; the proxy takes another one, see below.");
        return 0;
    }

    private void requireRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            CommandLine line = command == null ? new CommandLine(this) : command.commandLine();
            throw new ParameterException(line, "%s is %d; allowed: %d to %d".formatted(option, value, least, most));
        }
    }
}
