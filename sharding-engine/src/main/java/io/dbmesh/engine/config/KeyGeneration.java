package io.dbmesh.engine.config;

import java.util.OptionalInt;

/**
 * How keys of AUTO_INCREMENT columns of sharded and reference tables are made.
 *
 * @param workerId sets this process apart from all others that write to the same servers, 0 to 1023; when empty it is
 *     derived from the host's name and the port, which is good enough for a single proxy only
 * @param segmentSize keys of the first ranges that are leased for a table; a table that uses them up quickly gets longer
 *     ones, up to {@link #MAX_SEGMENT_SIZE}
 */
public record KeyGeneration(OptionalInt workerId, AutoIncrement autoIncrement, int segmentSize) {
    /** The kinds of keys. */
    public enum AutoIncrement {
        /** Snowflake keys where the column can hold them, which is BIGINT; segment keys elsewhere. */
        AUTO,
        /** 63 bits that grow with time, without asking anybody. */
        SNOWFLAKE,
        /** Small numbers from 1, of ranges that are leased from a table. */
        SEGMENT
    }

    public static final int MAX_WORKER_ID = 1023;
    public static final int DEFAULT_SEGMENT_SIZE = 1_000;
    public static final int MAX_SEGMENT_SIZE = 100_000;
    public static final KeyGeneration DEFAULT = new KeyGeneration(OptionalInt.empty());

    public KeyGeneration {
        workerId.ifPresent(id -> Names.requireBetween("workerId", id, 0, MAX_WORKER_ID));
        Names.requireBetween("segmentSize", segmentSize, 1, MAX_SEGMENT_SIZE);
    }

    /** With defaults for the rest. */
    public KeyGeneration(OptionalInt workerId) {
        this(workerId, AutoIncrement.AUTO, DEFAULT_SEGMENT_SIZE);
    }
}
