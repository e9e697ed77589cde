package io.dbmesh.proxy.server;

import static io.dbmesh.proxy.server.RawClient.query;
import static io.dbmesh.proxy.server.TestProxy.execute;
import static io.dbmesh.proxy.server.TestProxy.rows;
import static io.dbmesh.proxy.server.TestProxy.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.proxy.protocol.Wire;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that disappear by RST in the middle of something: nothing of theirs stays at the servers. */
@BothFlavors
class ClientLossIT {
    private static final int ROWS = 200;

    private final Flavor flavor;
    private final LogWatch log = LogWatch.begin();
    private TestProxy proxy;
    private Connection other;

    ClientLossIT(Flavor flavor) {
        this.flavor = flavor;
    }

    @BeforeEach
    void start() throws SQLException {
        proxy = TestProxy.start(server(0), server(1));
        other = proxy.connectToNewTables(TestProxy.Driver.CONNECTOR_J);
        update(
                other,
                IntStream.rangeClosed(1, ROWS)
                        .mapToObj(id -> "(" + id + ",0)")
                        .collect(Collectors.joining(",", "INSERT INTO sbtest1 (id, k) VALUES ", "")));
    }

    @AfterEach
    void stop() throws SQLException {
        other.close();
        proxy.close();
        log.assertNoErrorsAndNoLeaks();
        log.close();
    }

    private DatabaseServer server(int index) {
        return Servers.shared(flavor, index);
    }

    private RawClient logIn() throws IOException {
        return RawClient.logIn(proxy.port(), "sbtest");
    }

    /** Statements that contain a text, at both servers. */
    private int running(String part) throws SQLException {
        int running = 0;
        for (int index = 0; index < 2; index++) {
            try (Connection direct = server(index).connect("information_schema")) {
                running += rows(
                                direct,
                                "SELECT id FROM information_schema.processlist WHERE info LIKE '%" + part
                                        + "%' AND info NOT LIKE '%processlist%'")
                        .size();
            }
        }
        return running;
    }

    @Test
    void queryIsKilled_andTheTransactionRolledBack() throws Exception {
        RawClient client = logIn();
        assertThat(client.execute("BEGIN")).containsExactly("OK");
        assertThat(client.execute("UPDATE sbtest1 SET k = 7 WHERE id = 1")).containsExactly("OK");
        client.send(query("SELECT SLEEP(71) FROM sbtest1 WHERE id = 1"));
        Awaitility.await().until(() -> running("SLEEP(71)") == 1);
        client.reset();
        Awaitility.await().until(() -> running("SLEEP(71)") == 0);
        execute(other, "SET innodb_lock_wait_timeout = 5");
        assertThat(update(other, "UPDATE sbtest1 SET k = k + 1 WHERE id = 1")).isEqualTo(1);
        assertThat(rows(other, "SELECT k FROM sbtest1 WHERE id = 1")).containsExactly("1");
    }

    /** Nothing is read from the client at that time, but its end has to be noticed. */
    @Test
    void queryIsKilled_evenWhenMoreCommandsWait() throws Exception {
        RawClient client = logIn();
        byte[] ahead = Wire.join(IntStream.range(0, 20_000)
                .mapToObj(i -> query("SELECT 'a rather long statement that waits behind the other one'"))
                .toArray(byte[][]::new));
        client.send(query("SELECT SLEEP(72) FROM sbtest1 WHERE id = 1"));
        Awaitility.await().until(() -> running("SLEEP(72)") == 1);
        client.sendWithoutEnd(ahead);
        client.reset();
        Awaitility.await().until(() -> running("SLEEP(72)") == 0);
        Awaitility.await().until(() -> proxy.server().clients() == 1);
    }

    @Test
    void idleTransaction_isRolledBack() throws Exception {
        RawClient client = logIn();
        assertThat(client.execute("BEGIN")).containsExactly("OK");
        for (int id = 1; id <= 10; id++) {
            assertThat(client.execute("UPDATE sbtest1 SET k = 7 WHERE id = " + id))
                    .containsExactly("OK");
        }
        client.reset();
        assertThat(update(other, "UPDATE sbtest1 SET k = k + 1 WHERE id <= 10")).isEqualTo(10);
        assertThat(rows(other, "SELECT DISTINCT k FROM sbtest1 WHERE id <= 10")).containsExactly("1");
    }

    @Test
    void writeOnSeveralShards_isUndoneOnAll() throws Exception {
        try (Connection blocker = server(1).connect("sbtest_1")) {
            execute(
                    blocker,
                    "BEGIN",
                    "UPDATE sbtest1 SET k = 0 ORDER BY id LIMIT 1",
                    "SELECT 1 FROM sbtest1 FOR UPDATE");
            RawClient client = logIn();
            client.send(query("UPDATE sbtest1 SET k = k + 9"));
            Awaitility.await().until(() -> running("k + 9") == 1);
            client.reset();
            Awaitility.await().until(() -> running("k + 9") == 0);
            execute(blocker, "ROLLBACK");
        }
        assertThat(update(other, "UPDATE sbtest1 SET k = k + 1")).isEqualTo(ROWS);
        assertThat(rows(other, "SELECT DISTINCT k FROM sbtest1")).containsExactly("1");
    }

    @Test
    void readOfSeveralShards_isStoppedOnAll() throws Exception {
        for (String order : List.of("", " ORDER BY id")) {
            RawClient client = logIn();
            client.send(query("SELECT id, REPEAT('z', 500000) AS lost FROM sbtest1" + order));
            for (int packets = 0; packets < 6; packets++) {
                client.read();
            }
            Awaitility.await().until(() -> running("AS lost") > 0);
            client.reset();
            Awaitility.await().until(() -> running("AS lost") == 0);
            assertThat(rows(other, "SELECT COUNT(*) FROM sbtest1")).containsExactly(String.valueOf(ROWS));
        }
    }

    /** A KILL QUERY that comes late must not hit whoever has the connection then. */
    @Test
    void killOfWhatEndsMeanwhile_hitsNobodyElse() throws Exception {
        try (RawClient killed = logIn()) {
            String id = killed.execute("SELECT CONNECTION_ID()").get(0);
            for (int i = 0; i < 100; i++) {
                killed.send(query("SELECT k FROM sbtest1 WHERE id = 1"));
                execute(other, "KILL QUERY " + id);
                assertThat(killed.answer()).containsAnyOf("0", "error 1317");
                assertThat(rows(other, "SELECT k, SLEEP(0.002) FROM sbtest1 WHERE id = 1"))
                        .containsExactly("0,0");
            }
        }
    }
}
