package io.dbmesh.engine.metadata;

import java.util.List;

/**
 * A primary or unique key.
 *
 * @param name {@code PRIMARY} for the primary key
 * @param columns in the key's order, as the table spells them
 */
public record KeyMetadata(String name, List<String> columns) {
    public static final String PRIMARY = "PRIMARY";

    public KeyMetadata {
        columns = List.copyOf(columns);
    }

    public boolean isPrimary() {
        return name.equals(PRIMARY);
    }

    /** Whether the key has the column; case does not count in column names. */
    public boolean contains(String column) {
        return columns.stream().anyMatch(column::equalsIgnoreCase);
    }
}
