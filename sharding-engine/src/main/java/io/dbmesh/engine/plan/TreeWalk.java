package io.dbmesh.engine.plan;

import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import io.dbmesh.sql.tree.TableSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Visits every node of a statement in the order of the text. Who overrides a method decides by calling it whether the
 * walk goes on below.
 */
abstract class TreeWalk {
    /** A name where a table stands, which may be that of a common table expression. */
    void table(TableName name) {}

    /** The operands of an expression, without those within subqueries. */
    static List<Expression> operands(Expression expression) {
        return switch (expression) {
            case Expression.Literal literal -> List.of();
            case Expression.Constant constant -> List.of();
            case Expression.Column column -> List.of();
            case Expression.Star star -> List.of();
            case Expression.Unary unary -> List.of(unary.operand());
            case Expression.Binary binary -> List.of(binary.left(), binary.right());
            case Expression.Between between -> List.of(between.value(), between.low(), between.high());
            case Expression.InList in -> prepend(in.value(), in.items());
            case Expression.InQuery in -> List.of(in.value());
            case Expression.Quantified quantified -> List.of(quantified.value());
            case Expression.Exists exists -> List.of();
            case Expression.Subquery subquery -> List.of();
            case Expression.Is is -> List.of(is.value());
            case Expression.Match match -> List.of(match.value(), match.pattern());
            case Expression.Row row -> row.items();
            case Expression.Function function -> function.arguments();
            case Expression.Aggregate aggregate -> append(aggregate.arguments(), aggregate.orderBy());
            case Expression.Windowed windowed ->
                append(prepend(windowed.function(), windowed.partitionBy()), windowed.orderBy());
            case Expression.Case cases -> cases.children();
            case Expression.UserVariable variable -> List.of();
            case Expression.Assignment assignment -> List.of(assignment.value());
            case Expression.SystemVariable variable -> List.of();
            case Expression.OfColumn of -> List.of(of.column());
        };
    }

    /** The subquery that an expression itself is or has, or null. */
    static @Nullable Query subquery(Expression expression) {
        return switch (expression) {
            case Expression.InQuery in -> in.query();
            case Expression.Quantified quantified -> quantified.query();
            case Expression.Exists exists -> exists.query();
            case Expression.Subquery subquery -> subquery.query();
            default -> null;
        };
    }

    void expression(Expression expression) {
        operands(expression).forEach(this::expression);
        Query query = subquery(expression);
        if (query != null) {
            query(query);
        }
    }

    final void expressions(List<Expression> expressions) {
        expressions.forEach(this::expression);
    }

    final void optional(@Nullable Expression expression) {
        if (expression != null) {
            expression(expression);
        }
    }

    final void order(List<OrderItem> items) {
        items.forEach(item -> expression(item.expression()));
    }

    final void limit(Query.@Nullable Limit limit) {
        if (limit != null) {
            expression(limit.count());
            optional(limit.offset());
        }
    }

    void query(Query query) {
        with(query.with());
        body(query.body());
        order(query.orderBy());
        limit(query.limit());
    }

    void with(List<Query.CommonTable> tables) {
        tables.forEach(table -> query(table.query()));
    }

    void body(Query.Body body) {
        switch (body) {
            case Query.Block block -> block(block);
            case Query.SetOperation operation -> {
                body(operation.left());
                body(operation.right());
            }
            case Query.Nested nested -> query(nested.query());
            case Query.Values values -> expressions(values.rows());
            case Query.WholeTable whole -> table(whole.table());
        }
    }

    void block(Query.Block block) {
        block.items().forEach(item -> expression(item.expression()));
        block.from().forEach(this::source);
        optional(block.where());
        order(block.groupBy());
        optional(block.having());
    }

    void source(TableSource source) {
        switch (source) {
            case TableSource.Named named -> table(named.name());
            case TableSource.Derived derived -> query(derived.query());
            case TableSource.Join join -> {
                source(join.left());
                source(join.right());
                optional(join.on());
            }
            case TableSource.Function function -> expressions(function.arguments());
        }
    }

    /** Queries and changes of rows; the other statements have no expressions that a plan looks at. */
    void statement(Statement statement) {
        switch (statement) {
            case Query query -> query(query);
            case Statement.Insert insert -> insert(insert);
            case Statement.Update update -> {
                with(update.with());
                update.tables().forEach(this::source);
                assignments(update.assignments());
                optional(update.where());
                order(update.orderBy());
                limit(update.limit());
            }
            case Statement.Delete delete -> {
                with(delete.with());
                delete.targets().forEach(this::table);
                delete.tables().forEach(this::source);
                optional(delete.where());
                order(delete.orderBy());
                limit(delete.limit());
                delete.returning().forEach(item -> expression(item.expression()));
            }
            case Statement.Ddl ddl -> {
                if (ddl.query() != null) {
                    query(ddl.query());
                }
            }
            case Statement.Explain explain -> statement(explain.statement());
            default -> {}
        }
    }

    private void insert(Statement.Insert insert) {
        table(insert.table());
        switch (insert.source()) {
            case Statement.Insert.Rows rows -> rows.rows().forEach(row -> expressions(row.values()));
            case Statement.Insert.Assignments set -> assignments(set.assignments());
            case Statement.Insert.FromQuery from -> query(from.query());
        }
        assignments(insert.onDuplicate());
        insert.returning().forEach(item -> expression(item.expression()));
    }

    private void assignments(List<Statement.ColumnAssignment> assignments) {
        for (Statement.ColumnAssignment assignment : assignments) {
            expression(assignment.column());
            expression(assignment.value());
        }
    }

    private static List<Expression> prepend(Expression first, List<Expression> rest) {
        List<Expression> all = new ArrayList<>(rest.size() + 1);
        all.add(first);
        all.addAll(rest);
        return all;
    }

    private static List<Expression> append(List<Expression> first, List<OrderItem> rest) {
        List<Expression> all = new ArrayList<>(first);
        rest.forEach(item -> all.add(item.expression()));
        return all;
    }

    /** Whether two names of columns or aliases are the same for MySQL. */
    static boolean sameName(Identifier one, Identifier other) {
        return one.text().equalsIgnoreCase(other.text());
    }
}
