package io.dbmesh.engine.plan;

import io.dbmesh.engine.metadata.ColumnMetadata;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.sql.tree.Expression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose columns an expression can name, as MySQL looks them up: the block's own first, then those of the
 * blocks around it.
 *
 * <p>It answers only what is certain. A column that it does not find may still exist (of a derived table, of a view):
 * then the statement is planned as if nothing were known of it.
 */
final class Scope {
    private final @Nullable Scope outer;
    private final List<Relation> relations = new ArrayList<>();
    /** Whether USING or NATURAL makes one column of two, so that a name without a table is not ambiguous. */
    private boolean merged;

    private boolean mergedToTheRight;
    /** Whether ON clauses see fewer tables than this scope has, so that a name without a table is not certain. */
    private boolean commasAndJoins;

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    /** One entry of FROM. Equal only to itself. */
    static final class Relation {
        final String name;
        final @Nullable String schema;
        final @Nullable MeshTable table;
        final boolean nullable;

        /**
         * @param name the alias, or the table's name
         * @param schema null for what cannot be named with a schema
         * @param table null when its columns are not known
         * @param nullable whether an outer join can fill its columns with NULL
         */
        Relation(String name, @Nullable String schema, @Nullable MeshTable table, boolean nullable) {
            this.name = name;
            this.schema = schema;
            this.table = table;
            this.nullable = nullable;
        }

        @Nullable ColumnMetadata column(String column) {
            return table == null ? null : table.metadata().column(column);
        }

        MeshTable.@Nullable Sharded sharded() {
            return table instanceof MeshTable.Sharded sharded ? sharded : null;
        }
    }

    /** A column of which it is certain whose it is. */
    record Resolved(Relation relation, ColumnMetadata column) {
        /** Whether it is the sharding key of its table. */
        boolean isShardKey() {
            MeshTable.Sharded sharded = relation.sharded();
            return sharded != null && sharded.key().column().name().equalsIgnoreCase(column.name());
        }
    }

    void add(Relation relation) {
        relations.add(relation);
    }

    void merge(boolean toTheRight) {
        merged = true;
        mergedToTheRight |= toTheRight;
    }

    void mixesCommasAndJoins() {
        commasAndJoins = true;
    }

    List<Relation> relations() {
        return relations;
    }

    /** Whose column an expression is, or null when it is none or that is not certain. */
    @Nullable Resolved resolve(Expression expression) {
        return expression instanceof Expression.Column column ? resolveColumn(column) : null;
    }

    private @Nullable Resolved resolveColumn(Expression.Column column) {
        Resolved found = null;
        boolean unknown = commasAndJoins && column.table() == null;
        for (Relation relation : relations) {
            if (!isNamedBy(relation, column)) {
                continue;
            }
            ColumnMetadata metadata = relation.column(column.name().text());
            unknown |= relation.table == null;
            if (metadata != null) {
                if (found != null) {
                    return merged && !mergedToTheRight && relations.size() == 2 ? found : null;
                }
                found = new Resolved(relation, metadata);
            }
        }
        if (unknown) {
            return null;
        }
        return found != null || outer == null ? found : outer.resolveColumn(column);
    }

    private static boolean isNamedBy(Relation relation, Expression.Column column) {
        return (column.table() == null || column.table().text().equals(relation.name))
                && (column.schema() == null || column.schema().text().equals(relation.schema));
    }
}
