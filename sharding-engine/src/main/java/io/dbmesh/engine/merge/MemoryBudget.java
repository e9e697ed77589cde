package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;

/** What one statement holds of rows beyond its windows, against the limits. */
final class MemoryBudget {
    /** Of objects around a row's bytes, roughly. */
    private static final int ROW_OVERHEAD = 120;

    private final long maxRows;
    private final long maxBytes;
    private long rows;
    private long bytes;

    MemoryBudget(long maxRows, long maxBytes) {
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
    }

    /** @throws MeshException RESULT_TOO_LARGE when there is no more room */
    void takeRow(String purpose, long rowBytes) {
        rows++;
        bytes += rowBytes + ROW_OVERHEAD;
        if (rows > maxRows) {
            throw new MeshException(MeshError.RESULT_TOO_LARGE, purpose, maxRows, "rows (limits.maxRowsInMemory)");
        }
        if (bytes > maxBytes) {
            throw new MeshException(MeshError.RESULT_TOO_LARGE, purpose, maxBytes, "bytes (limits.maxBytesInMemory)");
        }
    }

    void giveBackRow(long rowBytes) {
        rows--;
        bytes -= rowBytes + ROW_OVERHEAD;
    }
}
