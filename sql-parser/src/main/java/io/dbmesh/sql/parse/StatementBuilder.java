package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Builds statements; those that change data or definitions, and SET and SHOW, have builders of their own. */
final class StatementBuilder {
    private final Source source;
    private final QueryBuilder queries;
    private final ChangeBuilder changes;
    private final SetBuilder sets;
    private final ShowBuilder shows;
    private final DefinitionBuilder definitions;

    StatementBuilder(Source source) {
        this.source = source;
        queries = new QueryBuilder(source);
        changes = new ChangeBuilder(source, queries);
        sets = new SetBuilder(source, queries.expressions());
        shows = new ShowBuilder(source);
        definitions = new DefinitionBuilder(source, queries);
    }

    Statement statement(MySqlGrammar.StatementContext c) {
        Statement data = data(c.withClause(), c.queryExpression(), c.insert(), c.update(), c.delete());
        if (data != null) {
            return data;
        }
        if (c.transaction() != null) {
            return transaction(c.transaction());
        }
        if (c.set() != null) {
            boolean password = source.kind(Source.position(c.start) + 1) == TokenKind.PASSWORD;
            return password ? new Statement.Other(Source.span(c), "SET PASSWORD") : sets.set(c.set());
        }
        if (c.show() != null) {
            return shows.show(c.show());
        }
        if (c.use() != null) {
            return new Statement.Use(Source.span(c), source.identifier(c.use().identifier()));
        }
        if (c.explain() != null) {
            return explain(c.explain());
        }
        if (c.ddl() != null) {
            return definitions.ddl(c.ddl());
        }
        if (c.lockTables() != null) {
            return lockTables(c.lockTables());
        }
        if (c.mesh() != null) {
            return mesh(c.mesh());
        }
        if (c.kill() != null) {
            return new Statement.Kill(Source.span(c), c.kill().QUERY() != null, source.literal(c.kill().stop));
        }
        return other(c.other());
    }

    private @Nullable Statement data(
            MySqlGrammar.@Nullable WithClauseContext with,
            MySqlGrammar.@Nullable QueryExpressionContext query,
            MySqlGrammar.@Nullable InsertContext insert,
            MySqlGrammar.@Nullable UpdateContext update,
            MySqlGrammar.@Nullable DeleteContext delete) {
        if (query != null) {
            return queries.query(with, query);
        }
        if (insert != null) {
            return changes.insert(insert);
        }
        if (update != null) {
            return changes.update(with, update);
        }
        return delete == null ? null : changes.delete(with, delete);
    }

    private Statement transaction(MySqlGrammar.TransactionContext context) {
        Boolean readOnly = null;
        boolean snapshot = false;
        for (MySqlGrammar.CharacteristicContext characteristic : context.characteristic()) {
            if (characteristic.SNAPSHOT() != null) {
                snapshot = true;
            } else {
                readOnly = characteristic.ONLY() != null;
            }
        }
        boolean savepoint = context.identifier() != null;
        return new Statement.Transaction(
                Source.span(context),
                action(context),
                source.identifierOrNull(context.identifier()),
                readOnly,
                snapshot,
                context.CHAIN() != null && !hasNoBefore(context, context.CHAIN()),
                !savepoint && context.RELEASE() != null && !hasNoBefore(context, context.RELEASE()));
    }

    private boolean hasNoBefore(MySqlGrammar.TransactionContext context, TerminalNode word) {
        int position = Source.position(word.getSymbol());
        return position > Source.position(context.start) && source.kind(position - 1) == TokenKind.NO;
    }

    private static Statement.Transaction.Action action(MySqlGrammar.TransactionContext context) {
        if (context.BEGIN() != null || context.START() != null) {
            return Statement.Transaction.Action.BEGIN;
        }
        if (context.COMMIT() != null) {
            return Statement.Transaction.Action.COMMIT;
        }
        if (context.ROLLBACK() != null) {
            return context.TO() == null
                    ? Statement.Transaction.Action.ROLLBACK
                    : Statement.Transaction.Action.ROLLBACK_TO;
        }
        return context.RELEASE() == null
                ? Statement.Transaction.Action.SAVEPOINT
                : Statement.Transaction.Action.RELEASE_SAVEPOINT;
    }

    private Statement explain(MySqlGrammar.ExplainContext context) {
        if (context.tableName() != null) {
            return new Statement.Describe(Source.span(context), source.tableName(context.tableName()));
        }
        boolean analyze = context.ANALYZE() != null;
        for (MySqlGrammar.ExplainOptionContext option : context.explainOption()) {
            analyze |= option.ANALYZE() != null;
        }
        MySqlGrammar.ExplainableContext c = context.explainable();
        Statement explained = data(c.withClause(), c.queryExpression(), c.insert(), c.update(), c.delete());
        if (explained == null) {
            throw new IllegalStateException("nothing to explain");
        }
        return new Statement.Explain(Source.span(context), analyze, explained);
    }

    private Statement lockTables(MySqlGrammar.LockTablesContext context) {
        List<TableName> tables = new ArrayList<>();
        for (MySqlGrammar.LockedTableContext table : context.lockedTable()) {
            tables.add(source.tableName(table.tableName()));
        }
        return new Statement.LockTables(Source.span(context), tables);
    }

    private Statement mesh(MySqlGrammar.MeshContext context) {
        Statement explained = context.statement() == null ? null : statement(context.statement());
        Statement.Mesh.Command command = Statement.Mesh.Command.EXPLAIN;
        if (context.SHARDS() != null) {
            command = Statement.Mesh.Command.SHOW_SHARDS;
        } else if (context.TABLES() != null) {
            command = Statement.Mesh.Command.SHOW_TABLES;
        } else if (context.SOURCES() != null) {
            command = Statement.Mesh.Command.SHOW_DATA_SOURCES;
        } else if (context.SESSIONS() != null) {
            command = Statement.Mesh.Command.SHOW_SESSIONS;
        }
        return new Statement.Mesh(Source.span(context), command, explained);
    }

    /** Statements that share their first word with others are named by the word that tells them apart as well. */
    private Statement other(MySqlGrammar.OtherContext context) {
        MySqlGrammar.OtherStartContext start = context.otherStart();
        String first = source.upper(start.start);
        int second = Source.position(start.start) + 1;
        boolean single =
                switch (source.kind(second - 1)) {
                    case LOAD, PURGE, CHANGE, RESET, INSTALL, UNINSTALL, XA, EXPLAIN, DESCRIBE, DESC ->
                        second > Source.position(context.stop);
                    case KILL -> true;
                    default -> start.start == start.stop;
                };
        String name = first;
        if (!single) {
            int last = start.start == start.stop ? second : Source.position(start.stop);
            name = first + " " + source.raw(last).toUpperCase(Locale.ROOT);
        }
        return new Statement.Other(Source.span(context), name);
    }
}
