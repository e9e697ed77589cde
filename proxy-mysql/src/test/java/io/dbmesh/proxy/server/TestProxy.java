package io.dbmesh.proxy.server;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.KeyGeneration;
import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.engine.config.User;
import io.dbmesh.testkit.DatabaseServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A proxy before two servers, with the configuration that the project's issue of its foundation gives: schema {@code sbtest} with
 * sharded, reference and single tables, schema {@code plain} without shards.
 */
final class TestProxy implements AutoCloseable {

    static final String USER = "app";
    static final String PASSWORD = "secret";

    private static final List<String> DATABASES = List.of("sbtest", "sbtest_0", "sbtest_1", "plain");

    /** The ways in which Java applications connect. */
    enum Driver {
        CONNECTOR_J("mysql", "?sslMode=DISABLED&allowPublicKeyRetrieval=true"),
        CONNECTOR_J_PREPARED("mysql", "?sslMode=DISABLED&allowPublicKeyRetrieval=true&useServerPrepStmts=true"),
        MARIADB("mariadb", "?sslMode=disable&allowPublicKeyRetrieval=true"),
        MARIADB_PREPARED("mariadb", "?sslMode=disable&allowPublicKeyRetrieval=true&useServerPrepStmts=true");

        private final String scheme;
        private final String options;

        Driver(String scheme, String options) {
            this.scheme = scheme;
            this.options = options;
        }

        Connection connect(int port, String schema, String more) throws SQLException {
            String url = "jdbc:" + scheme + "://127.0.0.1:" + port + "/" + schema + options + more;
            return DriverManager.getConnection(url, USER, PASSWORD);
        }
    }

    private final List<DatabaseServer> servers;
    private final MeshServer proxy;

    private TestProxy(List<DatabaseServer> servers, MeshServer proxy) {
        this.servers = servers;
        this.proxy = proxy;
    }

    static TestProxy start(DatabaseServer first, DatabaseServer second) throws SQLException {
        return start(first, second, Limits.DEFAULT);
    }

    /** Begins with empty databases. */
    static TestProxy start(DatabaseServer first, DatabaseServer second, Limits limits) throws SQLException {
        for (DatabaseServer server : List.of(first, second)) {
            for (String database : DATABASES) {
                server.execute("DROP DATABASE IF EXISTS " + database);
            }
        }
        return new TestProxy(List.of(first, second), MeshServer.start(config(first, second, limits), 2));
    }

    /** Leaves the databases as they are, for a proxy beside another or after it. */
    static TestProxy join(DatabaseServer first, DatabaseServer second) {
        return new TestProxy(List.of(first, second), MeshServer.start(config(first, second, Limits.DEFAULT), 2));
    }

    private static MeshConfig config(DatabaseServer first, DatabaseServer second, Limits limits) {
        Map<String, TableRule> rules = new LinkedHashMap<>();
        rules.put("sbtest1", new ShardedRule("id", new ShardBy.Hash()));
        rules.put("sbtest2", new ShardedRule("id", new ShardBy.Hash(), "sbtest1"));
        rules.put("colours", new ReferenceRule());
        Schema sharded = new Schema(
                "sbtest",
                Location.parse("ds0/sbtest"),
                List.of(Location.parse("ds0/sbtest_0"), Location.parse("ds1/sbtest_1")),
                rules);
        Schema plain = new Schema("plain", Location.parse("ds0/plain"));
        return new MeshConfig(
                new ListenAddress("127.0.0.1", 0),
                Map.of(USER, new User(USER, PASSWORD), "empty", new User("empty", "")),
                Map.of("ds0", dataSource("ds0", first), "ds1", dataSource("ds1", second)),
                Map.of("sbtest", sharded, "plain", plain),
                KeyGeneration.DEFAULT,
                limits);
    }

    private static DataSource dataSource(String name, DatabaseServer server) {
        return new DataSource(
                name, new ListenAddress(server.host(), server.port()), server.user(), server.password(), 20);
    }

    int port() {
        return proxy.port();
    }

    MeshServer server() {
        return proxy;
    }

    Connection connect(Driver driver, String schema) throws SQLException {
        return driver.connect(proxy.port(), schema, "");
    }

    /** To a schema {@code sbtest} with the usual four tables, new and empty. */
    Connection connectToNewTables(Driver driver) throws SQLException {
        Connection connection = connect(driver, "sbtest");
        for (String table : List.of("sbtest1", "sbtest2", "colours", "single1")) {
            execute(connection, "DROP TABLE IF EXISTS " + table);
        }
        execute(
                connection,
                "CREATE TABLE sbtest1 (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 0,"
                        + " c VARCHAR(120) NOT NULL DEFAULT '')");
        execute(connection, "CREATE TABLE sbtest2 (id BIGINT NOT NULL PRIMARY KEY, v DECIMAL(10,2))");
        execute(
                connection,
                "CREATE TABLE colours (id INT NOT NULL PRIMARY KEY, name VARCHAR(20), at TIMESTAMP(6) NULL)");
        execute(connection, "CREATE TABLE single1 (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, x TEXT)");
        return connection;
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static int update(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            return statement.executeUpdate();
        }
    }

    /** All rows, values as text joined by commas. */
    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.execute();
            var result = statement.getResultSet();
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(String.join(",", row));
            }
            return rows;
        }
    }

    /** What a shard itself holds. */
    List<String> shardRows(int shard, String sql) throws SQLException {
        try (Connection direct = servers.get(shard).connect("sbtest_" + shard)) {
            return rows(direct, sql);
        }
    }

    @Override
    public void close() {
        proxy.close();
    }
}
