package io.dbmesh.engine.merge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of several shards become one result. Immutable, part of a plan.
 *
 * <p>Each shard sends the client's columns first and then columns that only the merge needs, which are dropped.
 *
 * @param visibleColumns how many of the shards' columns the client sees, from the left; {@code -1 - n} for all but the last
 *     {@code n}, which is how derived columns behind a {@code *} are left out, so that -1 is all
 * @param order in which each shard sends its rows, and by which they are merged; empty: as they come
 * @param grouping null when each row of a shard is a row of the result
 * @param reorder after grouping, the whole result is sorted by these in memory; empty: it keeps {@code order}
 * @param limited whether OFFSET and LIMIT are applied; their numbers are given when the merge starts
 */
public record MergeSpec(
        int visibleColumns, List<SortKey> order, @Nullable Grouping grouping, List<SortKey> reorder, boolean limited) {
    public MergeSpec {
        order = List.copyOf(order);
        reorder = List.copyOf(reorder);
    }

    /** Rows in any order, nothing to compute. */
    public static MergeSpec concatenation() {
        return new MergeSpec(-1, List.of(), null, List.of(), false);
    }

    /**
     * A column to compare by. NULL comes first when ascending, as in MySQL.
     *
     * <p>Columns are numbered from the left, from 0; a negative number counts from the right end ({@code -1} is the
     * last), for derived columns behind a {@code *} whose width the plan does not know.
     *
     * <p>The servers tell in a column's definition which character set the client reads, not by which collation the
     * column is sorted. So for strings that are not binary the plan must say it, by one of the two last components.
     *
     * @param column the value. ENUM and SET (which sort by their number) and FLOAT in the text protocol (which shows
     *     fewer digits than it has) are refused here: give a derived column with {@code value + 0} of those
     * @param weight a column with WEIGHT_STRING of the value, used when the value is a string whose collation is not
     *     binary; null when the plan knows that it is not needed
     * @param collation name of the collation of the value, as in information_schema.COLUMNS; null when the plan does
     *     not know it
     * @param collationColumn a column with COLLATION of the value, for expressions; null when {@code collation} is
     *     given or not needed
     */
    public record SortKey(
            int column,
            @Nullable Integer weight,
            boolean descending,
            @Nullable String collation,
            @Nullable Integer collationColumn) {

        /** A key that is no string, or a binary one. */
        public SortKey(int column, boolean descending) {
            this(column, null, descending, null, null);
        }

        /** A key of unknown collation: good for everything that is no string, or a binary one. */
        public SortKey(int column, @Nullable Integer weight, boolean descending) {
            this(column, weight, descending, null, null);
        }

        /** A string of a known collation. */
        public SortKey(int column, @Nullable Integer weight, boolean descending, @Nullable String collation) {
            this(column, weight, descending, collation, null);
        }
    }

    /**
     * Rows with equal keys become one row.
     *
     * @param keys what makes a group; with {@code order} non-empty the rows come such that equal keys are adjacent. Empty keys:
     *     the result is one row, from exactly one row of each shard
     * @param aggregates the columns to combine; all others are taken from the group's first row
     */
    public record Grouping(List<SortKey> keys, List<Aggregate> aggregates) {
        public Grouping {
            keys = List.copyOf(keys);
            aggregates = List.copyOf(aggregates);
        }
    }

    /** How a column of a group is made from the same column of the shards' groups. */
    public sealed interface Aggregate {
        /** The column that is replaced by the combined value. */
        int column();

        /** Sum of counts: never NULL. */
        record Count(int column) implements Aggregate {}

        /** Exact for integers and DECIMAL, double for FLOAT and DOUBLE; NULLs do not count, NULL when all are. */
        record Sum(int column) implements Aggregate {}

        /**
         * The least or greatest that is not NULL. Its weight column becomes that of the chosen one, so that the
         * result can be sorted by it.
         *
         * @param weight as of {@link SortKey}, as are the two last components
         */
        record Extreme(
                int column,
                @Nullable Integer weight,
                boolean max,
                @Nullable String collation,
                @Nullable Integer collationColumn)
                implements Aggregate {

            /** Of a value that is no string, or a binary one. */
            public Extreme(int column, @Nullable Integer weight, boolean max) {
                this(column, weight, max, null, null);
            }
        }

        /**
         * SUM by COUNT, to the digits of the column itself, which the shards also send (as AVG).
         *
         * @param sum column with the shard's SUM
         * @param count column with the shard's COUNT
         */
        record Average(int column, int sum, int count) implements Aggregate {}

        /** BIT_AND, BIT_OR, BIT_XOR of unsigned 64 bits. */
        record Bits(int column, Operator operator) implements Aggregate {
            public enum Operator {
                AND,
                OR,
                XOR
            }
        }
    }
}
