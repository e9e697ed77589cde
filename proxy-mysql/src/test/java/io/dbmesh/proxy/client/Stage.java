package io.dbmesh.proxy.client;

import io.dbmesh.governance.config.ConfigDocument;
import io.dbmesh.proxy.server.MeshServer;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One server of a flavour that is asked directly, two more of the same behind a mesh, and the same user everywhere. Shared
 * by the tests of one JVM, like the servers.
 */
final class Stage {
    static final String USER = "app";
    static final String PASSWORD = "secret";

    /** What is asked of both sides; the mesh has the same tables in the one place or spread over two servers. */
    enum Layout {
        PLAIN("plain"),
        SHARDED("sharded");

        private final String schema;

        Layout(String schema) {
            this.schema = schema;
        }

        String schema() {
            return schema;
        }
    }

    private static final Map<Flavor, Stage> SHARED = new ConcurrentHashMap<>();

    /**
     * With {@code -Ddbmesh.clients.mesh=off} a second server stands in for the mesh. That proves the comparison itself: no
     * test may then fail, except those that ask for what only the mesh has.
     */
    static final boolean WITHOUT_MESH = "off".equals(System.getProperty("dbmesh.clients.mesh"));

    private final DatabaseServer direct;
    private final int port;

    private Stage(Flavor flavor) {
        direct = prepared(Servers.shared(flavor, 2));
        DatabaseServer first = prepared(Servers.shared(flavor, 0));
        DatabaseServer second = prepared(Servers.shared(flavor, 1));
        port = WITHOUT_MESH
                ? first.port()
                : MeshServer.start(ConfigDocument.parse("clients.yaml", configuration(0, first, second)))
                        .port();
    }

    /** For one flavour, started at the first call. */
    static Stage of(Flavor flavor) {
        return SHARED.computeIfAbsent(flavor, Stage::new);
    }

    /** A server with the user and empty databases. */
    static DatabaseServer prepared(DatabaseServer server) {
        try {
            server.execute(
                    // A plugin that every client has without TLS and keys.
                    server.flavor() == Flavor.MYSQL
                            ? "CREATE USER IF NOT EXISTS app@'%' IDENTIFIED WITH mysql_native_password BY 'secret'"
                            : "CREATE USER IF NOT EXISTS app@'%' IDENTIFIED BY 'secret'",
                    "GRANT ALL PRIVILEGES ON *.* TO app@'%' WITH GRANT OPTION",
                    "DROP DATABASE IF EXISTS sharded_0",
                    "DROP DATABASE IF EXISTS sharded_1",
                    "DROP DATABASE IF EXISTS plain",
                    "DROP DATABASE IF EXISTS sharded",
                    "CREATE DATABASE plain",
                    "CREATE DATABASE sharded");
            return server;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot prepare " + server, e);
        }
    }

    /** Of a mesh that listens on that port and has both layouts. */
    static String configuration(int port, DatabaseServer first, DatabaseServer second) {
        return """
                listen: 127.0.0.1:%d
                users:
                  - { name: app, password: secret }
                dataSources:
                  ds0: { address: 127.0.0.1:%d, user: app, password: secret }
                  ds1: { address: 127.0.0.1:%d, user: app, password: secret }
                schemas:
                  sharded:
                    default: ds0/sharded
                    shards: [ds0/sharded_0, ds1/sharded_1]
                    tables:
                      numeric_values: { key: id, by: hash }
                      time_values: { key: id, by: hash }
                      text_values: { key: id, by: hash }
                      other_values: { key: id, by: hash }
                      people: { key: id, by: hash }
                      orders: { key: person_id, by: hash, with: people }
                      numbered: { key: id, by: hash }
                      accounts: { key: id, by: hash }
                      movements: { key: account, by: hash, with: accounts }
                      sorted: { key: id, by: hash }
                      large: { key: id, by: hash }
                      colours: reference
                  plain:
                    default: ds0/plain
                """.formatted(port, first.port(), second.port());
    }

    Endpoint direct(String database) {
        return new Endpoint(direct.host(), direct.port(), USER, PASSWORD, database);
    }

    Endpoint mesh(String database) {
        return new Endpoint("127.0.0.1", port, USER, PASSWORD, database);
    }
}
