package io.dbmesh.proxy.backend;

import static io.dbmesh.proxy.backend.Backends.OLD_PROFILE;
import static io.dbmesh.proxy.backend.Backends.PROFILE;
import static io.dbmesh.proxy.backend.Backends.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.proxy.backend.Backends.Answer;
import io.dbmesh.proxy.backend.Backends.Asked;
import io.dbmesh.proxy.backend.Backends.Refused;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ExecuteRequest;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.Wire;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our side of the protocol against the servers that it is for. */
@BothFlavors
class BackendIT {
    private final Flavor flavor;
    private final DatabaseServer server;
    private final Backends backends;

    BackendIT(Flavor flavor) {
        this.flavor = flavor;
        server = Servers.shared(flavor, 0);
        backends = new Backends(server.port(), server.user(), server.password());
    }

    @BeforeEach
    void database() throws SQLException {
        server.execute(
                "CREATE DATABASE IF NOT EXISTS backend_it",
                "CREATE TABLE IF NOT EXISTS backend_it.t (id INT PRIMARY KEY, txt VARCHAR(20), big LONGTEXT)",
                "DELETE FROM backend_it.t",
                "INSERT INTO backend_it.t (id, txt) VALUES (1, 'one'), (2, NULL)");
    }

    @AfterEach
    void close() {
        backends.close();
    }

    private void refuses(CompletableFuture<?> future, int errno, String message) {
        assertThatThrownBy(() -> await(future)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason.errno()).as(refused.getMessage()).isEqualTo(errno);
            assertThat(refused.reason.message()).contains(message);
        });
    }

    private void createUser(String name, String plugin, String password) throws SQLException {
        String by = flavor == Flavor.MYSQL
                ? "IDENTIFIED WITH " + plugin + " BY '" + password + "'"
                : "IDENTIFIED BY '" + password + "'";
        server.execute("DROP USER IF EXISTS " + name, "CREATE USER " + name + " " + by);
    }

    private static String loginAs(int port, String user, String password) {
        try (Backends other = new Backends(port, user, password)) {
            return other.query(other.borrow(), "SELECT CURRENT_USER()").text(0).substring(1);
        }
    }

    @Test
    void bothPlugins_logIn() throws SQLException {
        for (String plugin : List.of("mysql_native_password", "caching_sha2_password")) {
            for (String password : List.of("s3cr\u00e9t", "")) {
                createUser("it_user", plugin, password);
                // The first login of caching_sha2_password is the full one, the second one takes the fast path.
                assertThat(loginAs(server.port(), "it_user", password)).isEqualTo("it_user@%");
                assertThat(loginAs(server.port(), "it_user", password)).isEqualTo("it_user@%");
                assertThatThrownBy(() -> loginAs(server.port(), "it_user", password + "x"))
                        .isInstanceOf(Refused.class)
                        .hasMessageStartingWith("1429")
                        .hasMessageContaining("error 1045: Access denied for user 'it_user'");
            }
        }
        server.execute("DROP USER it_user");
    }

    @Test
    void queries_areAnswered() {
        for (Profile profile : List.of(PROFILE, OLD_PROFILE)) {
            BackendConnection connection = backends.borrow(profile, "backend_it");
            assertThat(connection.threadId()).isPositive();
            Answer rows = backends.query(connection, "SELECT txt FROM t ORDER BY id");
            assertThat(rows.rows()).containsExactly(Wire.bytes("03 'one'"), Wire.bytes("fb"));
            assertThat(backends.query(connection, "SELECT id FROM t WHERE 0").rows())
                    .isEmpty();
            Answer changed = backends.query(connection, "UPDATE t SET txt = 'one' WHERE id = 1");
            // FOUND_ROWS counts what was matched.
            assertThat(changed.reader().ok().affectedRows()).isEqualTo(profile.foundRows() ? 1 : 0);
            assertThat(changed.reader().ok().info()).startsWith("Rows matched: 1");
            refuses(backends.start(connection, "SELECT * FROM nowhere"), 1146, "nowhere");
            refuses(backends.start(connection, "SELECT 1; SELECT 2"), 1064, "syntax");
            backends.giveBack(connection);
        }
        assertThat(backends.onLoop(backends.pool::idleConnections)).isEqualTo(2);
    }

    @Test
    void scanner_agreesWithTheServer() {
        for (Profile profile : List.of(PROFILE, OLD_PROFILE)) {
            BackendConnection connection = backends.borrow(profile, "backend_it");
            ResponseScanner fields =
                    control(connection, ResponseScanner.Kind.FIELD_LIST, CommandByte.FIELD_LIST, "t\0");
            assertThat(fields.isComplete()).isTrue();
            assertThat(fields.isError()).isFalse();
            ResponseScanner ping = control(connection, ResponseScanner.Kind.SIMPLE, CommandByte.PING, "");
            assertThat(ping.statusFlags() & 2).isEqualTo(2);
            control(connection, ResponseScanner.Kind.SIMPLE, CommandByte.SET_OPTION, "\1\0");
            control(connection, ResponseScanner.Kind.SIMPLE, CommandByte.RESET_CONNECTION, "");
            ResponseScanner rows =
                    control(connection, ResponseScanner.Kind.RESULT, CommandByte.QUERY, "SELECT * FROM backend_it.t");
            assertThat(rows.rows()).isEqualTo(2);
            createProcedure(connection, "two");
            ResponseScanner call =
                    control(connection, ResponseScanner.Kind.RESULT, CommandByte.QUERY, "CALL backend_it.two()");
            assertThat(call.rows()).isEqualTo(3);
            assertThat(connection.isInTransaction()).isFalse();
            backends.giveBack(connection);
            assertThat(connection.isClosed()).isFalse();
        }
    }

    private void createProcedure(BackendConnection connection, String procedure) {
        backends.query(connection, "DROP PROCEDURE IF EXISTS backend_it." + procedure);
        backends.query(
                connection,
                "CREATE PROCEDURE backend_it." + procedure + "() BEGIN SELECT id FROM backend_it.t; SELECT 1; END");
    }

    private ResponseScanner control(
            BackendConnection connection, ResponseScanner.Kind kind, int command, String argument) {
        return backends.control(connection, kind, command, Wire.bytes("'" + argument + "'"));
    }

    @Test
    void preparedStatements_giveBinaryRows() {
        for (Profile profile : List.of(PROFILE, OLD_PROFILE)) {
            BackendConnection connection = backends.borrow(profile, "backend_it");
            ResponseScanner prepared = control(
                    connection,
                    ResponseScanner.Kind.PREPARE,
                    CommandByte.STMT_PREPARE,
                    "SELECT id, txt FROM t WHERE id >= ?");
            assertThat(prepared.parameterCount()).isEqualTo(1);
            assertThat(prepared.columnCount()).isEqualTo(2);
            ByteBuf payload = Unpooled.buffer();
            new ExecuteRequest(0).write(payload, prepared.statementId(), false, new ExecuteRequest.Value[] {
                new ExecuteRequest.Value.OfMesh(1, false)
            });
            ByteBuf packet = Unpooled.buffer();
            Packets.write(packet, payload, 0);
            Answer rows = await(backends.send(connection, packet));
            assertThat(rows.rows())
                    .containsExactly(Wire.bytes("00 00 01 00 00 00 03 'one'"), Wire.bytes("00 08 02 00 00 00"));
            for (String sql : List.of("DO 1", "INSERT INTO t (id) VALUES (?)", "SELECT 1", "SELECT ?, ?")) {
                ResponseScanner each = control(connection, ResponseScanner.Kind.PREPARE, CommandByte.STMT_PREPARE, sql);
                assertThat(each.parameterCount()).as(sql).isEqualTo((int)
                        sql.chars().filter(c -> c == '?').count());
                assertThat(each.columnCount())
                        .as(sql)
                        .isEqualTo(sql.startsWith("SELECT ?") ? 2 : sql.startsWith("S") ? 1 : 0);
            }
            assertThatThrownBy(() -> control(
                            connection,
                            ResponseScanner.Kind.PREPARE,
                            CommandByte.STMT_PREPARE,
                            "SELECT * FROM nowhere"))
                    .isInstanceOf(Refused.class);
            backends.giveBack(connection);
        }
    }

    @Test
    void preparing_doesNotForgetTheTransaction() {
        BackendConnection connection = backends.borrow(PROFILE, "backend_it");
        backends.query(connection, "BEGIN");
        backends.query(connection, "INSERT INTO t (id) VALUES (9)");
        control(connection, ResponseScanner.Kind.PREPARE, CommandByte.STMT_PREPARE, "SELECT 1");
        assertThat(connection.isInTransaction()).isTrue();
        refuses(backends.start(connection, "SELECT * FROM nowhere"), 1146, "nowhere");
        assertThat(connection.isInTransaction()).isTrue();
        backends.query(connection, "ROLLBACK");
        assertThat(connection.isInTransaction()).isFalse();
    }

    @Test
    void preparedStatementsOfAConnection_areBounded() {
        BackendConnection connection = backends.borrow(PROFILE, "backend_it");
        for (int i = 0; i < 80; i++) {
            String sql = "SELECT " + i;
            ResponseScanner prepared = control(connection, ResponseScanner.Kind.PREPARE, CommandByte.STMT_PREPARE, sql);
            StatementKey key = new StatementKey(Wire.bytes("'" + sql + "'"), "backend_it", SessionSettings.DEFAULTS);
            backends.onLoop(() -> {
                connection.addPreparedStatement(key, prepared.statementId());
                return key;
            });
        }
        String open = backends.query(connection, "SHOW SESSION STATUS LIKE 'Com_stmt_close'")
                .text(0);
        assertThat(open).endsWith("16");
    }

    /** MySQL 8.0.33 takes DEFAULT for 0 in the two that it stores inverted. */
    @Test
    void settings_goBackToWhatANewSessionHas() {
        BackendConnection connection = backends.borrow();
        String select = "SELECT CONCAT_WS(',', @@foreign_key_checks, @@unique_checks, @@autocommit, @@sql_big_selects,"
                + " @@sql_auto_is_null, @@time_zone, @@div_precision_increment)";
        backends.prepareFor(connection, "backend_it", SessionSettings.DEFAULTS, List.of());
        String fresh = backends.query(connection, select).text(0);
        SessionSettings settings = SessionSettings.DEFAULTS
                .with("foreign_key_checks", "0")
                .with("unique_checks", "0")
                .with("autocommit", "0")
                .with("sql_big_selects", "0")
                .with("sql_auto_is_null", "1")
                .with("time_zone", "'+03:00'")
                .with("div_precision_increment", "9");
        backends.prepareFor(connection, "backend_it", settings, List.of());
        assertThat(backends.query(connection, select).text(0)).isNotEqualTo(fresh);
        backends.prepareFor(connection, "backend_it", SessionSettings.DEFAULTS, List.of());
        assertThat(backends.query(connection, select).text(0)).isEqualTo(fresh);
    }

    @Test
    void settingsAndDatabase_areReplayed() {
        BackendConnection connection = backends.borrow();
        SessionSettings settings =
                SessionSettings.DEFAULTS.with("sql_mode", "'ANSI_QUOTES'").with("@`v`", "'x'");
        for (int round = 0; round < 2; round++) {
            backends.prepareFor(connection, "backend_it", settings, List.of("START TRANSACTION"));
            Answer seen = backends.query(connection, "SELECT CONCAT(DATABASE(), @@sql_mode, @v)");
            assertThat(seen.text(0).substring(1)).isEqualTo("backend_itANSI_QUOTESx");
            assertThat(connection.isInTransaction()).isTrue();
            backends.query(connection, "COMMIT");
            backends.prepareFor(connection, "backend_it", SessionSettings.DEFAULTS, List.of());
            assertThat(backends.query(connection, "SELECT @@sql_mode = @@global.sql_mode AND @v IS NULL")
                            .text(0))
                    .isEqualTo("\u00011");
        }
        assertThatThrownBy(() -> backends.prepareFor(connection, "nowhere", SessionSettings.DEFAULTS, List.of()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("1049");
        SessionSettings wrong = SessionSettings.DEFAULTS.with("sql_mode", "'NONSENSE'");
        assertThatThrownBy(() -> backends.prepareFor(connection, "backend_it", wrong, List.of()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("1231");
        backends.giveBack(connection);
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void pool_keepsToItsLimit() {
        BackendConnection first = backends.borrow();
        BackendConnection second = backends.borrow();
        Asked third = backends.ask(PROFILE, "", SessionSettings.DEFAULTS);
        refuses(third.connection, 1040, "2 of 2 busy");
        backends.giveBack(first);
        backends.giveBack(second);
        assertThat(backends.onLoop(backends.pool::openConnections)).isEqualTo(2);
    }

    @Test
    void rowOf20MiB_passesInBothDirections() throws SQLException {
        try (DatabaseServer own = DatabaseServer.start(flavor, List.of("--max-allowed-packet=64M"));
                Backends there = new Backends(own.port(), own.user(), own.password())) {
            own.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT, big LONGTEXT)");
            int max = Packets.MAX_PAYLOAD;
            for (Profile profile : List.of(PROFILE, OLD_PROFILE)) {
                BackendConnection connection = there.borrow(profile, "d");
                String head = "INSERT INTO t VALUES (1, '";
                // The last one makes a command of exactly 0xffffff bytes, and the one before it a row of that length.
                for (int length : new int[] {20 << 20, max - 4, max - head.length() - 3}) {
                    there.query(connection, "DELETE FROM t");
                    there.query(connection, head + "x".repeat(length) + "')");
                    List<byte[]> rows = there.query(connection, "SELECT big FROM t UNION ALL SELECT 'end'")
                            .rows();
                    assertThat(rows).hasSize(2);
                    assertThat(rows.get(0)).hasSize(length + (length < 1 << 24 ? 4 : 9));
                    ResponseScanner scanned = there.control(
                            connection,
                            ResponseScanner.Kind.RESULT,
                            CommandByte.QUERY,
                            Wire.bytes("'SELECT big FROM t UNION ALL SELECT 1'"));
                    assertThat(scanned.rows()).isEqualTo(2);
                }
            }
        }
    }

    @Test
    void killedServer_failsTheExchangeAndTheConnection() {
        try (DatabaseServer own = DatabaseServer.start(flavor);
                Backends there = new Backends(own.port(), own.user(), own.password())) {
            BackendConnection connection = there.borrow();
            CompletableFuture<Answer> sleeping = there.start(connection, "SELECT SLEEP(60)");
            own.kill9();
            refuses(sleeping, 1430, "Lost connection to data source ds");
            there.giveBack(connection);
            assertThat(connection.isClosed()).isTrue();
            assertThat(there.onLoop(there.pool::openConnections)).isZero();
            refuses(there.ask(PROFILE, "", SessionSettings.DEFAULTS).connection, 1429, "Unable to connect");
            own.restart();
            assertThat(there.query(there.borrow(), "SELECT 1").rows()).hasSize(1);
        }
    }
}
