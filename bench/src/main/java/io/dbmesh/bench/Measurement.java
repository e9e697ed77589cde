package io.dbmesh.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The rounds of one middle at one workload. */
record Measurement(String middle, List<Round> rounds) {
    Measurement {
        rounds = List.copyOf(rounds);
    }

    /**
     * One run.
     *
     * @param cpuMicrosPerQuery of the middle process; 0 for a direct connection
     */
    record Round(Sysbench.Result result, double cpuMicrosPerQuery) {}

    double median(ToDoubleFunction<Round> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    long errors() {
        return rounds.stream().mapToLong(round -> round.result().errors()).sum();
    }
}
