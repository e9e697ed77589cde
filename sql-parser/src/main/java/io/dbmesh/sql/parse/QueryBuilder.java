package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds queries. */
final class QueryBuilder {
    private final Source source;
    private final ExpressionBuilder expressions;
    private final TableBuilder tables;

    QueryBuilder(Source source) {
        this.source = source;
        expressions = new ExpressionBuilder(source, this);
        tables = new TableBuilder(source, expressions, this);
    }

    ExpressionBuilder expressions() {
        return expressions;
    }

    TableBuilder tables() {
        return tables;
    }

    Query query(MySqlGrammar.QueryContext context) {
        return query(context.withClause(), context.queryExpression());
    }

    Query query(MySqlGrammar.@Nullable WithClauseContext with, MySqlGrammar.QueryExpressionContext context) {
        Span span = with == null ? Source.span(context) : Source.span(with).to(Source.span(context));
        List<Query.Locking> locking = new ArrayList<>();
        for (MySqlGrammar.LockingContext clause : context.locking()) {
            locking.add(new Query.Locking(Source.span(clause), clause.UPDATE() != null));
        }
        return new Query(
                span,
                commonTables(with),
                with != null && with.RECURSIVE() != null,
                body(context),
                expressions.orderBy(context.orderBy()),
                limit(context.limit()),
                locking,
                into(context));
    }

    private static @Nullable Span into(MySqlGrammar.QueryExpressionContext context) {
        if (!context.into().isEmpty()) {
            return Source.span(context.into(0));
        }
        for (MySqlGrammar.QueryOperandContext operand : context.queryOperand()) {
            if (operand.selectBlock() != null && operand.selectBlock().into() != null) {
                return Source.span(operand.selectBlock().into());
            }
        }
        return null;
    }

    List<Query.CommonTable> commonTables(MySqlGrammar.@Nullable WithClauseContext with) {
        List<Query.CommonTable> tables = new ArrayList<>();
        if (with != null) {
            for (MySqlGrammar.CommonTableContext table : with.commonTable()) {
                tables.add(new Query.CommonTable(
                        Source.span(table),
                        source.identifier(table.identifier()),
                        source.columnNames(table.columnNames()),
                        query(table.query())));
            }
        }
        return tables;
    }

    Query.@Nullable Limit limit(MySqlGrammar.@Nullable LimitContext context) {
        if (context == null) {
            return null;
        }
        Expression first = limitValue(context.limitValue(0));
        if (context.limitValue().size() == 1) {
            return new Query.Limit(Source.span(context), first, null);
        }
        Expression second = limitValue(context.limitValue(1));
        return context.COMMA() != null
                ? new Query.Limit(Source.span(context), second, first)
                : new Query.Limit(Source.span(context), first, second);
    }

    private Expression limitValue(MySqlGrammar.LimitValueContext context) {
        return context.identifier() == null
                ? expressions.literal(context.start)
                : new Expression.Column(Source.span(context), null, null, source.identifier(context.identifier()));
    }

    /** INTERSECT binds tighter than UNION and EXCEPT, which are read from left to right. */
    private Query.Body body(MySqlGrammar.QueryExpressionContext context) {
        List<MySqlGrammar.QueryOperandContext> operands = context.queryOperand();
        List<MySqlGrammar.SetOperatorContext> operators = context.setOperator();
        Deque<Query.Body> bodies = new ArrayDeque<>();
        Deque<MySqlGrammar.SetOperatorContext> pending = new ArrayDeque<>();
        int outer = expressions.beginNode();
        bodies.push(operand(operands.get(0)));
        for (int i = 0; i < operators.size(); i++) {
            MySqlGrammar.SetOperatorContext operator = operators.get(i);
            while (!pending.isEmpty() && (pending.peek().INTERSECT() != null || operator.INTERSECT() == null)) {
                combine(bodies, pending.pop());
            }
            pending.push(operator);
            bodies.push(operand(operands.get(i + 1)));
        }
        while (!pending.isEmpty()) {
            combine(bodies, pending.pop());
        }
        expressions.endNode(outer, operands.size(), context.start);
        return bodies.pop();
    }

    private static void combine(Deque<Query.Body> bodies, MySqlGrammar.SetOperatorContext context) {
        Query.Body right = bodies.pop();
        Query.Body left = bodies.pop();
        Query.SetOperation.Operator operator = Query.SetOperation.Operator.UNION;
        if (context.INTERSECT() != null) {
            operator = Query.SetOperation.Operator.INTERSECT;
        } else if (context.EXCEPT() != null) {
            operator = Query.SetOperation.Operator.EXCEPT;
        }
        Span span = left.span().to(right.span());
        bodies.push(new Query.SetOperation(span, operator, context.ALL() != null, left, right));
    }

    private Query.Body operand(MySqlGrammar.QueryOperandContext context) {
        if (context.selectBlock() != null) {
            return block(context.selectBlock());
        }
        if (context.query() != null) {
            return new Query.Nested(Source.span(context), query(context.query()));
        }
        if (context.tableName() != null) {
            return new Query.WholeTable(Source.span(context), source.tableName(context.tableName()));
        }
        List<Expression> rows = new ArrayList<>();
        for (MySqlGrammar.ValuesRowContext row : context.valuesRow()) {
            rows.add(new Expression.Row(Source.span(row), expressions.expressions(row.expression())));
        }
        return new Query.Values(Source.span(context), rows);
    }

    private Query.Block block(MySqlGrammar.SelectBlockContext context) {
        MySqlGrammar.FromContext from = context.from();
        MySqlGrammar.GroupByContext groupBy = context.groupBy();
        return new Query.Block(
                Source.span(context),
                modifiers(context.selectModifier()),
                selectItems(context.selectItems()),
                Source.span(context.selectItems()),
                from == null || from.tableReferences() == null ? List.of() : tables.references(from.tableReferences()),
                Source.spanOrNull(from),
                where(context.where()),
                groupBy == null ? List.of() : groupItems(groupBy),
                groupBy == null ? null : Source.span(groupBy.orderItems()),
                groupBy != null && groupBy.ROLLUP() != null,
                context.having() == null
                        ? null
                        : expressions.expression(context.having().expression()),
                windows(context.windows()));
    }

    private List<OrderItem> groupItems(MySqlGrammar.GroupByContext context) {
        return expressions.orderItems(context.orderItems());
    }

    @Nullable Expression where(MySqlGrammar.@Nullable WhereContext context) {
        return context == null ? null : expressions.expression(context.expression());
    }

    private List<Identifier> windows(MySqlGrammar.@Nullable WindowsContext context) {
        List<Identifier> names = new ArrayList<>();
        if (context != null) {
            for (MySqlGrammar.WindowDefinitionContext window : context.windowDefinition()) {
                names.add(source.identifier(window.identifier()));
            }
        }
        return names;
    }

    List<Query.SelectItem> selectItems(MySqlGrammar.@Nullable SelectItemsContext context) {
        List<Query.SelectItem> items = new ArrayList<>();
        if (context != null) {
            for (MySqlGrammar.SelectItemContext item : context.selectItem()) {
                items.add(selectItem(item, items.isEmpty()));
            }
        }
        return items;
    }

    private Query.SelectItem selectItem(MySqlGrammar.SelectItemContext context, boolean first) {
        Span span = Source.span(context);
        if (context.STAR() != null) {
            if (!first) {
                throw new Source.Misplaced(span.start());
            }
            return new Query.SelectItem(span, new Expression.Star(span, null, null), null);
        }
        Expression expression = expressions.selected(context.expression());
        if (expression instanceof Expression.Star && context.alias() != null) {
            throw new Source.Misplaced(Source.position(context.alias().start));
        }
        return new Query.SelectItem(span, expression, source.alias(context.alias()));
    }

    private Set<Query.Modifier> modifiers(List<MySqlGrammar.SelectModifierContext> contexts) {
        Set<Query.Modifier> modifiers = EnumSet.noneOf(Query.Modifier.class);
        for (MySqlGrammar.SelectModifierContext context : contexts) {
            TokenKind kind = source.kind(Source.position(context.start));
            if (kind == TokenKind.DISTINCTROW) {
                modifiers.add(Query.Modifier.DISTINCT);
            } else if (kind != TokenKind.ALL) {
                modifiers.add(Query.Modifier.valueOf(kind.name()));
            }
        }
        return modifiers;
    }
}
