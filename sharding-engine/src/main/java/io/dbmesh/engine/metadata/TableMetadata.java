package io.dbmesh.engine.metadata;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table or view as one server holds it; on all shards it is the same. Immutable. */
public final class TableMetadata {
    private final String name;
    private final boolean view;
    private final @Nullable String collation;
    private final List<ColumnMetadata> columns;
    private final List<KeyMetadata> uniqueKeys;
    private final Map<String, Integer> indexByName = new HashMap<>();

    /**
     * @param columns in the table's order
     * @param uniqueKeys the primary key, if any, first
     */
    public TableMetadata(
            String name,
            boolean view,
            @Nullable String collation,
            List<ColumnMetadata> columns,
            List<KeyMetadata> uniqueKeys) {
        this.name = name;
        this.view = view;
        this.collation = collation;
        this.columns = List.copyOf(columns);
        this.uniqueKeys = List.copyOf(uniqueKeys);
        for (int i = 0; i < columns.size(); i++) {
            indexByName.put(columns.get(i).name().toLowerCase(Locale.ROOT), i);
        }
    }

    public TableMetadata(String name, List<ColumnMetadata> columns, List<KeyMetadata> uniqueKeys) {
        this(name, false, null, columns, uniqueKeys);
    }

    public String name() {
        return name;
    }

    public boolean isView() {
        return view;
    }

    /** The table's default collation; null for views. */
    public @Nullable String collation() {
        return collation;
    }

    public List<ColumnMetadata> columns() {
        return columns;
    }

    /** The primary key, if any, and the unique keys. */
    public List<KeyMetadata> uniqueKeys() {
        return uniqueKeys;
    }

    public @Nullable KeyMetadata primaryKey() {
        return !uniqueKeys.isEmpty() && uniqueKeys.getFirst().isPrimary() ? uniqueKeys.getFirst() : null;
    }

    /** The column's place from 0, or -1. Case does not count in column names. */
    public int columnIndex(String column) {
        return indexByName.getOrDefault(column.toLowerCase(Locale.ROOT), -1);
    }

    public @Nullable ColumnMetadata column(String column) {
        int index = columnIndex(column);
        return index < 0 ? null : columns.get(index);
    }

    /** MySQL allows at most one. */
    public @Nullable ColumnMetadata autoIncrementColumn() {
        for (ColumnMetadata column : columns) {
            if (column.autoIncrement()) {
                return column;
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableMetadata that
                && name.equals(that.name)
                && view == that.view
                && columns.equals(that.columns)
                && uniqueKeys.equals(that.uniqueKeys);
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + columns.hashCode();
    }

    @Override
    public String toString() {
        return name + columns.stream().map(ColumnMetadata::name).toList();
    }
}
