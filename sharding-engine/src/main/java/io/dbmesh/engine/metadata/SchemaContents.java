package io.dbmesh.engine.metadata;

import io.dbmesh.engine.error.MeshException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the servers said of a schema. Immutable.
 *
 * @param differences between shards, by table
 * @param missing what each location that could not be read said, one for each data source or database
 */
record SchemaContents(
        Part onShards, Part onDefault, Map<String, List<MeshException>> differences, List<MeshException> missing) {
    /**
     * The tables of the shards, or of the default location.
     *
     * @param fault why they are not all known
     */
    record Part(List<TableMetadata> tables, @Nullable MeshException fault) {
        static final Part EMPTY = new Part(List.of(), null);

        Part {
            tables = List.copyOf(tables);
        }

        static Part of(Collection<TableMetadata> tables) {
            return new Part(List.copyOf(tables), null);
        }
    }

    SchemaContents {
        differences = Collections.unmodifiableMap(new LinkedHashMap<>(differences));
        missing = List.copyOf(missing);
    }

    SchemaContents(Part onShards, Part onDefault) {
        this(onShards, onDefault, Map.of(), List.of());
    }

    /** With other differences of one table; none when the list is empty. */
    Map<String, List<MeshException>> differencesWith(String table, List<MeshException> ofTable) {
        Map<String, List<MeshException>> changed = new LinkedHashMap<>(differences);
        changed.remove(table);
        if (!ofTable.isEmpty()) {
            changed.put(table, ofTable);
        }
        return changed;
    }
}
