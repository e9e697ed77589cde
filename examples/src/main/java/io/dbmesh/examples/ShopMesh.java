package io.dbmesh.examples;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.User;
import io.dbmesh.governance.config.ConfigDocument;
import io.dbmesh.proxy.server.MeshServer;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two database servers and a proxy before them, by the sample configuration. They end when it is closed. */
final class ShopMesh implements AutoCloseable {
    static final String SCHEMA = "shop";
    static final int USUAL_PORT = 3307;

    private static final List<String> SAMPLE_ADDRESSES = List.of("127.0.0.1:13306", "127.0.0.1:13307");
    private static final String SAMPLE_LISTEN = "listen: 127.0.0.1:" + USUAL_PORT;

    private final List<DatabaseServer> servers = new ArrayList<>();
    private final Path folder;
    private @Nullable MeshServer proxy;
    private @Nullable MeshConfig config;

    private ShopMesh() {
        try {
            folder = Files.createTempDirectory("dbmesh-demo-");
            folder.toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a folder for the demo's configuration", e);
        }
    }

    /** @param port the proxy's; 0 takes any free one */
    static ShopMesh start(Flavor flavor, int port) {
        ShopMesh mesh = new ShopMesh();
        try {
            mesh.startServers(flavor);
            MeshConfig config = mesh.writeConfig(port);
            mesh.config = config;
            mesh.proxy = MeshServer.start(config);
            return mesh;
        } catch (RuntimeException failure) {
            mesh.close();
            throw failure;
        }
    }

    private void startServers(Flavor flavor) {
        for (int i = 0; i < SAMPLE_ADDRESSES.size(); i++) {
            servers.add(DatabaseServer.start(flavor));
        }
    }

    private MeshConfig writeConfig(int port) {
        String text = replaced(ShopFile.MESH.text(), SAMPLE_LISTEN, "listen: 127.0.0.1:" + port);
        for (int i = 0; i < SAMPLE_ADDRESSES.size(); i++) {
            DatabaseServer server = servers.get(i);
            String sample = "%s, user: mesh, password: mesh".formatted(SAMPLE_ADDRESSES.get(i));
            String actual = "%s:%d, user: %s, password: %s"
                    .formatted(server.host(), server.port(), server.user(), server.password());
            text = replaced(text, sample, actual);
        }
        try {
            Files.writeString(configFile(), text);
            configFile().toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + configFile(), e);
        }
        return ConfigDocument.read(configFile());
    }

    private static String replaced(String text, String sample, String actual) {
        if (!text.contains(sample)) {
            throw new IllegalStateException("The sample configuration does not have '" + sample + "'");
        }
        return text.replace(sample, actual);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    /** The document that the proxy runs by; deleted when the JVM ends. */
    Path configFile() {
        return folder.resolve("mesh.yaml");
    }

    int port() {
        return running(proxy).port();
    }

    User user() {
        return running(config).users().values().iterator().next();
    }

    String jdbcUrl() {
        return "jdbc:mysql://127.0.0.1:%d/%s?user=%s&password=%s"
                .formatted(port(), SCHEMA, user().name(), user().password());
    }

    /** A new connection of MySQL's driver to the proxy. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /** In the order of their numbers. */
    List<Location> shards() {
        return schema().shards();
    }

    Location defaultLocation() {
        return schema().defaultLocation();
    }

    private Schema schema() {
        return running(running(config).schema(SCHEMA));
    }

    /** A new connection past the proxy. */
    Connection connect(Location location) throws SQLException {
        return serverOf(location).connect(location.database());
    }

    DatabaseServer serverOf(Location location) {
        String name = location.dataSource();
        return servers.get(List.copyOf(running(config).dataSources().keySet()).indexOf(name));
    }

    /** How many rows of a table a place has, counted past the proxy. */
    long countAt(Location location, String table) throws SQLException {
        try (Connection connection = connect(location);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static <T> T running(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("The demo does not run");
        }
        return part;
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
        servers.forEach(DatabaseServer::close);
    }
}
