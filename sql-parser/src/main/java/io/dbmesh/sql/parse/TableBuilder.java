package io.dbmesh.sql.parse;

import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.TableSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds what stands in FROM. */
final class TableBuilder {
    private final Source source;
    private final ExpressionBuilder expressions;
    private final QueryBuilder queries;

    TableBuilder(Source source, ExpressionBuilder expressions, QueryBuilder queries) {
        this.source = source;
        this.expressions = expressions;
        this.queries = queries;
    }

    List<TableSource> references(MySqlGrammar.TableReferencesContext context) {
        List<TableSource> tables = new ArrayList<>();
        for (MySqlGrammar.TableReferenceContext reference : context.tableReference()) {
            tables.add(reference(reference));
        }
        return tables;
    }

    /**
     * A condition belongs to the last join before it that has none. An inner join that gets none this way is made at once, so
     * that {@code a JOIN b JOIN c ON x} is {@code (a JOIN b) JOIN c ON x}, as MySQL has it.
     */
    private TableSource reference(MySqlGrammar.TableReferenceContext context) {
        List<MySqlGrammar.JoinPartContext> parts = context.joinPart();
        Map<MySqlGrammar.JoinPartContext, MySqlGrammar.JoinPartContext> conditions = conditions(parts);
        Deque<TableSource> operands = new ArrayDeque<>();
        Deque<MySqlGrammar.JoinPartContext> pending = new ArrayDeque<>();
        int outer = expressions.beginNode();
        operands.push(factor(context.tableFactor()));
        for (MySqlGrammar.JoinPartContext part : parts) {
            if (part.joinType() == null) {
                MySqlGrammar.JoinPartContext join = pending.pop();
                join(operands, join, part);
                continue;
            }
            operands.push(factor(part.tableFactor()));
            if (conditions.containsKey(part)) {
                pending.push(part);
            } else {
                join(operands, part, null);
            }
        }
        expressions.endNode(outer, parts.size() + 1, context.start);
        return operands.pop();
    }

    private static Map<MySqlGrammar.JoinPartContext, MySqlGrammar.JoinPartContext> conditions(
            List<MySqlGrammar.JoinPartContext> parts) {
        Map<MySqlGrammar.JoinPartContext, MySqlGrammar.JoinPartContext> conditions = new HashMap<>();
        Deque<MySqlGrammar.JoinPartContext> open = new ArrayDeque<>();
        for (MySqlGrammar.JoinPartContext part : parts) {
            if (part.joinType() == null) {
                if (open.isEmpty()) {
                    throw new Source.Misplaced(Source.position(part.start));
                }
                conditions.put(open.pop(), part);
            } else if (part.joinType().NATURAL() == null) {
                open.push(part);
            }
        }
        for (MySqlGrammar.JoinPartContext part : open) {
            if (isOuter(part.joinType())) {
                throw new Source.Misplaced(Source.position(part.stop) + 1);
            }
        }
        return conditions;
    }

    private static boolean isOuter(MySqlGrammar.JoinTypeContext type) {
        return type.LEFT() != null || type.RIGHT() != null;
    }

    private void join(
            Deque<TableSource> operands,
            MySqlGrammar.JoinPartContext part,
            MySqlGrammar.@Nullable JoinPartContext condition) {
        TableSource right = operands.pop();
        TableSource left = operands.pop();
        MySqlGrammar.JoinTypeContext type = part.joinType();
        TableSource.JoinKind kind = TableSource.JoinKind.INNER;
        if (isOuter(type)) {
            kind = type.LEFT() != null ? TableSource.JoinKind.LEFT : TableSource.JoinKind.RIGHT;
        }
        Span span = left.span().to(right.span());
        Expression on = null;
        List<Identifier> using = List.of();
        if (condition != null) {
            span = span.to(Source.span(condition));
            on = expressions.expressionOrNull(condition.expression());
            using = source.columnNames(condition.columnNames());
        }
        operands.push(new TableSource.Join(span, kind, type.NATURAL() != null, left, right, on, using));
    }

    private TableSource factor(MySqlGrammar.TableFactorContext context) {
        Span span = Source.span(context);
        Identifier alias = source.alias(context.alias());
        if (context.tableName() != null) {
            return new TableSource.Named(
                    span, source.tableName(context.tableName()), alias, context.partitions() != null);
        }
        if (context.query() != null) {
            return new TableSource.Derived(
                    span,
                    context.LATERAL() != null,
                    queries.query(context.query()),
                    alias,
                    source.columnNames(context.columnNames()));
        }
        if (context.JSON_TABLE() != null) {
            List<Expression> arguments = List.of(expressions.expression(context.expression()));
            return new TableSource.Function(span, "JSON_TABLE", arguments, alias);
        }
        return context.tableReferences() == null
                ? respan(reference(context.tableReference()), span)
                : commaJoin(references(context.tableReferences()), span);
    }

    private static TableSource commaJoin(List<TableSource> tables, Span span) {
        TableSource joined = tables.get(0);
        for (TableSource right : tables.subList(1, tables.size())) {
            Span both = joined.span().to(right.span());
            joined = new TableSource.Join(both, TableSource.JoinKind.INNER, false, joined, right, null, List.of());
        }
        return respan(joined, span);
    }

    private static TableSource respan(TableSource table, Span span) {
        return switch (table) {
            case TableSource.Named t -> new TableSource.Named(span, t.name(), t.alias(), t.hasPartitions());
            case TableSource.Derived t -> new TableSource.Derived(span, t.lateral(), t.query(), t.alias(), t.columns());
            case TableSource.Function t -> new TableSource.Function(span, t.name(), t.arguments(), t.alias());
            case TableSource.Join t ->
                new TableSource.Join(span, t.kind(), t.natural(), t.left(), t.right(), t.on(), t.using());
        };
    }
}
