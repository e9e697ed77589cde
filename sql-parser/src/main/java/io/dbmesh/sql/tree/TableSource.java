package io.dbmesh.sql.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in FROM, and in the table lists of UPDATE and DELETE. */
public sealed interface TableSource {
    Span span();

    /**
     * A table, view or common table expression.
     *
     * @param alias null without one
     * @param hasPartitions whether PARTITION (...) is given
     */
    record Named(Span span, TableName name, @Nullable Identifier alias, boolean hasPartitions) implements TableSource {}

    /** {@code [LATERAL] (SELECT ...) alias (columns)}. */
    record Derived(
            Span span,
            boolean lateral,
            Query query,
            @Nullable Identifier alias,
            List<Identifier> columns) implements TableSource {
        public Derived {
            columns = List.copyOf(columns);
        }
    }

    /**
     * A join; commas between tables are joins of {@link JoinKind#INNER} only within parentheses, elsewhere lists.
     *
     * @param on null without ON
     * @param using columns of USING, empty without
     */
    record Join(
            Span span,
            JoinKind kind,
            boolean natural,
            TableSource left,
            TableSource right,
            @Nullable Expression on,
            List<Identifier> using)
            implements TableSource {
        public Join {
            using = List.copyOf(using);
        }
    }

    /** {@code JSON_TABLE(...)} and other table functions: refused or relayed as a whole. */
    record Function(
            Span span,
            String name,
            List<Expression> arguments,
            @Nullable Identifier alias) implements TableSource {
        public Function {
            arguments = List.copyOf(arguments);
        }
    }

    /** How two tables are joined; CROSS and STRAIGHT_JOIN are inner. */
    enum JoinKind {
        INNER,
        LEFT,
        RIGHT
    }
}
