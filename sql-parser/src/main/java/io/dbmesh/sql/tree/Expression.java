package io.dbmesh.sql.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression. Parentheses leave no node: they are in the span of what they enclose. */
public sealed interface Expression {
    Span span();

    /**
     * A value that the statement gives: a literal or a {@code ?}.
     *
     * @param ordinal the place among the values of the digest, from 0
     * @param negated whether an odd number of minus signs directly before it is part of the value; the span includes them
     */
    record Literal(Span span, LiteralKind kind, int ordinal, boolean negated) implements Expression {}

    /** A keyword that is a value. */
    record Constant(Span span, Keyword keyword) implements Expression {
        public enum Keyword {
            NULL,
            TRUE,
            FALSE,
            /** {@code DEFAULT} in the place of a value. */
            DEFAULT
        }
    }

    /** A column, perhaps with its table (or alias) and schema. */
    record Column(
            Span span,
            @Nullable Identifier schema,
            @Nullable Identifier table,
            Identifier name) implements Expression {}

    /** {@code *} or {@code t.*}, in a select list or as the argument of COUNT. */
    record Star(
            Span span,
            @Nullable Identifier schema,
            @Nullable Identifier table) implements Expression {}

    /** {@code -x}, {@code +x}, {@code ~x}, {@code !x}, {@code NOT x}, {@code BINARY x}. */
    record Unary(Span span, UnaryOperator operator, Expression operand) implements Expression {}

    /** Two operands, comparison, arithmetic, bits and logic. */
    record Binary(Span span, BinaryOperator operator, Expression left, Expression right) implements Expression {}

    /** {@code [NOT] BETWEEN}. */
    record Between(Span span, boolean negated, Expression value, Expression low, Expression high)
            implements Expression {}

    /** {@code [NOT] IN (a, b)}; rows may stand on both sides. */
    record InList(Span span, boolean negated, Expression value, List<Expression> items) implements Expression {
        public InList {
            items = List.copyOf(items);
        }
    }

    /** {@code [NOT] IN (SELECT ...)}. */
    record InQuery(Span span, boolean negated, Expression value, Query query) implements Expression {}

    /** {@code = ANY (SELECT ...)} and its like; SOME is ANY. */
    record Quantified(Span span, BinaryOperator operator, boolean all, Expression value, Query query)
            implements Expression {}

    record Exists(Span span, Query query) implements Expression {}

    /** A subquery in the place of a value. */
    record Subquery(Span span, Query query) implements Expression {}

    /** {@code IS [NOT] NULL|TRUE|FALSE|UNKNOWN}. */
    record Is(Span span, boolean negated, Expression value, Test test) implements Expression {
        public enum Test {
            NULL,
            TRUE,
            FALSE,
            UNKNOWN
        }
    }

    /** {@code [NOT] LIKE|REGEXP|RLIKE}. */
    record Match(Span span, boolean negated, MatchOperator operator, Expression value, Expression pattern)
            implements Expression {}

    /** {@code (a, b)} or {@code ROW(a, b)}; at least two. */
    record Row(Span span, List<Expression> items) implements Expression {
        public Row {
            items = List.copyOf(items);
        }
    }

    /**
     * A function that is no aggregate and has no window. Functions of special syntax (EXTRACT, TRIM, CAST, CONVERT,
     * SUBSTRING, POSITION, GROUP_CONCAT's like, MATCH AGAINST, JSON operators, INTERVAL arithmetic, COLLATE) are calls too: their
     * operand expressions are the arguments, in the order of the text; whatever else they are made of is in the span only.
     *
     * @param schema of a stored function, null for others
     * @param name in upper case for built-in functions; special ones have the names CAST, CONVERT, EXTRACT, TRIM,
     *     SUBSTRING, POSITION, MATCH, COLLATE, INTERVAL_ADD, INTERVAL_SUB, JSON_EXTRACT, JSON_UNQUOTE_EXTRACT, CHAR, ...
     */
    record Function(Span span, @Nullable Identifier schema, String name, List<Expression> arguments)
            implements Expression {
        public Function {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * An aggregate without window.
     *
     * @param arguments {@link Star} alone for COUNT(*)
     * @param orderBy of GROUP_CONCAT
     */
    record Aggregate(
            Span span,
            AggregateFunction function,
            boolean distinct,
            List<Expression> arguments,
            List<OrderItem> orderBy)
            implements Expression {
        public Aggregate {
            arguments = List.copyOf(arguments);
            orderBy = List.copyOf(orderBy);
        }
    }

    /**
     * A function with OVER.
     *
     * @param function the function or aggregate itself
     * @param windowName null when the window is written in place
     */
    record Windowed(
            Span span,
            Expression function,
            @Nullable Identifier windowName,
            List<Expression> partitionBy,
            List<OrderItem> orderBy)
            implements Expression {
        public Windowed {
            partitionBy = List.copyOf(partitionBy);
            orderBy = List.copyOf(orderBy);
        }
    }

    /** {@code CASE}; operand, conditions, results and the ELSE are all children in the order of the text. */
    record Case(Span span, List<Expression> children) implements Expression {
        public Case {
            children = List.copyOf(children);
        }
    }

    /** {@code @name}; the text is without sign and quotes. */
    record UserVariable(Span span, String name) implements Expression {}

    /** {@code @name := x}. */
    record Assignment(Span span, UserVariable variable, Expression value) implements Expression {}

    /** {@code @@name}, {@code @@session.name}, {@code @@global.name}; the name is in lower case. */
    record SystemVariable(Span span, @Nullable VariableScope scope, String name) implements Expression {}

    /** {@code VALUES(column)} in ON DUPLICATE KEY UPDATE, and {@code DEFAULT(column)}. */
    record OfColumn(Span span, String function, Column column) implements Expression {}
}
