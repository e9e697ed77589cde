package io.dbmesh.sql.parse;

import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import io.dbmesh.sql.tree.TableSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds INSERT, REPLACE, UPDATE and DELETE. */
final class ChangeBuilder {
    private final Source source;
    private final QueryBuilder queries;
    private final ExpressionBuilder expressions;

    ChangeBuilder(Source source, QueryBuilder queries) {
        this.source = source;
        this.queries = queries;
        expressions = queries.expressions();
    }

    Statement.Insert insert(MySqlGrammar.InsertContext context) {
        MySqlGrammar.OnDuplicateContext onDuplicate = context.onDuplicate();
        MySqlGrammar.RowAliasContext rowAlias = context.rowAlias();
        return new Statement.Insert(
                Source.span(context),
                context.REPLACE() != null,
                context.IGNORE() != null,
                source.tableName(context.tableName()),
                columns(context.insertColumns()),
                Source.spanOrNull(context.insertColumns()),
                source(context),
                onDuplicate == null ? List.of() : assignments(onDuplicate.assignments()),
                rowAlias == null ? null : source.identifier(rowAlias.identifier()),
                returning(context.returning()));
    }

    private @Nullable List<Identifier> columns(MySqlGrammar.@Nullable InsertColumnsContext context) {
        if (context == null) {
            return null;
        }
        List<Identifier> columns = new ArrayList<>();
        for (MySqlGrammar.ColumnContext column : context.column()) {
            columns.add(source.column(column).name());
        }
        return columns;
    }

    private Statement.Insert.Source source(MySqlGrammar.InsertContext context) {
        MySqlGrammar.InsertSourceContext from = context.insertSource();
        if (from == null) {
            return new Statement.Insert.Assignments(assignments(context.assignments()));
        }
        if (from.query() != null) {
            return new Statement.Insert.FromQuery(queries.query(from.query()));
        }
        List<Statement.Insert.InsertRow> rows = new ArrayList<>();
        for (MySqlGrammar.InsertRowContext row : from.insertRow()) {
            rows.add(row(row));
        }
        return new Statement.Insert.Rows(Source.span(from), rows);
    }

    private Statement.Insert.InsertRow row(MySqlGrammar.InsertRowContext context) {
        Span span = Source.span(context);
        if (context.query() != null) {
            return new Statement.Insert.InsertRow(
                    span,
                    List.of(new Expression.Subquery(Source.span(context.query()), queries.query(context.query()))));
        }
        List<Expression> values = new ArrayList<>();
        for (MySqlGrammar.InsertValueContext value : context.insertValue()) {
            values.add(
                    value.CELL() == null
                            ? expressions.expression(value.expression())
                            : expressions.cell(value.CELL().getSymbol()));
        }
        return new Statement.Insert.InsertRow(span, values);
    }

    private List<Query.SelectItem> returning(MySqlGrammar.@Nullable ReturningContext context) {
        return context == null ? List.of() : queries.selectItems(context.selectItems());
    }

    private List<Statement.ColumnAssignment> assignments(MySqlGrammar.AssignmentsContext context) {
        List<Statement.ColumnAssignment> assignments = new ArrayList<>();
        for (MySqlGrammar.AssignmentContext assignment : context.assignment()) {
            assignments.add(new Statement.ColumnAssignment(
                    Source.span(assignment),
                    source.column(assignment.column()),
                    expressions.expression(assignment.expression())));
        }
        return assignments;
    }

    Statement.Update update(MySqlGrammar.@Nullable WithClauseContext with, MySqlGrammar.UpdateContext context) {
        return new Statement.Update(
                span(with, Source.span(context)),
                queries.commonTables(with),
                context.IGNORE() != null,
                queries.tables().references(context.tableReferences()),
                assignments(context.assignments()),
                queries.where(context.where()),
                expressions.orderBy(context.orderBy()),
                queries.limit(context.limit()));
    }

    Statement.Delete delete(MySqlGrammar.@Nullable WithClauseContext with, MySqlGrammar.DeleteContext context) {
        List<TableName> targets = new ArrayList<>();
        if (context.deleteTargets() != null) {
            for (MySqlGrammar.DeleteTargetContext target :
                    context.deleteTargets().deleteTarget()) {
                targets.add(source.tableName(target.tableName()));
            }
        }
        return new Statement.Delete(
                span(with, Source.span(context)),
                queries.commonTables(with),
                !context.IGNORE().isEmpty(),
                targets,
                context.tableReferences() == null
                        ? List.of(single(context))
                        : queries.tables().references(context.tableReferences()),
                queries.where(context.where()),
                expressions.orderBy(context.orderBy()),
                queries.limit(context.limit()),
                returning(context.returning()));
    }

    private TableSource single(MySqlGrammar.DeleteContext context) {
        Span span = Source.span(context.tableName());
        if (context.alias() != null) {
            span = span.to(Source.span(context.alias()));
        }
        if (context.partitions() != null) {
            span = span.to(Source.span(context.partitions()));
        }
        return new TableSource.Named(
                span,
                source.tableName(context.tableName()),
                source.alias(context.alias()),
                context.partitions() != null);
    }

    private static Span span(MySqlGrammar.@Nullable WithClauseContext with, Span span) {
        return with == null ? span : Source.span(with).to(span);
    }
}
