package io.dbmesh.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints medians side by side, each also as a ratio to haproxy's where haproxy was measured. */
final class Report {
    private final PrintStream out;
    private long errors;

    Report(PrintStream out) {
        this.out = out;
    }

    void print(Workload workload, String mode, int threads, List<Measurement> measurements) {
        out.printf(
                Locale.ROOT,
                "%n%s, %s, %d threads%n  %-16s %10s %9s %10s %10s %9s %7s%n",
                workload.script(),
                mode,
                threads,
                "",
                "q/s",
                "x haproxy",
                "p99 ms",
                "avg ms",
                "CPU us/q",
                "x haproxy");
        double haproxyRate = ofHaproxy(measurements, true);
        double haproxyCpu = ofHaproxy(measurements, false);
        for (Measurement each : measurements) {
            double rate = each.median(round -> round.result().queriesPerSecond());
            double cpu = each.median(Measurement.Round::cpuMicrosPerQuery);
            out.printf(
                    Locale.ROOT,
                    "  %-16s %10.0f %9s %10.2f %10.3f %9.1f %7s%s%n",
                    each.middle(),
                    rate,
                    ratio(rate, haproxyRate),
                    each.median(round -> round.result().p99Millis()),
                    each.median(round -> round.result().averageMillis()),
                    cpu,
                    ratio(cpu, haproxyCpu),
                    each.errors() == 0 ? "" : "  " + each.errors() + " ERRORS");
            errors += each.errors();
        }
        out.flush();
    }

    /** Errors that sysbench counted in all that was printed. */
    long errors() {
        return errors;
    }

    private static double ofHaproxy(List<Measurement> measurements, boolean rate) {
        for (Measurement each : measurements) {
            if (each.middle().equals(Bench.HAPROXY)) {
                return rate
                        ? each.median(round -> round.result().queriesPerSecond())
                        : each.median(Measurement.Round::cpuMicrosPerQuery);
            }
        }
        return 0;
    }

    private static String ratio(double value, double base) {
        return value == 0 || base == 0 ? "" : String.format(Locale.ROOT, "%.2f", value / base);
    }
}
