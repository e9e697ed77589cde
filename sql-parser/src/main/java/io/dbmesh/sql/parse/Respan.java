package io.dbmesh.sql.parse;

import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Span;

/** Gives an expression the span of the parentheses around it. */
final class Respan {
    private Respan() {}

    static Expression to(Expression expression, Span s) {
        return switch (expression) {
            case Expression.Literal e -> new Expression.Literal(s, e.kind(), e.ordinal(), e.negated());
            case Expression.Constant e -> new Expression.Constant(s, e.keyword());
            case Expression.Column e -> new Expression.Column(s, e.schema(), e.table(), e.name());
            case Expression.Star e -> new Expression.Star(s, e.schema(), e.table());
            case Expression.Unary e -> new Expression.Unary(s, e.operator(), e.operand());
            case Expression.Binary e -> new Expression.Binary(s, e.operator(), e.left(), e.right());
            case Expression.Between e -> new Expression.Between(s, e.negated(), e.value(), e.low(), e.high());
            case Expression.InList e -> new Expression.InList(s, e.negated(), e.value(), e.items());
            case Expression.InQuery e -> new Expression.InQuery(s, e.negated(), e.value(), e.query());
            case Expression.Quantified e -> new Expression.Quantified(s, e.operator(), e.all(), e.value(), e.query());
            case Expression.Exists e -> new Expression.Exists(s, e.query());
            case Expression.Subquery e -> new Expression.Subquery(s, e.query());
            case Expression.Is e -> new Expression.Is(s, e.negated(), e.value(), e.test());
            case Expression.Match e -> new Expression.Match(s, e.negated(), e.operator(), e.value(), e.pattern());
            case Expression.Row e -> new Expression.Row(s, e.items());
            case Expression.Function e -> new Expression.Function(s, e.schema(), e.name(), e.arguments());
            case Expression.Aggregate e ->
                new Expression.Aggregate(s, e.function(), e.distinct(), e.arguments(), e.orderBy());
            case Expression.Windowed e ->
                new Expression.Windowed(s, e.function(), e.windowName(), e.partitionBy(), e.orderBy());
            case Expression.Case e -> new Expression.Case(s, e.children());
            case Expression.UserVariable e -> new Expression.UserVariable(s, e.name());
            case Expression.Assignment e -> new Expression.Assignment(s, e.variable(), e.value());
            case Expression.SystemVariable e -> new Expression.SystemVariable(s, e.scope(), e.name());
            case Expression.OfColumn e -> new Expression.OfColumn(s, e.function(), e.column());
        };
    }
}
