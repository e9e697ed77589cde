package io.dbmesh.proxy.server;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.metadata.MetadataLoader;
import io.dbmesh.governance.config.ConfigDocument;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbmesh check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Checks a configuration and ends.",
            "",
            "Every fault of the document is printed with its line and what is allowed. Then the servers are asked what they"
                    + " hold, and whether it fits the configuration. Nothing is changed: databases that the proxy would create"
                    + " are named.",
            "",
            "Exit status: 0 when all is well, 1 when a server or its tables do not fit, 2 when the document is faulty."
        })
final class CheckCommand implements Callable<Integer> {

    private static final int PROBLEMS = 1;
    private static final int BAD_CONFIGURATION = 2;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration document.")
    private @Nullable Path config;

    @Override
    public Integer call() {
        PrintStream out = System.out;
        MeshConfig document;
        try {
            document = ConfigDocument.read(Objects.requireNonNull(config));
        } catch (MeshException fault) {
            System.err.println(fault.message());
            System.err.println(fault.error().advice());
            return BAD_CONFIGURATION;
        }
        out.println("The document is valid: " + document.users().size() + " users, "
                + document.dataSources().size() + " data sources, "
                + document.schemas().size() + " schemas.");
        try (MetadataLoader loader = new MetadataLoader(document)) {
            return report(loader.load(MetadataLoader.Missing.REPORT), out);
        }
    }

    private static int report(Mesh mesh, PrintStream out) {
        for (DataSource dataSource : mesh.config().dataSources().values()) {
            out.println("data source " + dataSource.name() + ": " + dataSource.address() + " as " + dataSource.user()
                    + ", at most " + dataSource.maxConnections() + " connections");
        }
        for (MeshSchema schema : mesh.schemas().values()) {
            out.println("schema " + schema.name() + ": " + schema.tables().size() + " tables, default "
                    + schema.config().defaultLocation()
                    + (schema.config().isSharded()
                            ? ", shards " + schema.config().shards()
                            : ""));
            schema.config()
                    .tables()
                    .forEach((table, rule) -> out.println(
                            "  " + table + ": " + rule + (schema.find(table) == null ? " (does not exist yet)" : "")));
        }
        List<MeshException> problems = new ArrayList<>();
        for (MeshException found : mesh.problems()) {
            if (found.error() == MeshError.DATABASE_MISSING) {
                out.println("note: " + found.message());
            } else {
                problems.add(found);
            }
        }
        problems.forEach(problem -> out.println("PROBLEM " + problem.describe()));
        out.println(problems.isEmpty() ? "All is well." : problems.size() + " problem(s).");
        return problems.isEmpty() ? 0 : PROBLEMS;
    }
}
