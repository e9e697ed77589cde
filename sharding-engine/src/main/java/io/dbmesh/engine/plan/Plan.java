package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.route.Route;
import io.dbmesh.engine.route.ValueRef;
import io.dbmesh.sql.tree.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How statements of one shape are carried out. {@link PlanPrinter} shows it to people.
 *
 * <p>Every plan names the reasons for what it decides, for {@code MESH EXPLAIN}.
 */
public sealed interface Plan {
    /** Why it is so, one line for each decision; not part of the plan's meaning. */
    List<String> reasons();

    /**
     * Rows from one place or from several.
     *
     * @param whenOne for the usual case that one place has all the rows: its answer is relayed as it comes
     * @param whenMany what to do when the literals leave several places
     * @param effects what the statement does to the session besides returning rows
     */
    record Read(Route route, Rewrite whenOne, Many whenMany, Set<Effect> effects, List<String> reasons)
            implements Plan {
        public Read {
            effects = Set.copyOf(effects);
            reasons = List.copyOf(reasons);
        }
    }

    /** What a read does over several shards. */
    sealed interface Many {
        /**
         * The shards' rows are merged.
         *
         * @param countOrdinal the literal of LIMIT, null without one
         * @param offsetOrdinal the literal of OFFSET, null without one
         */
        record Merged(
                Rewrite rewrite,
                MergeSpec merge,
                @Nullable Integer countOrdinal,
                @Nullable Integer offsetOrdinal) implements Many {}

        /** It cannot be answered exactly. */
        record Refused(MeshException reason) implements Many {}
    }

    /**
     * UPDATE, DELETE, and INSERT into tables that are in one place or everywhere.
     *
     * @param whenMany why several shards are refused; null when they are not
     * @param everywhereEqual whether the same rows are written in all places (a reference table): the first place's count is
     *     the client's, and {@code NOW()} must be the same in all of them
     * @param keyRows rows of an INSERT into one place that name the AUTO_INCREMENT column by plain values only, as
     *     {@link InsertRows#rows}: these tell whether its answer names LAST_INSERT_ID(). Empty when there is no such question
     */
    record Write(
            Route route,
            Rewrite rewrite,
            @Nullable MeshException whenMany,
            boolean everywhereEqual,
            List<RowTemplate> keyRows,
            Set<Effect> effects,
            List<String> reasons)
            implements Plan {
        public Write {
            keyRows = List.copyOf(keyRows);
            effects = Set.copyOf(effects);
            reasons = List.copyOf(reasons);
        }

        /** One that does not name an AUTO_INCREMENT column. */
        public Write(
                Route route,
                Rewrite rewrite,
                @Nullable MeshException whenMany,
                boolean everywhereEqual,
                Set<Effect> effects,
                List<String> reasons) {
            this(route, rewrite, whenMany, everywhereEqual, List.of(), effects, reasons);
        }
    }

    /**
     * INSERT or REPLACE of rows that each have their place; also of rows of a reference table for which keys are made.
     *
     * @param table {@link MeshTable.Sharded} or {@link MeshTable.Reference}
     * @param rewrite names, and the added key column in the column list; the rows are put in by whoever splits them
     * @param rowsFrom token of the first row's opening parenthesis
     * @param rowsTo after the last row's closing parenthesis (of the tokens recorded in the digest)
     * @param rows one that stands for all when the digest has collapsed them, else each row
     */
    record InsertRows(
            MeshTable table,
            Rewrite rewrite,
            int rowsFrom,
            int rowsTo,
            List<RowTemplate> rows,
            @Nullable GeneratedKey generated,
            Set<Effect> effects,
            List<String> reasons)
            implements Plan {
        public InsertRows {
            rows = List.copyOf(rows);
            effects = Set.copyOf(effects);
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * One row of an INSERT.
     *
     * @param fromToken its opening parenthesis
     * @param toToken after its closing parenthesis
     * @param shardKey the sharding key's value; null for a reference table, and when the key is the generated one
     * @param generatedCell the value given for the AUTO_INCREMENT column; null when the column is not named. NULL, 0 (unless
     *     NO_AUTO_VALUE_ON_ZERO) and DEFAULT ask for a key
     */
    record RowTemplate(
            int fromToken,
            int toToken,
            @Nullable ValueRef shardKey,
            @Nullable Cell generatedCell) {}

    /** A cell of a row, by its tokens. */
    record Cell(int fromToken, int toToken, @Nullable ValueRef value) {}

    /**
     * The AUTO_INCREMENT column.
     *
     * @param isShardKey whether the rows are sharded by it
     * @param appended whether the INSERT does not name the column, so that it is appended to the column list (by
     *     {@code rewrite}) and to each row
     * @param assigned whether the row is that of {@code INSERT ... SET}: a list of assignments without parentheses
     */
    record GeneratedKey(String column, boolean isShardKey, boolean appended, boolean assigned) {}

    /**
     * A change of definitions, in each of some places.
     *
     * @param locations in this order; a failure in the first leaves all as it was
     * @param schemas whose metadata is loaded again afterwards
     * @param counters AUTO_INCREMENT counters that it may change
     * @param returnsRows whether it answers by a result set (ANALYZE TABLE)
     * @param everywhereEqual whether the places have the same rows (a reference table), so that the first place's count is the
     *     client's
     */
    record Ddl(
            List<Location> locations,
            Rewrite rewrite,
            Set<String> schemas,
            List<CounterChange> counters,
            boolean returnsRows,
            boolean everywhereEqual,
            Set<Effect> effects,
            List<String> reasons)
            implements Plan {
        public Ddl {
            locations = List.copyOf(locations);
            schemas = Set.copyOf(schemas);
            counters = List.copyOf(counters);
            effects = Set.copyOf(effects);
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * What DDL does to the AUTO_INCREMENT counter of a sharded or reference table.
     *
     * @param restarts whether it begins anew; else it may be set to a higher value
     */
    record CounterChange(String schema, String table, boolean restarts) {}

    /**
     * The session answers it from what it knows: SET, USE, transaction statements, SHOW DATABASES, SHOW TABLES, KILL,
     * MESH statements.
     */
    record Local(Statement statement, List<String> reasons) implements Plan {
        public Local {
            reasons = List.copyOf(reasons);
        }
    }

    /** It cannot be carried out exactly. */
    record Refuse(MeshException reason, List<String> reasons) implements Plan {
        public Refuse {
            reasons = List.copyOf(reasons);
        }
    }

    /** What a statement leaves behind in the server's session, which the mesh must account for. */
    enum Effect {
        /** It commits the open transaction first, as DDL does. */
        IMPLICIT_COMMIT,
        /** It leaves something in the server's session that cannot be replayed elsewhere: the session keeps the connection. */
        PINS,
        /** It reads LAST_INSERT_ID(), so the server's session must know the client's. */
        READS_LAST_INSERT_ID,
        /** It assigns user variables, which the session then gives to all places. */
        ASSIGNS_VARIABLES,
        /** It may set LAST_INSERT_ID() to what its answer does not tell, so the server is asked afterwards. */
        SETS_LAST_INSERT_ID,
        /** Its SQL_CALC_FOUND_ROWS makes FOUND_ROWS() what its answer does not tell, so the server is asked afterwards. */
        CALCULATES_FOUND_ROWS,
        /** It reads the diagnostics of the statement before (SHOW WARNINGS), so it must go to the same connection. */
        READS_DIAGNOSTICS,
        /** It locks rows (FOR UPDATE) and therefore takes part in a transaction as a write does. */
        LOCKS
    }
}
