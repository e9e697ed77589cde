package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.governance.config.ConfigDocument;
import io.dbmesh.proxy.client.Stage.Layout;
import io.dbmesh.proxy.server.MeshServer;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that need more than one packet of 16 MiB, and such as end just around that limit. */
@BothFlavors
class LargeValuesIT {
    private static final int PACKET = 0xFFFFFF;
    private static final int MIB = 1 << 20;

    private static DatabaseServer first;
    private static DatabaseServer second;
    private static MeshServer mesh;

    LargeValuesIT(Flavor flavor) {
        assertThat(first.flavor()).isEqualTo(flavor);
    }

    @BeforeParameterizedClassInvocation
    static void start(Flavor flavor) throws SQLException {
        List<String> options = List.of("--max-allowed-packet=64M");
        first = Stage.prepared(DatabaseServer.start(flavor, options));
        second = Stage.prepared(DatabaseServer.start(flavor, options));
        mesh = MeshServer.start(ConfigDocument.parse("large.yaml", Stage.configuration(0, first, second)));
        for (Layout layout : Layout.values()) {
            try (Connection connection = JdbcClient.connectorJ("", false).connect(endpoint(layout));
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE large (id BIGINT NOT NULL PRIMARY KEY, v LONGBLOB)");
            }
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        mesh.close();
        first.close();
        second.close();
    }

    private static Endpoint endpoint(Layout layout) {
        return new Endpoint("127.0.0.1", mesh.port(), Stage.USER, Stage.PASSWORD, layout.schema());
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void connectorJ_readsWhatItWrote(Layout layout) throws SQLException {
        writeAndRead(JdbcClient.connectorJ("&useServerPrepStmts=true", true), layout, 17 * MIB);
        writeAndRead(JdbcClient.connectorJ("&maxAllowedPacket=67108864", false), layout, 17 * MIB);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void mariaDbConnector_readsWhatItWrote(Layout layout) throws SQLException {
        writeAndRead(JdbcClient.mariaDb("&useServerPrepStmts=true", true), layout, 17 * MIB);
        writeAndRead(JdbcClient.mariaDb("", false), layout, 17 * MIB);
    }

    /** A row of id 1 has 1 + 1 + 4 bytes beside the value's own in text; the exact limit needs an empty packet after it. */
    @ParameterizedTest
    @EnumSource(Layout.class)
    void rowsAroundThePacketLimit_arrive(Layout layout) throws SQLException {
        for (int beside = 4; beside <= 8; beside++) {
            writeAndRead(JdbcClient.mariaDb("", false), layout, PACKET - beside);
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shell_readsWhatItWrote(Layout layout) throws SQLException {
        byte[] value = bytes(17 * MIB);
        ShellClient shell = (ShellClient) KnownClient.MYSQL_SHELL.client();
        String script = "DELETE FROM large WHERE id = 1;\nINSERT INTO large VALUES (1, x'"
                + HexFormat.of().formatHex(value, 0, 9 * MIB) + "');\nUPDATE large SET v = CONCAT(v, x'"
                + HexFormat.of().formatHex(value, 9 * MIB, value.length)
                + "') WHERE id = 1;\nSELECT HEX(v) AS v FROM large WHERE id = 1;\n";
        List<String> command = shell.command(endpoint(layout));
        command.addAll(List.of("--batch", "--skip-column-names"));
        String output = Processes.run(command, script);
        String last = output.lines().reduce((a, b) -> b).orElse("");
        assertThat(last.length())
                .as(last.substring(0, Math.min(last.length(), 200)))
                .isEqualTo(2 * value.length);
        assertThat(last.equals(HexFormat.of().withUpperCase().formatHex(value))).isTrue();
    }

    private static void writeAndRead(JdbcClient client, Layout layout, int length) throws SQLException {
        byte[] value = bytes(length);
        try (Connection connection = client.connect(endpoint(layout));
                PreparedStatement write = connection.prepareStatement("REPLACE INTO large VALUES (?, ?)");
                PreparedStatement read = connection.prepareStatement("SELECT id, v FROM large WHERE id = ?")) {
            write.setLong(1, 1);
            write.setBytes(2, value);
            write.executeUpdate();
            read.setLong(1, 1);
            try (ResultSet rows = read.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBytes(2)).isEqualTo(value);
                assertThat(rows.next()).isFalse();
            }
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT LENGTH(v), v FROM large ORDER BY id")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(length);
                assertThat(rows.getBytes(2)).isEqualTo(value);
            }
        }
    }

    private static byte[] bytes(int length) {
        byte[] value = new byte[length];
        new Random(length).nextBytes(value);
        return value;
    }
}
