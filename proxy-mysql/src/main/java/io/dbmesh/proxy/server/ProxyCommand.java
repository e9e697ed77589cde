package io.dbmesh.proxy.server;

import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.governance.config.ConfigDocument;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbmesh proxy}. */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Runs the proxy of a configuration until it is stopped (Ctrl-C or SIGTERM).",
            "",
            "Databases that the configuration names and that do not exist are created. Clients connect with any MySQL"
                    + " client or driver to the address under `listen`, as one of `users`."
        })
final class ProxyCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int BAD_CONFIGURATION = 2;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration document.")
    private @Nullable Path config;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Event loops; by default one for each processor. The connections that a data source allows are"
                            + " divided among them.")
    private int threads;

    @Override
    public Integer call() throws InterruptedException {
        MeshConfig document;
        try {
            document = ConfigDocument.read(Objects.requireNonNull(config));
        } catch (MeshException fault) {
            return failed(fault, BAD_CONFIGURATION);
        }
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            MeshServer server = threads > 0 ? MeshServer.start(document, threads) : MeshServer.start(document);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                server.close();
                                stopped.countDown();
                            },
                            "shutdown"));
        } catch (MeshException fault) {
            return failed(fault, FAILED);
        }
        stopped.await();
        return 0;
    }

    private static int failed(MeshException fault, int status) {
        System.err.println(fault.message());
        System.err.println(fault.error().advice());
        return status;
    }
}
