package io.dbmesh.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changes in the client's text before it goes to a server. The text between the splices is the client's own.
 *
 * @param splices by ascending place, not overlapping; empty: the text goes as it came
 */
public record Rewrite(List<Splice> splices) {
    public static final Rewrite NONE = new Rewrite(List.of());

    public Rewrite {
        splices = List.copyOf(splices);
    }

    public boolean isEmpty() {
        return splices.isEmpty();
    }

    /** Whether the text depends on the session, so that it is good for one execution only. */
    public boolean hasSessionValue() {
        for (Splice splice : splices) {
            for (Part part : splice.parts()) {
                if (part instanceof Part.SessionValue) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Tokens that are replaced.
     *
     * @param from first token
     * @param to after the last one; equal to {@code from} when something is put in before token {@code from} (which may be one
     *     after the statement's last token: at the end)
     */
    public record Splice(int from, int to, List<Part> parts) {
        public Splice {
            parts = List.copyOf(parts);
        }
    }

    /** A piece of new text. */
    public sealed interface Part {
        /** The same for every statement of the shape. */
        record Text(String sql) implements Part {}

        /**
         * The quoted name of the database that a schema has in the place the statement goes to. The schema is one that is
         * there by the plan's route, so that this is always the place's own database.
         */
        record Database(String schema) implements Part {}

        /** The client's text of some tokens, with its literals. */
        record Tokens(int from, int to) implements Part {}

        /** The client's text of some tokens as a quoted identifier: the name that an unnamed column has for MySQL. */
        record Name(int from, int to) implements Part {}

        /** The sum of OFFSET and LIMIT, that each shard must send. A null offset is 0. */
        record LimitSum(int countOrdinal, @Nullable Integer offsetOrdinal) implements Part {}

        /** A value that the session knows, as a constant expression. */
        record SessionValue(SessionFunction function) implements Part {}
    }

    /** Functions whose answer belongs to the client's session and not to the server's. */
    public enum SessionFunction {
        CURRENT_SCHEMA,
        CONNECTION_ID,
        USER,
        CURRENT_USER,
        FOUND_ROWS,
        ROW_COUNT,
        LAST_INSERT_ID
    }
}
