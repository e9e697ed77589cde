package io.dbmesh.bench;

import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The servers and the processes between, all on this machine, and the measuring. */
final class Bench implements AutoCloseable {
    static final String HAPROXY = "haproxy";

    private static final String UNSHARDED = "plain";
    private static final String SHARDED = "sbtest";
    /** So that JVMs have compiled what the measured seconds need. */
    private static final int WARM_UP_SECONDS = 6;

    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<Middle> middles = new ArrayList<>();
    private final Sysbench sysbench;
    private final Path folder;

    private Bench(int rows) throws IOException {
        this.sysbench = new Sysbench(rows);
        this.folder = Files.createTempDirectory("dbmesh-bench-");
    }

    /**
     * Starts two servers and what stands between, and fills the tables.
     *
     * @param loops threads of each middle process
     * @param wanted names of middles, in the order in which they are measured
     */
    static Bench start(Flavor flavor, int rows, int loops, List<String> wanted)
            throws IOException, InterruptedException, SQLException {
        Bench bench = new Bench(rows);
        try {
            bench.startAll(flavor, loops, wanted);
            return bench;
        } catch (IOException | InterruptedException | SQLException | RuntimeException failed) {
            bench.close();
            throw failed;
        }
    }

    private void startAll(Flavor flavor, int loops, List<String> wanted)
            throws IOException, InterruptedException, SQLException {
        List<String> options = List.of("--innodb-buffer-pool-size=256M", "--max-connections=500");
        DatabaseServer first = DatabaseServer.start(flavor, options);
        running.add(first);
        DatabaseServer second = DatabaseServer.start(flavor, options);
        running.add(second);
        first.execute("CREATE DATABASE " + UNSHARDED, "CREATE DATABASE " + SHARDED);
        Middle.Login server = new Middle.Login(first.user(), first.password());
        Middle direct = new Middle("direct", first.port(), UNSHARDED, server, null);
        sysbench.prepare(direct);

        MeshProcess mesh = null;
        for (String name : wanted) {
            switch (name) {
                case "direct" -> middles.add(direct);
                case HAPROXY ->
                    middles.add(new Middle(
                            HAPROXY,
                            haproxy(first, loops),
                            UNSHARDED,
                            server,
                            lastProcess().handle()));
                case "forwarder" ->
                    middles.add(new Middle(
                            name,
                            forwarder(first, loops),
                            UNSHARDED,
                            server,
                            lastProcess().handle()));
                case "dbmesh", "dbmesh-sharded" -> {
                    mesh = mesh == null ? startMesh(first, second, loops) : mesh;
                    boolean sharded = name.endsWith("sharded");
                    Middle middle = new Middle(
                            name,
                            mesh.port(),
                            sharded ? SHARDED : UNSHARDED,
                            new Middle.Login("app", "secret"),
                            mesh.process().handle());
                    if (sharded) {
                        sysbench.prepare(middle);
                    }
                    middles.add(middle);
                }
                default ->
                    throw new IllegalArgumentException("--middles has '" + name
                            + "'; allowed: direct, haproxy, forwarder, dbmesh, dbmesh-sharded");
            }
        }
    }

    private record MeshProcess(int port, ChildProcess process) {}

    private MeshProcess startMesh(DatabaseServer first, DatabaseServer second, int loops) throws IOException {
        Path config = folder.resolve("mesh.yaml");
        Files.writeString(config, """
                listen: 127.0.0.1:0
                users:
                  - { name: app, password: secret }
                dataSources:
                  ds0: { address: 127.0.0.1:%d, user: %s, password: %s }
                  ds1: { address: 127.0.0.1:%d, user: %s, password: %s }
                schemas:
                  sbtest:
                    default: ds0/sbtest
                    shards: [ds0/sbtest_0, ds1/sbtest_1]
                    tables:
                      sbtest1: { key: id, by: hash }
                  plain:
                    default: ds0/plain
                """.formatted(
                        first.port(), first.user(), first.password(), second.port(), second.user(), second.password()));
        ChildProcess process = ChildProcess.java(
                "io.dbmesh.proxy.server.Main",
                List.of("-Xms256m", "-Xmx256m"),
                List.of("proxy", "--config", config.toString(), "--threads", Integer.toString(loops)));
        running.add(process);
        return new MeshProcess(process.awaitPort("Listening on 127\\.0\\.0\\.1:(\\d+)"), process);
    }

    private int forwarder(DatabaseServer server, int loops) throws IOException {
        ChildProcess process = ChildProcess.java(
                Forwarder.class.getName(),
                List.of("-Xms64m", "-Xmx64m"),
                List.of(server.host(), Integer.toString(server.port()), Integer.toString(loops), "auto"));
        running.add(process);
        return process.awaitPort("listening (\\d+)");
    }

    private int haproxy(DatabaseServer server, int loops) throws IOException {
        int port = ChildProcess.freePort();
        Path config = folder.resolve("haproxy.cfg");
        Files.writeString(config, """
                global
                  nbthread %d
                  maxconn 2000
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                listen mysql
                  bind 127.0.0.1:%d
                  server ds0 127.0.0.1:%d
                """.formatted(loops, port, server.port()));
        ChildProcess process = ChildProcess.start(List.of("haproxy", "-db", "-f", config.toString()));
        running.add(process);
        process.awaitListening(port);
        return port;
    }

    private ChildProcess lastProcess() {
        return (ChildProcess) running.getLast();
    }

    /** Runs each middle once in each round, so that what else happens on the machine befalls all alike. */
    List<Measurement> measure(Workload workload, boolean prepared, int threads, int rounds, int seconds)
            throws IOException, InterruptedException {
        List<List<Measurement.Round>> results = new ArrayList<>();
        for (Middle middle : middles) {
            sysbench.run(middle, workload, prepared, threads, WARM_UP_SECONDS);
            results.add(new ArrayList<>());
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < middles.size(); i++) {
                Middle middle = middles.get(i);
                long before = middle.cpuMicros();
                Sysbench.Result result = sysbench.run(middle, workload, prepared, threads, seconds);
                double cpu = (double) (middle.cpuMicros() - before) / Math.max(1, result.queries());
                results.get(i).add(new Measurement.Round(result, cpu));
            }
        }
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < middles.size(); i++) {
            measurements.add(new Measurement(middles.get(i).name(), results.get(i)));
        }
        return measurements;
    }

    @Override
    public void close() {
        for (AutoCloseable each : running.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                System.err.println("Cannot stop " + each + ": " + failed);
            }
        }
    }
}
