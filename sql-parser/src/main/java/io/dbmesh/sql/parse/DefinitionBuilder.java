package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.Statement.DdlKind;
import io.dbmesh.sql.tree.TableName;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;

/** Builds statements that change definitions. */
final class DefinitionBuilder {
    private final Source source;
    private final QueryBuilder queries;

    DefinitionBuilder(Source source, QueryBuilder queries) {
        this.source = source;
        this.queries = queries;
    }

    /** What is gathered of a definition. */
    private static final class Parts {
        private final DdlKind kind;
        private boolean ifExistsOrNot;
        private boolean temporary;
        private @Nullable Query query;
        private @Nullable Identifier schema;
        private final List<TableName> tables = new ArrayList<>();
        private final List<TableName> referenced = new ArrayList<>();
        private final List<Statement.ColumnDefinition> columns = new ArrayList<>();
        private final List<Statement.UniqueKey> keys = new ArrayList<>();

        Parts(DdlKind kind) {
            this.kind = kind;
        }

        Statement.Ddl build(Span span) {
            return new Statement.Ddl(
                    span, kind, ifExistsOrNot, temporary, tables, referenced, query, schema, columns, keys);
        }
    }

    Statement ddl(MySqlGrammar.DdlContext context) {
        ParseTree definition = context.getChild(0);
        Parts parts =
                switch (definition) {
                    case MySqlGrammar.CreateTableContext c -> createTable(c);
                    case MySqlGrammar.AlterTableContext c -> alterTable(c);
                    case MySqlGrammar.DropTableContext c ->
                        named(
                                DdlKind.DROP_TABLE,
                                c.ifExists() != null,
                                c.TEMPORARY() != null,
                                c.tableNames().tableName());
                    case MySqlGrammar.RenameTableContext c -> renameTable(c);
                    case MySqlGrammar.TruncateTableContext c ->
                        named(DdlKind.TRUNCATE_TABLE, false, false, List.of(c.tableName()));
                    case MySqlGrammar.CreateIndexContext c -> createIndex(c);
                    case MySqlGrammar.DropIndexContext c ->
                        named(DdlKind.DROP_INDEX, c.ifExists() != null, false, List.of(c.tableName()));
                    case MySqlGrammar.CreateViewContext c -> createView(c);
                    case MySqlGrammar.DropViewContext c ->
                        named(
                                DdlKind.DROP_VIEW,
                                c.ifExists() != null,
                                false,
                                c.tableNames().tableName());
                    case MySqlGrammar.SchemaDefinitionContext c -> schema(c);
                    case MySqlGrammar.MaintainTableContext c ->
                        named(
                                DdlKind.MAINTAIN_TABLE,
                                false,
                                false,
                                c.tableNames().tableName());
                    default -> throw new IllegalStateException("no builder for " + definition.getClass());
                };
        return parts.build(Source.span(context));
    }

    private Parts named(DdlKind kind, boolean ifExists, boolean temporary, List<MySqlGrammar.TableNameContext> tables) {
        Parts parts = new Parts(kind);
        parts.ifExistsOrNot = ifExists;
        parts.temporary = temporary;
        parts.tables.addAll(source.tableNames(tables));
        return parts;
    }

    private Parts createTable(MySqlGrammar.CreateTableContext context) {
        Parts parts = named(
                DdlKind.CREATE_TABLE,
                context.ifNotExists() != null,
                context.TEMPORARY() != null,
                List.of(context.tableName(0)));
        if (context.LIKE() != null) {
            parts.referenced.add(source.tableName(context.tableName(1)));
        }
        for (MySqlGrammar.DefinitionContext definition : context.definition()) {
            define(definition, parts);
        }
        parts.query = context.query() == null ? null : queries.query(context.query());
        return parts;
    }

    private void define(MySqlGrammar.DefinitionContext definition, Parts parts) {
        if (definition.columnDefinition() != null) {
            defineColumn(definition.columnDefinition(), parts);
        } else {
            defineKey(definition.keyDefinition(), parts);
        }
    }

    private void defineColumn(MySqlGrammar.ColumnDefinitionContext context, Parts parts) {
        Identifier name = source.identifier(context.identifier());
        Span span = Source.span(context);
        if (source.kind(name.span().end()) == TokenKind.FOR) {
            // MariaDB's PERIOD FOR SYSTEM_TIME (a, b): no type begins with FOR.
            return;
        }
        boolean serial = isSerial(context.columnPiece(0));
        boolean autoIncrement = serial;
        if (serial) {
            parts.keys.add(new Statement.UniqueKey(span, false, null, List.of(name)));
        }
        for (MySqlGrammar.ColumnPieceContext piece : context.columnPiece()) {
            autoIncrement |= piece.AUTO_INCREMENT() != null;
            if (piece.REFERENCES() != null) {
                parts.referenced.add(source.tableName(piece.tableName()));
            } else if (piece.UNIQUE() != null || piece.KEY() != null) {
                boolean primary = piece.UNIQUE() == null;
                parts.keys.add(new Statement.UniqueKey(span, primary, null, List.of(name)));
            }
        }
        parts.columns.add(new Statement.ColumnDefinition(span, name, autoIncrement));
    }

    /** SERIAL stands for BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE. */
    private boolean isSerial(MySqlGrammar.ColumnPieceContext type) {
        return source.upper(type.start).equals("SERIAL");
    }

    private void defineKey(MySqlGrammar.KeyDefinitionContext context, Parts parts) {
        if (context.REFERENCES() != null) {
            parts.referenced.add(source.tableName(context.tableName()));
        } else if (context.PRIMARY() != null || context.UNIQUE() != null) {
            boolean primary = context.PRIMARY() != null;
            MySqlGrammar.IdentifierContext name =
                    context.keyMiddle().identifier().isEmpty() ? null : indexName(context.keyMiddle());
            if (name == null && !context.identifier().isEmpty()) {
                name = context.identifier(0);
            }
            parts.keys.add(new Statement.UniqueKey(
                    Source.span(context), primary, source.identifierOrNull(name), columns(context.keyParts())));
        }
    }

    /** The name, unless the only identifier is the type behind USING. */
    private static MySqlGrammar.@Nullable IdentifierContext indexName(MySqlGrammar.KeyMiddleContext context) {
        boolean unnamed = context.USING() != null && context.identifier().size() == 1;
        return unnamed ? null : context.identifier(0);
    }

    private List<Identifier> columns(MySqlGrammar.KeyPartsContext context) {
        List<Identifier> columns = new ArrayList<>();
        for (MySqlGrammar.KeyPartContext part : context.keyPart()) {
            if (part.identifier() != null) {
                columns.add(source.identifier(part.identifier()));
            }
        }
        return columns;
    }

    private Parts alterTable(MySqlGrammar.AlterTableContext context) {
        Parts parts = named(DdlKind.ALTER_TABLE, context.ifExists() != null, false, List.of(context.tableName()));
        for (MySqlGrammar.AlterItemContext item : context.alterItem()) {
            if (item.columnDefinition() != null) {
                defineColumn(item.columnDefinition(), parts);
            } else if (item.keyDefinition() != null) {
                defineKey(item.keyDefinition(), parts);
            } else if (item.tableName() != null) {
                parts.tables.add(source.tableName(item.tableName()));
            }
            for (MySqlGrammar.DefinitionContext definition : item.definition()) {
                define(definition, parts);
            }
            for (MySqlGrammar.AlterPieceContext piece : item.alterPiece()) {
                if (piece.tableName() != null) {
                    parts.referenced.add(source.tableName(piece.tableName()));
                }
            }
        }
        return parts;
    }

    private Parts renameTable(MySqlGrammar.RenameTableContext context) {
        Parts parts = new Parts(DdlKind.RENAME_TABLE);
        parts.ifExistsOrNot = context.ifExists() != null;
        for (MySqlGrammar.RenamingContext renaming : context.renaming()) {
            parts.tables.addAll(source.tableNames(renaming.tableName()));
        }
        return parts;
    }

    private Parts createIndex(MySqlGrammar.CreateIndexContext context) {
        Parts parts = named(DdlKind.CREATE_INDEX, context.ifNotExists() != null, false, List.of(context.tableName()));
        if (context.UNIQUE() != null) {
            parts.keys.add(new Statement.UniqueKey(
                    Source.span(context),
                    false,
                    source.identifier(context.identifier(0)),
                    columns(context.keyParts())));
        }
        return parts;
    }

    private Parts createView(MySqlGrammar.CreateViewContext context) {
        DdlKind kind = context.ALTER() == null ? DdlKind.CREATE_VIEW : DdlKind.ALTER_VIEW;
        Parts parts = named(kind, context.ifNotExists() != null, false, List.of(context.tableName()));
        parts.query = queries.query(context.query());
        return parts;
    }

    private Parts schema(MySqlGrammar.SchemaDefinitionContext context) {
        DdlKind kind = DdlKind.ALTER_SCHEMA;
        if (context.CREATE() != null) {
            kind = DdlKind.CREATE_SCHEMA;
        } else if (context.DROP() != null) {
            kind = DdlKind.DROP_SCHEMA;
        }
        Parts parts = new Parts(kind);
        parts.ifExistsOrNot = context.ifExists() != null || context.ifNotExists() != null;
        parts.schema = source.identifierOrNull(context.identifier());
        return parts;
    }
}
