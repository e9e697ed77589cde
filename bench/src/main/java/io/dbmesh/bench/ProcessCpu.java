package io.dbmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of a process from {@code /proc/PID/stat} (proc(5): fields 14 and 15, utime and stime). */
final class ProcessCpu {
    /** {@code sysconf(_SC_CLK_TCK)} is 100 on all Linux machines that Java runs on. */
    private static final long TICK_MICROS = 10_000;

    private static final int UTIME_AFTER_NAME = 11;

    private ProcessCpu() {}

    /** Microseconds of CPU, user and system, of all threads that the process has or had; exact to 20 ms. */
    static long micros(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name, in parentheses, may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[UTIME_AFTER_NAME]) + Long.parseLong(fields[UTIME_AFTER_NAME + 1]);
        return ticks * TICK_MICROS;
    }
}
