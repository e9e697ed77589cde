package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.KeyGeneration;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.key.SegmentCounter;
import io.dbmesh.engine.key.SegmentCounter.Range;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The AUTO_INCREMENT counters of all tables whose keys are leased in ranges. Safe for many threads. */
public final class SegmentKeys {
    /** The table in each sharded schema's default location that keeps the counters; clients do not see it. */
    public static final String TABLE = SequenceTable.NAME;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentKeys.class);
    /** 2^24 and 2^53: integers up to there are exact in a FLOAT and a DOUBLE. */
    private static final long MAX_EXACT_IN_FLOAT = 1L << 24;

    private static final long MAX_EXACT_IN_DOUBLE = 1L << 53;

    private record TableName(String schema, String table) {}

    /** A counter for a column of one type; ALTER TABLE can change it. */
    private record Known(String column, long highestKey, SegmentCounter counter) {}

    private final MetadataConnections connections;
    private final MeshConfig config;
    private final Executor background;
    private final Map<TableName, Known> counters = new ConcurrentHashMap<>();

    SegmentKeys(MetadataConnections connections, MeshConfig config, Executor background) {
        this.connections = connections;
        this.config = config;
        this.background = background;
    }

    /** Whether the keys of an AUTO_INCREMENT column are leased in ranges. */
    public static boolean areFor(ColumnMetadata column, KeyGeneration keys) {
        return switch (keys.autoIncrement()) {
            case AUTO -> column.type() != ColumnType.BIGINT;
            case SNOWFLAKE -> false;
            case SEGMENT -> true;
        };
    }

    /** The counter of a table that has an AUTO_INCREMENT column. */
    public SegmentCounter counter(MeshTable table) {
        ColumnMetadata column = table.metadata().autoIncrementColumn();
        if (column == null) {
            throw new IllegalArgumentException(table.qualifiedName() + " has no AUTO_INCREMENT column");
        }
        TableName name = new TableName(table.schema(), table.name());
        long highest = highestKey(column);
        Known known = counters.get(name);
        if (known == null || known.highestKey() != highest || !known.column().equals(column.name())) {
            known = counters.compute(
                    name,
                    (same, present) -> isFor(present, column.name(), highest)
                            ? present
                            : new Known(column.name(), highest, newCounter(table, highest)));
        }
        return known.counter();
    }

    private static boolean isFor(@Nullable Known known, String column, long highest) {
        return known != null && known.highestKey() == highest && known.column().equals(column);
    }

    private SegmentCounter newCounter(MeshTable table, long highest) {
        SequenceTable sequences = sequences(config.schema(table.schema()));
        SegmentCounter.Leases leases = new SegmentCounter.Leases() {
            private volatile long generation;

            @Override
            public Range lease(long count, long atLeast) {
                Range leased = sequences.lease(table, generation, count, atLeast);
                generation = leased.generation();
                return leased;
            }

            @Override
            public void giveBack(Range range) {
                sequences.giveBack(table.name(), range);
            }
        };
        SegmentCounter.Sizes sizes =
                new SegmentCounter.Sizes(config.keys().segmentSize(), KeyGeneration.MAX_SEGMENT_SIZE);
        return new SegmentCounter(table.qualifiedName(), highest, leases, sizes, background);
    }

    /** Begins anew after a table was emptied, dropped or made. Blocks. */
    public void restart(String schema, String table) {
        Schema of = config.schema(schema);
        counters.remove(new TableName(schema, table));
        if (of != null && of.rule(table) != null) {
            try {
                sequences(of).restart(table);
            } catch (MeshException failure) {
                // The table has changed already; its keys go on from where they were, which harms nobody.
                LOG.warn("Cannot restart the AUTO_INCREMENT counter of {}.{}", schema, table, failure);
            }
        }
    }

    /**
     * Takes notice of what ALTER TABLE has said of AUTO_INCREMENT. Blocks.
     *
     * @param table as it now is
     */
    public void altered(MeshTable table) {
        ColumnMetadata column = table.metadata().autoIncrementColumn();
        Schema of = config.schema(table.schema());
        if (column == null || of == null || of.rule(table.name()) == null || !areFor(column, config.keys())) {
            return;
        }
        long free = sequences(of).firstFree(table);
        if (free > 1) {
            counter(table).assign(new long[] {free - 1});
        }
    }

    /** Gives back what has not been used, so that the next start goes on without a gap. Blocks. */
    void close() {
        try {
            for (Known known : counters.values()) {
                known.counter().giveBack();
            }
        } catch (MeshException failure) {
            LOG.info("Leased AUTO_INCREMENT values are not given back; they stay unused", failure);
        }
    }

    private SequenceTable sequences(@Nullable Schema schema) {
        if (schema == null) {
            throw new IllegalArgumentException("a table of no schema");
        }
        return new SequenceTable(connections, config, schema.defaultLocation());
    }

    private static long highestKey(ColumnMetadata column) {
        return switch (column.type()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT ->
                (1L << (column.type().integerBits() - (column.unsigned() ? 0 : 1))) - 1;
            case FLOAT -> MAX_EXACT_IN_FLOAT;
            case DOUBLE -> MAX_EXACT_IN_DOUBLE;
            // The servers allow no other types; of an unsigned BIGINT half is plenty.
            default -> Long.MAX_VALUE - 1;
        };
    }
}
