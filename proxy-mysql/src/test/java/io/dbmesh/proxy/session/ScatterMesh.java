package io.dbmesh.proxy.session;

import io.dbmesh.governance.config.ConfigDocument;
import io.dbmesh.proxy.server.MeshServer;
import io.dbmesh.testkit.DatabaseServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A proxy over two servers with a sharded schema {@code sc}, and a database on the first that holds the same rows. */
final class ScatterMesh implements AutoCloseable {
    private final List<DatabaseServer> servers;
    private final String prefix;
    private final MeshServer proxy;

    /** @param maxConnections of each data source; there is one event loop */
    ScatterMesh(List<DatabaseServer> servers, int shards, int maxConnections) throws SQLException {
        this.servers = servers;
        this.prefix = "sc" + shards;
        for (DatabaseServer server : servers) {
            for (int shard = 0; shard < shards; shard++) {
                server.execute("DROP DATABASE IF EXISTS " + prefix + "_" + shard);
            }
            server.execute(
                    "DROP DATABASE IF EXISTS " + prefix + "_default", "DROP DATABASE IF EXISTS " + prefix + "_one");
        }
        servers.get(0).execute("CREATE DATABASE " + prefix + "_one");
        String places = IntStream.range(0, shards)
                .mapToObj(shard -> "ds" + shard % servers.size() + "/" + prefix + "_" + shard)
                .collect(Collectors.joining(", "));
        StringBuilder sources = new StringBuilder();
        for (int i = 0; i < servers.size(); i++) {
            DatabaseServer server = servers.get(i);
            sources.append("  ds%d: { address: 127.0.0.1:%d, user: %s, password: '%s', maxConnections: %d }%n"
                    .formatted(i, server.port(), server.user(), server.password(), maxConnections));
        }
        String yaml = """
                listen: 127.0.0.1:0
                users:
                  - { name: app, password: secret }
                dataSources:
                %sschemas:
                  sc:
                    default: ds0/%s_default
                    shards: [%s]
                    tables:
                      t: { key: id, by: hash }
                      big: { key: id, by: hash }
                """.formatted(sources, prefix, places);
        this.proxy = MeshServer.start(ConfigDocument.parse("mesh.yaml", yaml), 1);
    }

    /** The database of a shard. */
    String database(int shard) {
        return prefix + "_" + shard;
    }

    MeshServer proxy() {
        return proxy;
    }

    Connection connect(String options) throws SQLException {
        DatabaseServer server = servers.get(0);
        String url = server.jdbcUrl("sc").replace(":" + server.port() + "/", ":" + proxy.port() + "/");
        return DriverManager.getConnection(withOptions(url, options), "app", "secret");
    }

    /** To the database that is not sharded, without the proxy. */
    Connection connectToOne(String options) throws SQLException {
        DatabaseServer server = servers.get(0);
        String url = withOptions(server.jdbcUrl(prefix + "_one"), options);
        return DriverManager.getConnection(url, server.user(), server.password());
    }

    private static String withOptions(String url, String options) {
        return options.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + options;
    }

    /** Runs statements through the proxy and on the one server. */
    void executeOnBoth(String... statements) throws SQLException {
        try (Connection sharded = connect("");
                Connection one = connectToOne("");
                Statement onShards = sharded.createStatement();
                Statement onOne = one.createStatement()) {
            for (String sql : statements) {
                onShards.execute(sql);
                onOne.execute(sql);
            }
        }
    }

    static List<List<String>> rows(ResultSet results) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        int columns = results.getMetaData().getColumnCount();
        while (results.next()) {
            List<String> row = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                String value = results.getString(i);
                row.add(value == null ? "NULL" : value);
            }
            rows.add(row);
        }
        return rows;
    }

    @Override
    public void close() {
        proxy.close();
    }
}
