package io.dbmesh.engine.plan;

import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import io.dbmesh.sql.tree.TableSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one walk over a statement collects: its tables, and the expressions that concern the session. */
final class Facts extends TreeWalk {
    private static final Set<String> PINNING =
            Set.of("GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "IS_USED_LOCK", "IS_FREE_LOCK");
    private static final Set<String> NOT_DETERMINISTIC = Set.of(
            "RAND",
            "UUID",
            "UUID_SHORT",
            "SYSDATE",
            "CONNECTION_ID",
            "RANDOM_BYTES",
            "SLEEP",
            "ROW_COUNT",
            "FOUND_ROWS",
            "LAST_INSERT_ID",
            "SYS_GUID",
            "NEXTVAL",
            "LASTVAL");

    /** Real tables, in the order of the text, with their aliases where the text gives one. */
    final List<TableName> tables = new ArrayList<>();

    final Set<TableName> commonTables = Collections.newSetFromMap(new IdentityHashMap<>());
    final List<Expression.Column> columnsWithSchema = new ArrayList<>();
    final List<Expression.Star> starsWithSchema = new ArrayList<>();
    final List<Expression.Function> sessionFunctions = new ArrayList<>();
    final Set<Effect> effects = EnumSet.noneOf(Effect.class);
    boolean assignsVariables;
    /** The first function or clause that can give different rows in different places, or null. */
    @Nullable String notDeterministic;

    boolean calculatesFoundRows;
    boolean setsLastInsertId;
    boolean hasInto;

    @Nullable String storedFunction;

    private final Deque<String> commonNames = new ArrayDeque<>();
    private final Set<String> aliases = new HashSet<>();

    static Facts of(Statement statement) {
        Facts facts = new Facts();
        if (statement instanceof Statement.Delete delete) {
            delete.tables().forEach(facts::addAliases);
        }
        facts.statement(statement);
        return facts;
    }

    private void addAliases(TableSource source) {
        switch (source) {
            case TableSource.Named named -> {
                if (named.alias() != null) {
                    aliases.add(named.alias().text());
                }
            }
            case TableSource.Join join -> {
                addAliases(join.left());
                addAliases(join.right());
            }
            case TableSource.Derived derived -> {}
            case TableSource.Function function -> {}
        }
    }

    @Override
    void statement(Statement statement) {
        super.statement(statement);
        if (statement instanceof Statement.Delete delete) {
            // Targets may be aliases of the tables.
            delete.targets().stream()
                    .filter(target -> target.schema() == null
                            && aliases.contains(target.table().text()))
                    .forEach(tables::remove);
        }
    }

    @Override
    void table(TableName name) {
        if (name.schema() == null && commonNames.contains(name.table().text().toLowerCase(Locale.ROOT))) {
            commonTables.add(name);
        } else {
            tables.add(name);
        }
    }

    @Override
    void query(Query query) {
        int pushed = 0;
        for (Query.CommonTable table : query.with()) {
            if (query.recursive()) {
                commonNames.push(table.name().text().toLowerCase(Locale.ROOT));
                pushed++;
            }
            query(table.query());
            if (!query.recursive()) {
                commonNames.push(table.name().text().toLowerCase(Locale.ROOT));
                pushed++;
            }
        }
        body(query.body());
        order(query.orderBy());
        limit(query.limit());
        for (int i = 0; i < pushed; i++) {
            commonNames.pop();
        }
        if (!query.locking().isEmpty()) {
            effects.add(Effect.LOCKS);
        }
        hasInto |= query.into() != null;
    }

    /** Those of UPDATE and DELETE; their names hold to the end of the statement. */
    @Override
    void with(List<Query.CommonTable> tables) {
        for (Query.CommonTable table : tables) {
            commonNames.push(table.name().text().toLowerCase(Locale.ROOT));
            query(table.query());
        }
    }

    @Override
    void block(Query.Block block) {
        calculatesFoundRows |= block.modifiers().contains(Query.Modifier.SQL_CALC_FOUND_ROWS);
        super.block(block);
    }

    @Override
    void expression(Expression expression) {
        switch (expression) {
            case Expression.Column column -> {
                if (column.schema() != null) {
                    columnsWithSchema.add(column);
                }
            }
            case Expression.Star star -> {
                if (star.schema() != null) {
                    starsWithSchema.add(star);
                }
            }
            case Expression.Function function -> function(function);
            case Expression.Assignment assignment -> {
                assignsVariables = true;
                effects.add(Effect.ASSIGNS_VARIABLES);
                effects.add(Effect.PINS);
                notDeterministic(":=");
            }
            case Expression.UserVariable variable -> notDeterministic("a user variable");
            case Expression.SystemVariable variable -> systemVariable(variable.name().toUpperCase(Locale.ROOT));
            default -> {}
        }
        super.expression(expression);
    }

    private void systemVariable(String name) {
        switch (name) {
            case "WARNING_COUNT", "ERROR_COUNT" -> effects.add(Effect.READS_DIAGNOSTICS);
            case "LAST_INSERT_ID", "IDENTITY" -> effects.add(Effect.READS_LAST_INSERT_ID);
            default -> {}
        }
    }

    private void function(Expression.Function function) {
        String name = function.name().toUpperCase(Locale.ROOT);
        if (function.schema() != null) {
            storedFunction = function.name();
            notDeterministic("a stored function");
        }
        if (NOT_DETERMINISTIC.contains(name)) {
            notDeterministic(name + "()");
        }
        if (PINNING.contains(name)) {
            effects.add(Effect.PINS);
        }
        if (name.equals("LAST_INSERT_ID")) {
            if (function.arguments().isEmpty()) {
                effects.add(Effect.READS_LAST_INSERT_ID);
            } else {
                setsLastInsertId = true;
            }
        }
        if (sessionFunction(function) != null) {
            sessionFunctions.add(function);
        }
    }

    /** Whether evaluating it twice can give two values. */
    static boolean isNotDeterministic(Expression expression) {
        Facts facts = new Facts();
        facts.expression(expression);
        return facts.notDeterministic != null;
    }

    private void notDeterministic(String what) {
        if (notDeterministic == null) {
            notDeterministic = what;
        }
    }

    /**
     * The session's answer to a function, or null when a server answers it. LAST_INSERT_ID() is answered by a server, which
     * is told the session's ({@link Effect#READS_LAST_INSERT_ID}).
     */
    static @Nullable SessionFunction sessionFunction(Expression.Function function) {
        if (!function.arguments().isEmpty() || function.schema() != null) {
            return null;
        }
        return switch (function.name().toUpperCase(Locale.ROOT)) {
            case "DATABASE", "SCHEMA" -> SessionFunction.CURRENT_SCHEMA;
            case "CONNECTION_ID" -> SessionFunction.CONNECTION_ID;
            case "USER", "SESSION_USER", "SYSTEM_USER" -> SessionFunction.USER;
            case "CURRENT_USER" -> SessionFunction.CURRENT_USER;
            case "FOUND_ROWS" -> SessionFunction.FOUND_ROWS;
            case "ROW_COUNT" -> SessionFunction.ROW_COUNT;
            default -> null;
        };
    }
}
