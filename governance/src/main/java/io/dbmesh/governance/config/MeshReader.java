package io.dbmesh.governance.config;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.KeyGeneration;
import io.dbmesh.engine.config.KeyGeneration.AutoIncrement;
import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.User;
import io.dbmesh.governance.config.DocumentNode.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads the whole document. Each method notes its faults and goes on, so that all are found at once. */
final class MeshReader {
    static final String FIELDS = "listen, users, dataSources, schemas, keys, limits";

    private static final String ADDRESS = "HOST:PORT";
    private static final String PASSWORD = "text; \"\" for none";

    private final DocumentNode root;

    MeshReader(DocumentNode root) {
        this.root = root;
    }

    /** The configuration; null or incomplete when there were faults. */
    @Nullable MeshConfig read() {
        DocumentFields fields = root.fields("a mapping with the fields " + FIELDS, FIELDS.split(", "));
        DocumentNode listenNode = fields.required("listen", ADDRESS);
        ListenAddress listen = listenNode == null ? null : listenNode.convert(ADDRESS, ListenAddress::parse);
        Map<String, User> users = users(fields.required("users", "a sequence of { name, password }"));
        DocumentNode dataSourcesNode = fields.required("dataSources", "a mapping of names to data sources");
        Map<String, DataSource> dataSources = dataSources(dataSourcesNode);
        DocumentNode schemasNode = fields.required("schemas", "a mapping of names to schemas");
        Map<String, Schema> schemas = schemas(schemasNode, dataSources);
        KeyGeneration keys = keys(fields.optional("keys"));
        DocumentNode limitsNode = fields.optional("limits");
        Limits limits = limitsNode == null ? Limits.DEFAULT : LimitsReader.read(limitsNode);
        // The faults of single fields have been noted; were a check missing, the record would still refuse.
        return listen == null || root.hasFaults()
                ? null
                : root.guard(() -> new MeshConfig(listen, users, dataSources, schemas, keys, limits));
    }

    private static Map<String, User> users(@Nullable DocumentNode node) {
        Map<String, User> users = new LinkedHashMap<>();
        if (node == null) {
            return users;
        }
        List<DocumentNode> items = node.nonEmptyItems("a sequence of { name, password }, at least one");
        for (DocumentNode item : items) {
            DocumentFields fields = item.fields("a mapping with the fields name, password", "name", "password");
            String name = fields.requiredText("name", "1 to " + User.MAX_NAME_LENGTH + " characters");
            String password = fields.requiredText("password", PASSWORD);
            if (name == null) {
                continue;
            }
            User user = item.guard(() -> new User(name, password == null ? "" : password));
            if (user != null && users.putIfAbsent(name, user) != null) {
                item.fault("user '" + name + "' stands twice; allowed: each name once");
            }
        }
        return users;
    }

    /** Names of faulty data sources are kept in the map, so that schemas which use them are not at fault as well. */
    private static Map<String, DataSource> dataSources(@Nullable DocumentNode node) {
        Map<String, DataSource> dataSources = new LinkedHashMap<>();
        if (node == null) {
            return dataSources;
        }
        for (Entry entry : node.nonEmptyEntries("a mapping of names to data sources, at least one")) {
            dataSources.put(entry.name(), dataSource(entry));
        }
        return dataSources;
    }

    private static DataSource dataSource(Entry entry) {
        // Stands in where the real one is not known, so that each part is checked even when another is at fault.
        ListenAddress anywhere = new ListenAddress("address of " + entry.name(), 1);
        DataSource standIn = new DataSource("unreadable", anywhere, "unreadable", "");
        DocumentFields fields = entry.value()
                .fields(
                        "a mapping with the fields address, user, password, maxConnections",
                        "address",
                        "user",
                        "password",
                        "maxConnections");
        DocumentNode addressNode = fields.required("address", ADDRESS);
        ListenAddress address = addressNode == null
                ? null
                : addressNode.convert(
                        ADDRESS, text -> new DataSource("any", ListenAddress.parse(text), "any", "").address());
        DocumentNode userNode = fields.required("user", "a user of the server");
        String user = userNode == null
                ? null
                : userNode.convert("a user of the server", text -> new DataSource("any", anywhere, text, "").user());
        String password = fields.requiredText("password", PASSWORD);
        DocumentNode connectionsNode = fields.optional("maxConnections");
        Integer maxConnections = connectionsNode == null
                ? Integer.valueOf(DataSource.DEFAULT_MAX_CONNECTIONS)
                : connectionsNode.wholeNumber("maxConnections", 1, DataSource.MAX_MAX_CONNECTIONS);
        DataSource read = entry.key()
                .guard(() -> new DataSource(
                        entry.name(),
                        address == null ? anywhere : address,
                        user == null ? "unreadable" : user,
                        password == null ? "" : password,
                        maxConnections == null ? 1 : maxConnections));
        return read == null ? standIn : read;
    }

    private static Map<String, Schema> schemas(@Nullable DocumentNode node, Map<String, DataSource> dataSources) {
        Map<String, Schema> schemas = new LinkedHashMap<>();
        if (node == null) {
            return schemas;
        }
        SchemaReader reader = new SchemaReader(dataSources);
        for (Entry entry : node.nonEmptyEntries("a mapping of names to schemas, at least one")) {
            Schema schema = reader.read(entry);
            if (schema != null) {
                schemas.put(entry.name(), schema);
            }
        }
        return schemas;
    }

    private static KeyGeneration keys(@Nullable DocumentNode node) {
        if (node == null) {
            return KeyGeneration.DEFAULT;
        }
        DocumentFields fields = node.fields(
                "a mapping with the fields workerId, autoIncrement, segmentSize",
                "workerId",
                "autoIncrement",
                "segmentSize");
        DocumentNode workerId = fields.optional("workerId");
        Integer id = workerId == null ? null : workerId.wholeNumber("workerId", 0, KeyGeneration.MAX_WORKER_ID);
        DocumentNode kindNode = fields.optional("autoIncrement");
        AutoIncrement kind = kindNode == null
                ? AutoIncrement.AUTO
                : kindNode.convert("auto, snowflake or segment", MeshReader::autoIncrement);
        DocumentNode sizeNode = fields.optional("segmentSize");
        Integer size = sizeNode == null
                ? Integer.valueOf(KeyGeneration.DEFAULT_SEGMENT_SIZE)
                : sizeNode.wholeNumber("segmentSize", 1, KeyGeneration.MAX_SEGMENT_SIZE);
        return new KeyGeneration(
                id == null ? OptionalInt.empty() : OptionalInt.of(id),
                kind == null ? AutoIncrement.AUTO : kind,
                size == null ? KeyGeneration.DEFAULT_SEGMENT_SIZE : size);
    }

    private static AutoIncrement autoIncrement(String text) {
        return switch (text) {
            case "auto" -> AutoIncrement.AUTO;
            case "snowflake" -> AutoIncrement.SNOWFLAKE;
            case "segment" -> AutoIncrement.SEGMENT;
            default -> throw new IllegalArgumentException("found '" + text + "'; allowed: auto, snowflake or segment");
        };
    }
}
