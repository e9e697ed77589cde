package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The immutable snapshot that a statement (or transaction) sees from start to end: the configuration and what the
 * servers hold. A change makes a new snapshot with a higher version.
 *
 * @param version grows with each change; part of what plans are cached by
 * @param schemas by name, which is compared exactly
 */
public record Mesh(long version, MeshConfig config, Map<String, MeshSchema> schemas) {
    public Mesh {
        schemas = Map.copyOf(schemas);
    }

    public @Nullable MeshSchema schema(String name) {
        return schemas.get(name);
    }

    /**
     * The schema that a statement names, or is in.
     *
     * @throws MeshException when there is none of this name
     */
    public MeshSchema requireSchema(String name) {
        MeshSchema schema = schemas.get(name);
        if (schema == null) {
            throw new MeshException(MeshError.UNKNOWN_DATABASE, name);
        }
        return schema;
    }

    /** What an operator should mend, in all schemas; each message once, as many schemas can be on one server. */
    public List<MeshException> problems() {
        Map<String, MeshException> byMessage = new LinkedHashMap<>();
        for (String name : config.schemas().keySet()) {
            MeshSchema schema = schemas.get(name);
            if (schema != null) {
                schema.problems().forEach(problem -> byMessage.putIfAbsent(problem.message(), problem));
            }
        }
        return List.copyOf(byMessage.values());
    }

    /** The snapshot after a schema was loaded again. */
    public Mesh with(MeshSchema schema) {
        Map<String, MeshSchema> changed = new LinkedHashMap<>(schemas);
        changed.put(schema.name(), schema);
        return new Mesh(version + 1, config, changed);
    }
}
