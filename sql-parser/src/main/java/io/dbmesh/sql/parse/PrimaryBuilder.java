package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.AggregateFunction;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.LiteralKind;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Builds the operands of expressions: literals, names, functions, subqueries. */
final class PrimaryBuilder {
    private final Source source;
    private final ExpressionBuilder expressions;
    private final QueryBuilder queries;

    PrimaryBuilder(Source source, ExpressionBuilder expressions, QueryBuilder queries) {
        this.source = source;
        this.expressions = expressions;
        this.queries = queries;
    }

    Expression primary(MySqlGrammar.PrimaryContext context) {
        return switch (context) {
            case MySqlGrammar.LiteralPrimaryContext c -> literal(c.start);
            case MySqlGrammar.NamePrimaryContext c -> name(c.name());
            case MySqlGrammar.ConstantPrimaryContext c -> constant(c.start);
            case MySqlGrammar.ParenthesesPrimaryContext c -> parentheses(c);
            case MySqlGrammar.AggregatePrimaryContext c -> windowed(aggregate(c.aggregate()), c.over());
            case MySqlGrammar.SpecialPrimaryContext c -> special(c.specialFunction());
            case MySqlGrammar.DefaultPrimaryContext c -> defaultValue(c);
            case MySqlGrammar.ValuesPrimaryContext c ->
                new Expression.OfColumn(Source.span(c), "VALUES", source.column(c.column()));
            case MySqlGrammar.UserVariablePrimaryContext c -> userVariable(c.start);
            case MySqlGrammar.SystemVariablePrimaryContext c -> systemVariable(c.systemVariable());
            case MySqlGrammar.RowPrimaryContext c -> row(c);
            case MySqlGrammar.QueryPrimaryContext c ->
                new Expression.Subquery(Source.span(c), queries.query(c.query()));
            case MySqlGrammar.ExistsPrimaryContext c -> new Expression.Exists(Source.span(c), queries.query(c.query()));
            case MySqlGrammar.CasePrimaryContext c ->
                new Expression.Case(Source.span(c), expressions.expressions(c.expression()));
            case MySqlGrammar.BracesPrimaryContext c ->
                function(Source.span(c), "{" + source.upper(c.identifier().start) + "}", List.of(c.expression()));
            case MySqlGrammar.IntervalPrimaryContext c -> interval(c.interval());
            case MySqlGrammar.WindowPrimaryContext c -> windowFunction(c);
            default -> throw new IllegalStateException("no builder for " + context.getClass());
        };
    }

    Expression.Literal literal(Token token) {
        int position = Source.position(token);
        return new Expression.Literal(
                new Span(position, position + 1), literalKind(source.kind(position)), source.literal(token), false);
    }

    /** A cell of a row: its kind is that of the statement at hand, other statements of the shape may have others. */
    Expression.Literal cell(Token token) {
        int position = Source.position(token);
        int ordinal = source.literal(token);
        return new Expression.Literal(
                new Span(position, position + 1), source.digest().literalKind(ordinal), ordinal, false);
    }

    private static LiteralKind literalKind(TokenKind kind) {
        return switch (kind) {
            case INTEGER_LITERAL -> LiteralKind.INTEGER;
            case DECIMAL_LITERAL -> LiteralKind.DECIMAL;
            case FLOAT_LITERAL -> LiteralKind.FLOAT;
            case STRING_LITERAL -> LiteralKind.STRING;
            case NATIONAL_LITERAL -> LiteralKind.NATIONAL_OR_INTRODUCED;
            case HEX_LITERAL -> LiteralKind.HEX;
            case BIT_LITERAL -> LiteralKind.BIT;
            case TEMPORAL_LITERAL -> LiteralKind.TEMPORAL;
            case PARAMETER -> LiteralKind.PARAMETER;
            default -> throw new IllegalArgumentException(kind + " is no literal");
        };
    }

    private Expression constant(Token token) {
        int position = Source.position(token);
        Expression.Constant.Keyword keyword =
                switch (source.kind(position)) {
                    case TRUE -> Expression.Constant.Keyword.TRUE;
                    case FALSE -> Expression.Constant.Keyword.FALSE;
                    default -> Expression.Constant.Keyword.NULL;
                };
        return new Expression.Constant(new Span(position, position + 1), keyword);
    }

    private Expression defaultValue(MySqlGrammar.DefaultPrimaryContext context) {
        return context.column() == null
                ? new Expression.Constant(Source.span(context), Expression.Constant.Keyword.DEFAULT)
                : new Expression.OfColumn(Source.span(context), "DEFAULT", source.column(context.column()));
    }

    private Expression parentheses(MySqlGrammar.ParenthesesPrimaryContext context) {
        List<MySqlGrammar.ExpressionContext> inner = context.expression();
        if (inner.size() > 1) {
            return new Expression.Row(Source.span(context), expressions.expressions(inner));
        }
        return Respan.to(expressions.expression(inner.get(0)), Source.span(context));
    }

    private Expression row(MySqlGrammar.RowPrimaryContext context) {
        return new Expression.Row(Source.span(context), expressions.expressions(context.expression()));
    }

    Expression.UserVariable userVariable(Token token) {
        int position = Source.position(token);
        return new Expression.UserVariable(new Span(position, position + 1), source.variable(token));
    }

    private Expression interval(MySqlGrammar.IntervalContext context) {
        Span span = Source.span(context);
        if (context.unit() == null) {
            return function(span, "INTERVAL", context.expression());
        }
        Expression amount = expressions.expression(context.expression(0));
        return new Expression.Function(
                span, null, "INTERVAL_ADD", List.of(amount, expressions.intervalOperand(context.intervalOperand())));
    }

    Expression.SystemVariable systemVariable(MySqlGrammar.SystemVariableContext context) {
        int first = Source.position(context.identifier(0).start);
        int last = Source.position(context.stop);
        VariableScope scope = last > first ? scope(source.kind(first)) : null;
        StringBuilder name = new StringBuilder();
        for (int token = scope == null ? first : first + 2; token <= last; token++) {
            name.append(source.name(token));
        }
        return new Expression.SystemVariable(
                Source.span(context), scope, name.toString().toLowerCase(Locale.ROOT));
    }

    static @Nullable VariableScope scope(TokenKind kind) {
        return switch (kind) {
            case GLOBAL -> VariableScope.GLOBAL;
            case SESSION, LOCAL -> VariableScope.SESSION;
            case PERSIST -> VariableScope.PERSIST;
            case PERSIST_ONLY -> VariableScope.PERSIST_ONLY;
            default -> null;
        };
    }

    boolean isStar(MySqlGrammar.NameContext context) {
        List<MySqlGrammar.NameTailContext> tails = context.nameTail();
        return context.arguments() == null
                && !tails.isEmpty()
                && tails.get(tails.size() - 1).STAR() != null;
    }

    Expression.Star star(MySqlGrammar.NameContext context) {
        List<Identifier> parts = parts(context, context.nameTail().size() - 1, 2);
        int last = parts.size() - 1;
        return new Expression.Star(Source.span(context), last > 0 ? parts.get(0) : null, parts.get(last));
    }

    /** The name and this many of its tails, all of which must be names. */
    private List<Identifier> parts(MySqlGrammar.NameContext context, int tails, int max) {
        List<Identifier> parts = new ArrayList<>(3);
        parts.add(source.identifier(context.identifier()));
        for (MySqlGrammar.NameTailContext tail : context.nameTail().subList(0, tails)) {
            if (tail.STAR() != null || parts.size() == max) {
                throw new Source.Misplaced(Source.position(tail.stop));
            }
            parts.add(source.identifier(tail.identifier()));
        }
        return parts;
    }

    private Expression name(MySqlGrammar.NameContext context) {
        if (context.arguments() != null) {
            return call(context, parts(context, context.nameTail().size(), 2));
        }
        List<Identifier> parts = parts(context, context.nameTail().size(), 3);
        int last = parts.size() - 1;
        return new Expression.Column(
                Source.span(context),
                last > 1 ? parts.get(0) : null,
                last > 0 ? parts.get(last - 1) : null,
                parts.get(last));
    }

    private Expression call(MySqlGrammar.NameContext context, List<Identifier> parts) {
        Span span = new Span(Source.position(context.start), Source.position(context.arguments().stop) + 1);
        Identifier called = parts.get(parts.size() - 1);
        boolean builtIn = parts.size() == 1 && !source.isQuoted(called.span().start());
        String name = builtIn ? called.text().toUpperCase(Locale.ROOT) : called.text();
        List<Expression> arguments = arguments(context.arguments(), name);
        boolean aggregate = builtIn && (name.equals("AVG") || name.equals("ANY_VALUE"));
        boolean distinct = context.arguments().DISTINCT() != null;
        Expression function = aggregate
                ? new Expression.Aggregate(span, AggregateFunction.valueOf(name), distinct, arguments, List.of())
                : new Expression.Function(span, parts.size() > 1 ? parts.get(0) : null, name, arguments);
        return windowed(function, context.over());
    }

    private List<Expression> arguments(MySqlGrammar.@Nullable ArgumentsContext context, String function) {
        List<Expression> arguments = new ArrayList<>();
        if (context != null) {
            for (MySqlGrammar.ArgumentContext argument : context.argument()) {
                arguments.add(expressions.expression(argument.expression()));
            }
        }
        boolean wordFirst =
                function.equals("TIMESTAMPADD") || function.equals("TIMESTAMPDIFF") || function.equals("GET_FORMAT");
        return wordFirst && !arguments.isEmpty() ? arguments.subList(1, arguments.size()) : arguments;
    }

    private Expression function(Span span, String name, List<MySqlGrammar.ExpressionContext> arguments) {
        return new Expression.Function(span, null, name, expressions.expressions(arguments));
    }

    private Expression aggregate(MySqlGrammar.AggregateContext context) {
        boolean distinct = context.DISTINCT() != null || context.DISTINCTROW() != null;
        List<Expression> arguments = context.STAR() != null
                ? List.of(new Expression.Star(Source.span(context.STAR()), null, null))
                : expressions.expressions(context.expression());
        return new Expression.Aggregate(
                Source.span(context),
                aggregateFunction(source.kind(Source.position(context.start))),
                distinct,
                arguments,
                expressions.orderBy(context.orderBy()));
    }

    private static AggregateFunction aggregateFunction(TokenKind kind) {
        return switch (kind) {
            case COUNT -> AggregateFunction.COUNT;
            case SUM -> AggregateFunction.SUM;
            case MIN -> AggregateFunction.MIN;
            case MAX -> AggregateFunction.MAX;
            case GROUP_CONCAT -> AggregateFunction.GROUP_CONCAT;
            case BIT_AND -> AggregateFunction.BIT_AND;
            case BIT_OR -> AggregateFunction.BIT_OR;
            case BIT_XOR -> AggregateFunction.BIT_XOR;
            case STD, STDDEV, STDDEV_POP -> AggregateFunction.STD;
            case STDDEV_SAMP -> AggregateFunction.STDDEV_SAMP;
            case VARIANCE, VAR_POP -> AggregateFunction.VAR_POP;
            case VAR_SAMP -> AggregateFunction.VAR_SAMP;
            case JSON_ARRAYAGG -> AggregateFunction.JSON_ARRAYAGG;
            case JSON_OBJECTAGG -> AggregateFunction.JSON_OBJECTAGG;
            default -> throw new IllegalArgumentException(kind + " is no aggregate");
        };
    }

    private Expression windowFunction(MySqlGrammar.WindowPrimaryContext context) {
        Span span = Source.span(context.start, context.over().start);
        String name = source.upper(context.start);
        Expression function = new Expression.Function(
                new Span(span.start(), span.end() - 1), null, name, arguments(context.arguments(), name));
        return windowed(function, context.over());
    }

    private Expression windowed(Expression function, MySqlGrammar.@Nullable OverContext over) {
        if (over == null) {
            return function;
        }
        Span span = function.span().to(Source.span(over));
        MySqlGrammar.WindowParenthesesContext window = over.windowParentheses();
        if (window == null) {
            return new Expression.Windowed(span, function, source.identifier(over.identifier()), List.of(), List.of());
        }
        List<Expression> partitionBy = new ArrayList<>();
        for (OrderItem item : expressions.orderItems(window.orderItems())) {
            partitionBy.add(item.expression());
        }
        return new Expression.Windowed(
                span,
                function,
                source.identifierOrNull(window.identifier()),
                partitionBy,
                expressions.orderBy(window.orderBy()));
    }

    private Expression special(MySqlGrammar.SpecialFunctionContext context) {
        Span span = Source.span(context);
        TokenKind kind = source.kind(span.start());
        String name =
                switch (kind) {
                    case SUBSTR, MID -> "SUBSTRING";
                    default -> source.upper(context.start);
                };
        return switch (kind) {
            case MATCH -> match(context, span);
            case POSITION ->
                new Expression.Function(
                        span,
                        null,
                        name,
                        List.of(
                                expressions.arithmetic(context.arithmetic()),
                                expressions.expression(context.expression(0))));
            default ->
                context.arguments() != null || context.expression().isEmpty()
                        ? new Expression.Function(span, null, name, arguments(context.arguments(), name))
                        : function(span, name, context.expression());
        };
    }

    private Expression match(MySqlGrammar.SpecialFunctionContext context, Span span) {
        List<Expression> arguments = new ArrayList<>();
        for (MySqlGrammar.ColumnContext column : context.column()) {
            arguments.add(source.column(column));
        }
        arguments.add(expressions.arithmetic(context.arithmetic()));
        return new Expression.Function(span, null, "MATCH", arguments);
    }
}
