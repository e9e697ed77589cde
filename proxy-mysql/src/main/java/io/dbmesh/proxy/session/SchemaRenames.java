package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.proxy.protocol.SchemaRename;
import io.dbmesh.proxy.protocol.SchemaRename.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Under which names clients know the databases of each server. Immutable. */
final class SchemaRenames {

    private final MeshConfig config;
    private final Map<Location, SchemaRename> byLocation = new HashMap<>();
    private final Map<String, SchemaRename> byDataSource = new HashMap<>();

    SchemaRenames(MeshConfig config) {
        this.config = config;
        Map<String, List<Name>> names = new HashMap<>();
        for (Schema schema : config.schemas().values()) {
            for (Location location : schema.locations()) {
                if (!location.database().equals(schema.name())) {
                    names.computeIfAbsent(location.dataSource(), any -> new ArrayList<>())
                            .add(new Name(location.database(), schema.name()));
                }
            }
        }
        names.forEach((dataSource, all) -> byDataSource.put(dataSource, new SchemaRename(all)));
        for (Schema schema : config.schemas().values()) {
            for (Location location : schema.locations()) {
                if (!location.database().equals(schema.name())) {
                    byLocation.put(location, ofLocation(location, schema, names.get(location.dataSource())));
                }
            }
        }
    }

    /** Its own name first, because nearly all columns have it. */
    private static SchemaRename ofLocation(Location location, Schema schema, @Nullable List<Name> ofServer) {
        Name own = new Name(location.database(), schema.name());
        List<Name> ordered = new ArrayList<>(List.of(own));
        if (ofServer != null) {
            ofServer.stream().filter(name -> !name.equals(own)).forEach(ordered::add);
        }
        return new SchemaRename(ordered);
    }

    /** The configuration that this was made from. */
    MeshConfig config() {
        return config;
    }

    /** For a statement whose tables are those of the location's own database; null when that has its schema's name. */
    @Nullable SchemaRename at(Location location) {
        return byLocation.get(location);
    }

    /** @param namesOthers whether the statement may name other databases of the server */
    @Nullable SchemaRename at(Location location, boolean namesOthers) {
        SchemaRename own = byLocation.get(location);
        return own == null && namesOthers ? byDataSource.get(location.dataSource()) : own;
    }
}
