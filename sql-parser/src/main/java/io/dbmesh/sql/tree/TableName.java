package io.dbmesh.sql.tree;

import org.jspecify.annotations.Nullable;

/**
 * The name of a table or view.
 *
 * @param schema null when the current schema is meant
 * @param span of the whole name, schema included
 */
public record TableName(@Nullable Identifier schema, Identifier table, Span span) {
    @Override
    public String toString() {
        return schema == null ? table.text() : schema.text() + "." + table.text();
    }
}
