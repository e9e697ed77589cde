package io.dbmesh.engine.metadata;

import java.util.List;
import java.util.Set;

/**
 * A primary or unique key.
 *
 * @param name {@code PRIMARY} for the primary key
 * @param columns in the key's order, as the table spells them; {@link #EXPRESSION} for a functional part
 * @param prefixed those of the columns of which only the first characters are in the key. Such a key forbids more than
 *     equal values, and says nothing of whole values
 */
public record KeyMetadata(String name, List<String> columns, Set<String> prefixed) {
    public static final String PRIMARY = "PRIMARY";
    /** Stands for a part that is no column. */
    public static final String EXPRESSION = "(expression)";

    public KeyMetadata {
        columns = List.copyOf(columns);
        prefixed = Set.copyOf(prefixed);
    }

    /** A key of whole columns. */
    public KeyMetadata(String name, List<String> columns) {
        this(name, columns, Set.of());
    }

    public boolean isPrimary() {
        return name.equals(PRIMARY);
    }

    /** Whether the key has the whole column; case does not count in column names. */
    public boolean contains(String column) {
        return columns.stream().anyMatch(column::equalsIgnoreCase)
                && prefixed.stream().noneMatch(column::equalsIgnoreCase);
    }
}
