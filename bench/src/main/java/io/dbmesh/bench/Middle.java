package io.dbmesh.bench;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What stands between sysbench and the servers in one measurement.
 *
 * @param name in the report
 * @param port where sysbench connects, on 127.0.0.1
 * @param database that sysbench uses there
 * @param login by whom it connects
 * @param process whose CPU time is counted; null for a direct connection
 */
record Middle(
        String name,
        int port,
        String database,
        Login login,
        @Nullable ProcessHandle process) {

    /** User and password. */
    record Login(String user, String password) {}

    /** CPU time that the process has used so far, in microseconds; 0 without one. */
    long cpuMicros() throws IOException {
        return process == null ? 0 : ProcessCpu.micros(process.pid());
    }
}
