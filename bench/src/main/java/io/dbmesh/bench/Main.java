package io.dbmesh.bench;

import io.dbmesh.testkit.Flavor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./dbmesh bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures, interleaved in one run: direct MySQL, haproxy (TCP), a bare Netty forwarder, and DBMesh with an unsharded and a"
                    + " sharded table. Prints the medians over the rounds of queries a second, 99th percentile, and CPU"
                    + " microseconds of the middle process for each query."
        })
final class Main implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "3", description = "Interleaved rounds. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "5", description = "Of each run. Default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--threads",
            split = ",",
            defaultValue = "1,16,64",
            description = "sysbench threads. Default: ${DEFAULT-VALUE}")
    private List<Integer> threads = List.of();

    @Option(
            names = "--workloads",
            split = ",",
            defaultValue = "POINT_SELECT,READ_ONLY,READ_WRITE",
            description = "Among ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private List<Workload> workloads = List.of();

    @Option(
            names = "--modes",
            split = ",",
            defaultValue = "text,prepared",
            description = "Statements as text, prepared, or both. Default: ${DEFAULT-VALUE}")
    private List<String> modes = List.of();

    @Option(
            names = "--middles",
            split = ",",
            defaultValue = "direct,haproxy,forwarder,dbmesh,dbmesh-sharded",
            description = "What to compare. Default: ${DEFAULT-VALUE}")
    private List<String> middles = List.of();

    @Option(names = "--rows", defaultValue = "100000", description = "Of the table. Default: ${DEFAULT-VALUE}")
    private int rows;

    @Option(
            names = "--server",
            defaultValue = "MYSQL",
            description = "Among ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private Flavor flavor = Flavor.MYSQL;

    @Option(
            names = "--loops",
            defaultValue = "2",
            description = "Threads of haproxy, of the forwarder and of DBMesh. Default: ${DEFAULT-VALUE}")
    private int loops;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try (Bench bench = Bench.start(flavor, rows, loops, middles)) {
            Report report = new Report(System.out);
            for (Workload workload : workloads) {
                for (String mode : modes) {
                    boolean prepared = mode.equals("prepared");
                    List<Integer> counts = new ArrayList<>(threads);
                    for (int count : counts) {
                        report.print(workload, mode, count, bench.measure(workload, prepared, count, rounds, seconds));
                    }
                }
            }
            return report.errors() == 0 ? 0 : 1;
        }
    }
}
