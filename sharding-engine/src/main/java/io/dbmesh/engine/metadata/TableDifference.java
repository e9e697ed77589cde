package io.dbmesh.engine.metadata;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells in words how a table differs between two shards. */
final class TableDifference {
    private TableDifference() {}

    /** The first difference that matters to statements, or null; a null table does not exist there. */
    static @Nullable String between(@Nullable TableMetadata first, @Nullable TableMetadata second) {
        if (first == null) {
            return second == null ? null : "it does not exist on the first";
        }
        if (second == null) {
            return "it does not exist on the second";
        }
        if (first.isView() != second.isView()) {
            return "it is a view on the " + (first.isView() ? "first" : "second");
        }
        for (ColumnMetadata column : first.columns()) {
            ColumnMetadata other = second.column(column.name());
            if (other == null) {
                return "column " + column.name() + " does not exist on the second";
            }
            if (!column.equals(other)) {
                return "column " + column.name() + " is " + describe(column) + " and " + describe(other);
            }
        }
        for (ColumnMetadata column : second.columns()) {
            if (first.column(column.name()) == null) {
                return "column " + column.name() + " does not exist on the first";
            }
        }
        if (!first.columns().equals(second.columns())) {
            return "the columns stand in another order";
        }
        return first.uniqueKeys().equals(second.uniqueKeys())
                ? null
                : "the unique keys are " + describe(first.uniqueKeys()) + " and " + describe(second.uniqueKeys());
    }

    private static String describe(ColumnMetadata column) {
        List<String> words = new ArrayList<>();
        words.add(column.definition());
        if (column.collation() != null) {
            words.add("COLLATE " + column.collation());
        }
        words.add(column.nullable() ? "NULL" : "NOT NULL");
        if (column.autoIncrement()) {
            words.add("AUTO_INCREMENT");
        }
        if (column.generated()) {
            words.add("GENERATED");
        } else if (column.hasDefault() && !column.nullable() && !column.autoIncrement()) {
            words.add("DEFAULT");
        }
        if (column.invisible()) {
            words.add("INVISIBLE");
        }
        return String.join(" ", words);
    }

    private static String describe(List<KeyMetadata> keys) {
        List<String> texts = new ArrayList<>();
        for (KeyMetadata key : keys) {
            List<String> parts = key.columns().stream()
                    .map(column -> key.prefixed().contains(column) ? column + "(...)" : column)
                    .toList();
            texts.add(key.name() + "(" + String.join(", ", parts) + ")");
        }
        return texts.isEmpty() ? "none" : String.join(" ", texts);
    }
}
