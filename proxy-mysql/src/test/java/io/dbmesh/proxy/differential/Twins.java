package io.dbmesh.proxy.differential;

import io.dbmesh.governance.config.ConfigDocument;
import io.dbmesh.proxy.server.MeshServer;
import io.dbmesh.testkit.DatabaseServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Database {@code tw} on one server, and a mesh over both with schema {@code tw} of the same rows on four shards. */
final class Twins implements AutoCloseable {
    static final int ROWS = 160;
    static final List<String> TABLES = List.of("wide", "child", "by_mod", "by_range", "by_list", "by_name", "ref");

    private static final String CONFIG = """
            listen: 127.0.0.1:0
            users:
              - { name: app, password: secret }
            dataSources:
              ds0: { address: 127.0.0.1:%d, user: %s, password: '%s' }
              ds1: { address: 127.0.0.1:%d, user: %s, password: '%s' }
            schemas:
              tw:
                default: ds0/tw_default
                shards: [ds0/tw_0, ds1/tw_1, ds0/tw_2, ds1/tw_3]
                tables:
                  wide: { key: id, by: hash }
                  child: { key: wide_id, by: hash, with: wide }
                  by_mod: { key: k, by: mod }
                  by_range: { key: k, by: { range: [-20, 0, 20] } }
                  by_list: { key: region, by: { list: { 0: [de, at], 1: [us], 2: [fr, it] }, others: 3 } }
                  by_name: { key: name, by: hash }
                  ref: reference
            """;

    private static final String CHARSET = " CHARACTER SET utf8mb4";

    private static final List<String> DEFINITIONS = List.of(
            """
            CREATE TABLE wide (
              id BIGINT PRIMARY KEY, i INT, u BIGINT UNSIGNED, t TINYINT NOT NULL DEFAULT 3, de DECIMAL(20,6), f FLOAT,
              d DOUBLE, s VARCHAR(40) CHARACTER SET utf8mb4,
              ci VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
              la VARCHAR(40) CHARACTER SET latin1, bi VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
              ch CHAR(12) CHARACTER SET utf8mb4, vb VARBINARY(40), dt DATETIME(6), ts TIMESTAMP NULL, da DATE, ti TIME(3),
              ye YEAR, e ENUM('z','a','m'), st SET('q','b','x'), b BIT(12), tx TEXT CHARACTER SET utf8mb4)""",
            "CREATE TABLE child (id INT, wide_id BIGINT, n INT, de DECIMAL(8,2), note VARCHAR(30), PRIMARY KEY (wide_id, id))" + CHARSET,
            "CREATE TABLE by_mod (k INT PRIMARY KEY, i INT, s VARCHAR(20), de DECIMAL(8,2) NOT NULL DEFAULT 1.5)" + CHARSET,
            "CREATE TABLE by_range (k INT PRIMARY KEY, i INT, s VARCHAR(20), de DECIMAL(8,2))" + CHARSET,
            "CREATE TABLE by_list (region VARCHAR(10), k INT, i INT, s VARCHAR(20), PRIMARY KEY (region, k))" + CHARSET,
            "CREATE TABLE by_name (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, i INT,"
                    + " s VARCHAR(20))" + CHARSET,
            "CREATE TABLE ref (id INT PRIMARY KEY, name VARCHAR(20), n INT)" + CHARSET);

    private final DatabaseServer server;
    private final MeshServer mesh;

    Twins(DatabaseServer first, DatabaseServer second, Random random) throws SQLException {
        this.server = first;
        for (DatabaseServer each : List.of(first, second)) {
            for (String database : List.of("tw", "tw_default", "tw_0", "tw_1", "tw_2", "tw_3")) {
                each.execute("DROP DATABASE IF EXISTS " + database);
            }
        }
        first.execute("CREATE DATABASE tw");
        String yaml = CONFIG.formatted(
                first.port(), first.user(), first.password(), second.port(), second.user(), second.password());
        this.mesh = MeshServer.start(ConfigDocument.parse("mesh.yaml", yaml), 1);
        List<String> statements = new ArrayList<>(DEFINITIONS);
        statements.addAll(rows(random));
        try (Connection one = one(false);
                Connection many = many(false);
                Statement onOne = one.createStatement();
                Statement onMany = many.createStatement()) {
            for (String sql : statements) {
                onOne.execute(sql);
                onMany.execute(sql);
            }
        }
    }

    /** To the plain database. */
    Connection one(boolean prepared) throws SQLException {
        return DriverManager.getConnection(url(prepared), server.user(), server.password());
    }

    /** To the mesh. */
    Connection many(boolean prepared) throws SQLException {
        String url = url(prepared).replace(":" + server.port() + "/", ":" + mesh.port() + "/");
        return DriverManager.getConnection(url, "app", "secret");
    }

    private String url(boolean prepared) {
        String url = server.jdbcUrl("tw");
        return prepared ? url + (url.contains("?") ? "&" : "?") + "useServerPrepStmts=true" : url;
    }

    private static List<String> rows(Random random) {
        Values values = new Values(random);
        List<String> statements = new ArrayList<>();
        StringBuilder wide = new StringBuilder("INSERT INTO wide VALUES ");
        StringBuilder child = new StringBuilder("INSERT INTO child VALUES ");
        for (int row = 0; row < ROWS; row++) {
            int id = row - ROWS / 3;
            wide.append(row == 0 ? "(" : ", (").append(id);
            for (String column : Values.WIDE) {
                wide.append(", ").append(Values.sql(values.stored(column)));
            }
            wide.append(')');
            for (int line = 0; line < 1 + row % 3; line++) {
                child.append(row + line == 0 ? "(" : ", (").append(line).append(", ").append(id + row % 5 - 2).append(line == 0 ? "" : "0");
                child.append(", ").append(Values.sql(values.stored("i"))).append(", ").append(random.nextInt(50)).append(".25, ");
                child.append(Values.sql(values.stored("s"))).append(')');
            }
        }
        statements.add(wide.toString());
        statements.add(child.toString().replaceFirst("INSERT", "INSERT IGNORE"));
        for (int k = -40; k < 40; k++) {
            String rest = ", " + Values.sql(values.stored("i")) + ", " + Values.sql(values.stored("s"));
            statements.add("INSERT INTO by_mod VALUES (" + k + rest + ", " + random.nextInt(9) + ".5)");
            statements.add("INSERT INTO by_range VALUES (" + k + rest + ", NULL)");
            String region = List.of("de", "AT", "us", "fr", "it", "jp", "DE").get(random.nextInt(7));
            statements.add("INSERT INTO by_list VALUES ('" + region + "', " + k + rest + ")");
        }
        for (String name : Values.NAMES) {
            statements.add("INSERT INTO by_name VALUES ('" + name + "', " + random.nextInt(5) + ", 'x')");
        }
        statements.add("INSERT INTO ref VALUES (-1,'minus',1), (0,'zero',NULL), (1,'one',1), (2,'TWO',2), (3,'three',2)");
        return statements;
    }

    @Override
    public void close() {
        mesh.close();
    }
}
