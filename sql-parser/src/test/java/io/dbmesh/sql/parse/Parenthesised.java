package io.dbmesh.sql.parse;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.Read;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.TableSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints expressions and joins with all their parentheses, so that precedence is seen. */
final class Parenthesised {
    private final Digest digest;

    Parenthesised(Digest digest) {
        this.digest = digest;
    }

    String print(Expression expression) {
        return switch (expression) {
            case Expression.Literal e ->
                (e.negated() ? "-" : "") + Read.literal(digest, digest.literalIndex(0, e.ordinal()));
            case Expression.Constant e -> e.keyword().name();
            case Expression.Column e ->
                (e.table() == null ? "" : e.table().text() + ".") + e.name().text();
            case Expression.Star e -> e.table() == null ? "*" : e.table().text() + ".*";
            case Expression.Unary e -> "(" + e.operator() + " " + print(e.operand()) + ")";
            case Expression.Binary e -> "(" + print(e.left()) + " " + e.operator() + " " + print(e.right()) + ")";
            case Expression.Between e ->
                "(" + print(e.value()) + not(e.negated()) + " BETWEEN " + print(e.low()) + " AND " + print(e.high())
                        + ")";
            case Expression.InList e -> "(" + print(e.value()) + not(e.negated()) + " IN [" + list(e.items()) + "])";
            case Expression.InQuery e -> "(" + print(e.value()) + not(e.negated()) + " IN query)";
            case Expression.Quantified e ->
                "(" + print(e.value()) + " " + e.operator() + (e.all() ? " ALL" : " ANY") + " query)";
            case Expression.Exists e -> "(EXISTS query)";
            case Expression.Subquery e -> "query";
            case Expression.Is e -> "(" + print(e.value()) + " IS" + not(e.negated()) + " " + e.test() + ")";
            case Expression.Match e ->
                "(" + print(e.value()) + not(e.negated()) + " " + e.operator() + " " + print(e.pattern()) + ")";
            case Expression.Row e -> "[" + list(e.items()) + "]";
            case Expression.Function e -> e.name() + "(" + list(e.arguments()) + ")";
            case Expression.Aggregate e ->
                e.function() + "(" + (e.distinct() ? "DISTINCT " : "") + list(e.arguments()) + ")";
            case Expression.Windowed e -> print(e.function()) + " OVER";
            case Expression.Case e -> "CASE(" + list(e.children()) + ")";
            case Expression.UserVariable e -> "@" + e.name();
            case Expression.Assignment e -> "(@" + e.variable().name() + " := " + print(e.value()) + ")";
            case Expression.SystemVariable e -> "@@" + (e.scope() == null ? "" : e.scope() + ".") + e.name();
            case Expression.OfColumn e -> e.function() + "(" + print(e.column()) + ")";
        };
    }

    String print(TableSource table) {
        return switch (table) {
            case TableSource.Named t -> t.name().toString();
            case TableSource.Derived t -> "query";
            case TableSource.Function t -> t.name().toLowerCase(Locale.ROOT);
            case TableSource.Join t ->
                "(" + print(t.left()) + (t.natural() ? " NATURAL " : " ") + t.kind() + " " + print(t.right())
                        + (t.on() == null ? "" : " ON " + print(t.on()))
                        + (t.using().isEmpty() ? "" : " USING") + ")";
        };
    }

    private String list(List<Expression> expressions) {
        return expressions.stream().map(this::print).collect(Collectors.joining(", "));
    }

    private static String not(boolean negated) {
        return negated ? " NOT" : "";
    }
}
