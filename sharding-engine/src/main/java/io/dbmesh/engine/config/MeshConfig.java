package io.dbmesh.engine.config;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration. The maps keep the document's order.
 *
 * <p>A database belongs to one schema only, and to one place in it: two schemas over one database would see each other's
 * tables, and a scatter over one database twice would give each row twice.
 *
 * @param users by name
 * @param dataSources by name
 * @param schemas by name
 */
public record MeshConfig(
        ListenAddress listen,
        Map<String, User> users,
        Map<String, DataSource> dataSources,
        Map<String, Schema> schemas,
        KeyGeneration keys,
        Limits limits) {
    public MeshConfig {
        users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
        dataSources = Collections.unmodifiableMap(new LinkedHashMap<>(dataSources));
        schemas = Collections.unmodifiableMap(new LinkedHashMap<>(schemas));
        Map<String, String> owners = new HashMap<>();
        for (Schema schema : schemas.values()) {
            for (Location location : schema.locations()) {
                if (!dataSources.containsKey(location.dataSource())) {
                    throw new IllegalArgumentException("schema " + schema.name() + " names unknown data source "
                            + location.dataSource() + "; allowed: " + dataSources.keySet());
                }
                String owner = owners.putIfAbsent(
                        databaseOf(location, dataSources), "schema " + schema.name() + ", " + location);
                if (owner != null) {
                    throw new IllegalArgumentException("schema " + schema.name() + ": " + location
                            + " is the database of " + owner + "; allowed: a database of its own");
                }
            }
        }
    }

    /** With defaults for what a small configuration leaves out; names come from the records. */
    public static MeshConfig of(
            ListenAddress listen, List<User> users, List<DataSource> dataSources, List<Schema> schemas) {
        Map<String, User> usersByName = new LinkedHashMap<>();
        users.forEach(user -> usersByName.put(user.name(), user));
        Map<String, DataSource> dataSourcesByName = new LinkedHashMap<>();
        dataSources.forEach(dataSource -> dataSourcesByName.put(dataSource.name(), dataSource));
        Map<String, Schema> schemasByName = new LinkedHashMap<>();
        schemas.forEach(schema -> schemasByName.put(schema.name(), schema));
        return new MeshConfig(
                listen, usersByName, dataSourcesByName, schemasByName, KeyGeneration.DEFAULT, Limits.DEFAULT);
    }

    public @Nullable Schema schema(String name) {
        return schemas.get(name);
    }

    public @Nullable User user(String name) {
        return users.get(name);
    }

    /** The server of a location; locations of schemas always name a known one. */
    public DataSource dataSource(Location location) {
        DataSource dataSource = dataSources.get(location.dataSource());
        if (dataSource == null) {
            throw new IllegalArgumentException("unknown data source " + location.dataSource());
        }
        return dataSource;
    }

    /**
     * What tells two locations apart: the server's address and the database. Two data sources can name one server, so
     * their names do not.
     */
    public static String databaseOf(Location location, Map<String, DataSource> dataSources) {
        DataSource dataSource = dataSources.get(location.dataSource());
        String server = dataSource == null
                ? location.dataSource()
                : dataSource.address().toString().toLowerCase(Locale.ROOT);
        return server + "/" + location.database();
    }
}
