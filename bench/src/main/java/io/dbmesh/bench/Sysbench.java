package io.dbmesh.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the sysbench program and reads its report. */
final class Sysbench {
    private static final Pattern QUERIES = Pattern.compile("(?m)^\\s+queries:\\s+(\\d+)\\s+\\(([0-9.]+) per sec");
    private static final Pattern ERRORS = Pattern.compile("(?m)^\\s+ignored errors:\\s+(\\d+)");
    private static final Pattern PERCENTILE = Pattern.compile("(?m)^\\s+99th percentile:\\s+([0-9.]+)");
    private static final Pattern AVERAGE = Pattern.compile("(?m)^\\s+avg:\\s+([0-9.]+)");

    private final int tableSize;

    Sysbench(int tableSize) {
        this.tableSize = tableSize;
    }

    /**
     * What one run gave.
     *
     * @param queries statements answered, BEGIN and COMMIT included
     * @param queriesPerSecond by sysbench's own clock
     * @param p99Millis of an event: one query for point selects, a whole transaction for the others
     * @param averageMillis of an event
     * @param errors that sysbench ignored
     */
    record Result(long queries, double queriesPerSecond, double p99Millis, double averageMillis, long errors) {}

    /** Makes the table and its rows through {@code middle}. */
    void prepare(Middle middle) throws IOException, InterruptedException {
        run(command(middle, "oltp_read_write", List.of("--threads=1", "--auto_inc=off", "prepare")));
    }

    Result run(Middle middle, Workload workload, boolean prepared, int threads, int seconds)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>();
        options.add("--threads=" + threads);
        options.add("--time=" + seconds);
        options.add("--percentile=99");
        options.add("--rand-type=uniform");
        options.add("--db-ps-mode=" + (prepared ? "auto" : "disable"));
        options.add("run");
        String report = run(command(middle, workload.script(), options));
        Matcher queries = find(QUERIES, report);
        return new Result(
                Long.parseLong(queries.group(1)),
                Double.parseDouble(queries.group(2)),
                Double.parseDouble(find(PERCENTILE, report).group(1)),
                Double.parseDouble(find(AVERAGE, report).group(1)),
                Long.parseLong(find(ERRORS, report).group(1)));
    }

    private List<String> command(Middle middle, String script, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                "sysbench",
                script,
                "--db-driver=mysql",
                "--mysql-host=127.0.0.1",
                "--mysql-port=" + middle.port(),
                "--mysql-user=" + middle.login().user(),
                "--mysql-password=" + middle.login().password(),
                "--mysql-db=" + middle.database(),
                "--tables=1",
                "--table-size=" + tableSize));
        command.addAll(options);
        return command;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " failed with status " + status + ":\n" + output);
        }
        return output;
    }

    private static Matcher find(Pattern pattern, String report) throws IOException {
        Matcher matcher = pattern.matcher(report);
        if (!matcher.find()) {
            throw new IOException("sysbench's report has no " + pattern + ":\n" + report);
        }
        return matcher;
    }
}
