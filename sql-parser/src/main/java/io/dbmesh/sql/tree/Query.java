package io.dbmesh.sql.tree;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query expression: what a SELECT statement, a subquery, a derived table or an INSERT ... SELECT is made of.
 *
 * @param with the common table expressions, empty without WITH
 * @param orderBy of the whole, empty when there is none
 * @param locking FOR UPDATE and its like, in order of the text
 * @param into the range of an INTO clause
 */
public record Query(
        Span span,
        List<CommonTable> with,
        boolean recursive,
        Body body,
        List<OrderItem> orderBy,
        @Nullable Limit limit,
        List<Locking> locking,
        @Nullable Span into)
        implements Statement {
    public Query {
        with = List.copyOf(with);
        orderBy = List.copyOf(orderBy);
        locking = List.copyOf(locking);
    }

    /** {@code name (columns) AS (query)}. */
    public record CommonTable(Span span, Identifier name, List<Identifier> columns, Query query) {
        public CommonTable {
            columns = List.copyOf(columns);
        }
    }

    /** What the rows come from. */
    public sealed interface Body {
        Span span();
    }

    /**
     * One SELECT block.
     *
     * @param span from SELECT to the last word of its own clauses (ORDER BY and LIMIT are the query's)
     * @param modifiers such as STRAIGHT_JOIN; ALL leaves none
     * @param itemsSpan of the whole select list
     * @param from tables joined by commas; empty without FROM (or FROM DUAL)
     * @param groupBySpan of the list behind GROUP BY, without WITH ROLLUP
     */
    public record Block(
            Span span,
            Set<Modifier> modifiers,
            List<SelectItem> items,
            Span itemsSpan,
            List<TableSource> from,
            @Nullable Span fromSpan,
            @Nullable Expression where,
            List<OrderItem> groupBy,
            @Nullable Span groupBySpan,
            boolean rollup,
            @Nullable Expression having,
            List<Identifier> windows)
            implements Body {
        public Block {
            modifiers = Set.copyOf(modifiers);
            items = List.copyOf(items);
            from = List.copyOf(from);
            groupBy = List.copyOf(groupBy);
            windows = List.copyOf(windows);
        }

        public boolean isDistinct() {
            return modifiers.contains(Modifier.DISTINCT);
        }
    }

    /** Words between SELECT and the select list. */
    public enum Modifier {
        DISTINCT,
        HIGH_PRIORITY,
        STRAIGHT_JOIN,
        SQL_SMALL_RESULT,
        SQL_BIG_RESULT,
        SQL_BUFFER_RESULT,
        SQL_CACHE,
        SQL_NO_CACHE,
        SQL_CALC_FOUND_ROWS;

        public static Set<Modifier> none() {
            return EnumSet.noneOf(Modifier.class);
        }
    }

    /** {@code left UNION [ALL] right} and its like. */
    public record SetOperation(Span span, Operator operator, boolean all, Body left, Body right) implements Body {
        public enum Operator {
            UNION,
            INTERSECT,
            EXCEPT
        }
    }

    /** A query in parentheses with clauses of its own, as an operand of a set operation. */
    public record Nested(Span span, Query query) implements Body {}

    /** {@code VALUES ROW(1, 2), ROW(3, 4)}. */
    public record Values(Span span, List<Expression> rows) implements Body {
        public Values {
            rows = List.copyOf(rows);
        }
    }

    /** {@code TABLE t}. */
    public record WholeTable(Span span, TableName table) implements Body {}

    /**
     * One item of the select list.
     *
     * @param alias null without one
     */
    public record SelectItem(
            Span span, Expression expression, @Nullable Identifier alias) {}

    /**
     * LIMIT.
     *
     * @param count a literal, or a variable in stored programs
     * @param offset null without one
     * @param span of the whole clause with its word LIMIT
     */
    public record Limit(
            Span span, Expression count, @Nullable Expression offset) {}

    /** {@code FOR UPDATE}, {@code FOR SHARE}, {@code LOCK IN SHARE MODE}. */
    public record Locking(Span span, boolean update) {}
}
