package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.sql.tree.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table where a statement names it.
 *
 * @param schema the logical one
 * @param table null where everything is relayed: of a schema without shards and of the server's own schemas, nothing need
 *     be known
 * @param locations where it is; empty for the server's own schemas, which are everywhere
 */
record TableUse(TableName name, String schema, @Nullable MeshTable table, List<Location> locations) {
    TableUse {
        locations = List.copyOf(locations);
    }

    boolean isSharded() {
        return table instanceof MeshTable.Sharded;
    }

    boolean isReference() {
        return table instanceof MeshTable.Reference;
    }

    /** In one place, with or without metadata. */
    boolean isSingle() {
        return !isSharded() && !isReference() && !isSystem();
    }

    /** Of information_schema and its like. */
    boolean isSystem() {
        return locations.isEmpty();
    }

    /**
     * The database that has the table for a statement that runs at a location, or null when none on that server does.
     */
    @Nullable String databaseAt(Location location) {
        if (isSystem()) {
            return schema;
        }
        if (locations.contains(location)) {
            return location.database();
        }
        return locations.stream()
                .filter(other -> other.dataSource().equals(location.dataSource()))
                .findFirst()
                .map(Location::database)
                .orElse(null);
    }
}
