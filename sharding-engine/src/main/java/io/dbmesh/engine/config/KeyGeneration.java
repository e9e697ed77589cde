package io.dbmesh.engine.config;

import java.util.OptionalInt;

/**
 * How keys of AUTO_INCREMENT columns of sharded tables are made.
 *
 * @param workerId sets this process apart from all others that write to the same servers, 0 to 1023; when empty it is
 *     derived from the host's name and the port, which is good enough for a single proxy only
 */
public record KeyGeneration(OptionalInt workerId) {
    public static final int MAX_WORKER_ID = 1023;
    public static final KeyGeneration DEFAULT = new KeyGeneration(OptionalInt.empty());

    public KeyGeneration {
        workerId.ifPresent(id -> Names.requireBetween("workerId", id, 0, MAX_WORKER_ID));
    }
}
