package io.dbmesh.sql.tree;

import io.dbmesh.sql.tree.Query.Limit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole statement. */
public sealed interface Statement
        permits Query,
                Statement.Insert,
                Statement.Update,
                Statement.Delete,
                Statement.Ddl,
                Statement.Transaction,
                Statement.SetVariables,
                Statement.SetTransaction,
                Statement.SetNames,
                Statement.Use,
                Statement.Show,
                Statement.Describe,
                Statement.Explain,
                Statement.Kill,
                Statement.LockTables,
                Statement.Mesh,
                Statement.Other {
    Span span();

    /**
     * INSERT and REPLACE.
     *
     * @param columns null when no column list is given
     * @param columnsSpan of the list with its parentheses; null when none is given
     * @param source where the rows come from
     * @param onDuplicate assignments of ON DUPLICATE KEY UPDATE
     * @param rowAlias of {@code VALUES (...) AS alias}
     * @param returning MariaDB's RETURNING list
     */
    record Insert(
            Span span,
            boolean replace,
            boolean ignore,
            TableName table,
            @Nullable List<Identifier> columns,
            @Nullable Span columnsSpan,
            Source source,
            List<ColumnAssignment> onDuplicate,
            @Nullable Identifier rowAlias,
            List<Query.SelectItem> returning)
            implements Statement {
        public Insert {
            columns = columns == null ? null : List.copyOf(columns);
            onDuplicate = List.copyOf(onDuplicate);
            returning = List.copyOf(returning);
        }

        /** Where the rows of an INSERT come from. */
        public sealed interface Source {}

        /**
         * VALUES. Where the digest has collapsed rows of one shape there is one row here that stands for all of them.
         *
         * @param rows each of at least no value; {@code span} with its parentheses
         */
        public record Rows(Span span, List<InsertRow> rows) implements Source {
            public Rows {
                rows = List.copyOf(rows);
            }
        }

        /** A row with its parentheses. */
        public record InsertRow(Span span, List<Expression> values) {
            public InsertRow {
                values = List.copyOf(values);
            }
        }

        /** {@code INSERT ... SET a = 1}. */
        public record Assignments(List<ColumnAssignment> assignments) implements Source {
            public Assignments {
                assignments = List.copyOf(assignments);
            }
        }

        /** {@code INSERT ... SELECT}. */
        public record FromQuery(Query query) implements Source {}
    }

    /** {@code column = value}. */
    record ColumnAssignment(Span span, Expression.Column column, Expression value) {}

    /**
     * UPDATE of one or several tables.
     *
     * @param tables the comma list; one {@link TableSource.Named} for the plain form
     */
    record Update(
            Span span,
            List<Query.CommonTable> with,
            boolean ignore,
            List<TableSource> tables,
            List<ColumnAssignment> assignments,
            @Nullable Expression where,
            List<OrderItem> orderBy,
            @Nullable Limit limit)
            implements Statement {
        public Update {
            with = List.copyOf(with);
            tables = List.copyOf(tables);
            assignments = List.copyOf(assignments);
            orderBy = List.copyOf(orderBy);
        }
    }

    /**
     * DELETE of one or several tables.
     *
     * @param targets of the multi-table forms; empty for the plain form
     * @param tables where the rows are looked up; for the plain form the one table
     */
    record Delete(
            Span span,
            List<Query.CommonTable> with,
            boolean ignore,
            List<TableName> targets,
            List<TableSource> tables,
            @Nullable Expression where,
            List<OrderItem> orderBy,
            @Nullable Limit limit,
            List<Query.SelectItem> returning)
            implements Statement {
        public Delete {
            with = List.copyOf(with);
            targets = List.copyOf(targets);
            tables = List.copyOf(tables);
            orderBy = List.copyOf(orderBy);
            returning = List.copyOf(returning);
        }
    }

    /**
     * A statement that changes definitions. What it defines is carried out by the servers, so only what routing must know
     * is taken apart.
     *
     * @param kind what is done to what
     * @param tables whose definition is made or changed, in order of the text (both names of a RENAME, from before to);
     *     for an index its table, for a view the view
     * @param referenced other tables that the definition names: of foreign keys, LIKE
     * @param query of CREATE TABLE ... SELECT and of CREATE VIEW
     * @param schema of CREATE, ALTER and DROP DATABASE
     * @param columns defined or added, as far as CREATE and ALTER TABLE say them
     * @param keys unique keys defined or added, the primary one included
     */
    record Ddl(
            Span span,
            DdlKind kind,
            boolean ifExistsOrNot,
            boolean temporary,
            List<TableName> tables,
            List<TableName> referenced,
            @Nullable Query query,
            @Nullable Identifier schema,
            List<ColumnDefinition> columns,
            List<UniqueKey> keys)
            implements Statement {
        public Ddl {
            tables = List.copyOf(tables);
            referenced = List.copyOf(referenced);
            columns = List.copyOf(columns);
            keys = List.copyOf(keys);
        }
    }

    /** A column of CREATE or ALTER TABLE. The span is that of the definition, name included. */
    record ColumnDefinition(Span span, Identifier name, boolean autoIncrement) {}

    /** A primary or unique key of CREATE or ALTER TABLE, CREATE UNIQUE INDEX. */
    record UniqueKey(Span span, boolean primary, @Nullable Identifier name, List<Identifier> columns) {
        public UniqueKey {
            columns = List.copyOf(columns);
        }
    }

    enum DdlKind {
        CREATE_TABLE,
        ALTER_TABLE,
        DROP_TABLE,
        RENAME_TABLE,
        TRUNCATE_TABLE,
        CREATE_INDEX,
        DROP_INDEX,
        CREATE_VIEW,
        ALTER_VIEW,
        DROP_VIEW,
        CREATE_SCHEMA,
        ALTER_SCHEMA,
        DROP_SCHEMA,
        /** ANALYZE, OPTIMIZE, CHECK, REPAIR, CHECKSUM TABLE: answered by a result set. */
        MAINTAIN_TABLE
    }

    /** Transaction control. */
    record Transaction(
            Span span,
            Action action,
            @Nullable Identifier savepoint,
            @Nullable Boolean readOnly,
            boolean consistentSnapshot,
            boolean chain,
            boolean release)
            implements Statement {
        public enum Action {
            BEGIN,
            COMMIT,
            ROLLBACK,
            SAVEPOINT,
            ROLLBACK_TO,
            RELEASE_SAVEPOINT
        }
    }

    /** {@code SET a = 1, @b = 2, GLOBAL c = 3}. */
    record SetVariables(Span span, List<VariableAssignment> assignments) implements Statement {
        public SetVariables {
            assignments = List.copyOf(assignments);
        }
    }

    /**
     * One assignment of SET.
     *
     * @param scope null for a user variable, and for a system variable without scope (which means the session)
     * @param name a user variable's with its sign {@code @}, a system variable's in lower case
     * @param value a bare word such as {@code utf8mb4} or {@code ON} is a {@link Expression.Column}
     */
    record VariableAssignment(Span span, @Nullable VariableScope scope, String name, Expression value) {
        public boolean isUserVariable() {
            return name.startsWith("@");
        }
    }

    /** {@code SET [SESSION|GLOBAL] TRANSACTION ...}; a null scope means the next transaction only. */
    record SetTransaction(
            Span span,
            @Nullable VariableScope scope,
            @Nullable String isolation,
            @Nullable Boolean readOnly) implements Statement {}

    /** {@code SET NAMES x COLLATE y}, {@code SET CHARACTER SET x}; null means DEFAULT. */
    record SetNames(
            Span span,
            boolean characterSetOnly,
            @Nullable String charset,
            @Nullable String collation) implements Statement {}

    record Use(Span span, Identifier schema) implements Statement {}

    /**
     * SHOW.
     *
     * @param kind the words that say what is shown, in upper case, without FULL, GLOBAL, SESSION, EXTENDED: {@code TABLES},
     *     {@code CREATE TABLE}, {@code VARIABLES}, {@code DATABASES}, {@code COLUMNS}, {@code INDEX}, {@code TABLE STATUS}...
     * @param table of SHOW COLUMNS, INDEX, CREATE TABLE
     * @param schema of FROM/IN
     * @param like the ordinal of the pattern's literal, -1 without LIKE
     * @param hasWhere whether there is a WHERE
     */
    record Show(
            Span span,
            String kind,
            boolean full,
            @Nullable VariableScope scope,
            @Nullable TableName table,
            @Nullable Identifier schema,
            int like,
            boolean hasWhere)
            implements Statement {}

    /** {@code DESCRIBE t}, {@code EXPLAIN t}. */
    record Describe(Span span, TableName table) implements Statement {}

    /** {@code EXPLAIN [FORMAT=..|ANALYZE] statement}. */
    record Explain(Span span, boolean analyze, Statement statement) implements Statement {}

    /** {@code KILL [CONNECTION|QUERY] id}; the id is the literal's ordinal. */
    record Kill(Span span, boolean queryOnly, int idOrdinal) implements Statement {}

    /** {@code LOCK TABLES} (with tables) and {@code UNLOCK TABLES} (without). */
    record LockTables(Span span, List<TableName> tables) implements Statement {
        public LockTables {
            tables = List.copyOf(tables);
        }
    }

    /** A statement for the mesh itself: {@code MESH EXPLAIN ...}, {@code MESH SHOW ...}. */
    record Mesh(Span span, Command command, @Nullable Statement explained) implements Statement {
        public enum Command {
            EXPLAIN,
            SHOW_SHARDS,
            SHOW_TABLES,
            SHOW_DATA_SOURCES,
            SHOW_SESSIONS
        }
    }

    /**
     * A statement that is recognised by its first words and not taken apart (CALL, GRANT, FLUSH, LOAD DATA...). It may be
     * relayed where everything of a schema lives in one place.
     *
     * @param name the words, for messages: {@code CALL}, {@code LOAD DATA}
     */
    record Other(Span span, String name) implements Statement {}
}
