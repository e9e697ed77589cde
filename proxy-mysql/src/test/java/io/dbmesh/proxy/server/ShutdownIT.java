package io.dbmesh.proxy.server;

import static io.dbmesh.proxy.server.RawClient.query;
import static io.dbmesh.proxy.server.TestProxy.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A proxy that is stopped while clients use it. */
@BothFlavors
class ShutdownIT {
    private static final int SHUTDOWN = 1053;
    private static final int CLIENTS = 16;

    private final Flavor flavor;

    ShutdownIT(Flavor flavor) {
        this.flavor = flavor;
    }

    private TestProxy start() throws SQLException {
        return TestProxy.start(Servers.shared(flavor, 0), Servers.shared(flavor, 1));
    }

    private static boolean isRunning(DatabaseServer server, String part) throws SQLException {
        try (Connection direct = server.connect("information_schema")) {
            return !rows(
                            direct,
                            "SELECT id FROM information_schema.processlist WHERE info LIKE '%" + part
                                    + "%' AND info NOT LIKE '%processlist%'")
                    .isEmpty();
        }
    }

    private static void assertEndsSoon(TestProxy proxy) {
        long started = System.nanoTime();
        proxy.close();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(12));
    }

    @Test
    void shortStatementEnds_longOneIsKilled_andAllAreTold() throws Exception {
        DatabaseServer server = Servers.shared(flavor, 0);
        try (LogWatch log = LogWatch.begin()) {
            TestProxy proxy = start();
            try (RawClient idle = RawClient.logIn(proxy.port(), "plain");
                    RawClient brief = RawClient.logIn(proxy.port(), "plain");
                    RawClient lasting = RawClient.logIn(proxy.port(), "plain");
                    RawClient unread = RawClient.logIn(proxy.port(), "plain")) {
                brief.send(query("SELECT SLEEP(1.51)"));
                lasting.send(query("SELECT SLEEP(73)"));
                // It takes nothing of its answer but the beginning.
                unread.send(query("SELECT REPEAT('q', 30000000)"));
                unread.read();
                Awaitility.await().until(() -> isRunning(server, "SLEEP(73)") && isRunning(server, "SLEEP(1.51)"));
                assertEndsSoon(proxy);
                idle.assertRefused(SHUTDOWN);
                assertThat(brief.answer()).containsExactly("0");
                brief.assertRefused(SHUTDOWN);
                lasting.assertRefused(SHUTDOWN);
                Awaitility.await().until(() -> !isRunning(server, "SLEEP(73)"));
            }
            log.assertNoErrorsAndNoLeaks();
        }
    }

    /** Each statement is a new one, so that some are always being planned. */
    @Test
    void clientsThatKeepAsking_areTold() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (LogWatch log = LogWatch.begin()) {
                TestProxy proxy = start();
                CountDownLatch warm = new CountDownLatch(CLIENTS);
                List<Thread> clients = new ArrayList<>();
                List<String> ends = Collections.synchronizedList(new ArrayList<>());
                for (int i = 0; i < CLIENTS; i++) {
                    int number = i;
                    clients.add(Thread.ofVirtual().start(() -> ends.add(askUntilTheEnd(proxy.port(), number, warm))));
                }
                warm.await();
                assertEndsSoon(proxy);
                for (Thread client : clients) {
                    client.join();
                }
                assertThat(ends).hasSize(CLIENTS).containsOnly("error " + SHUTDOWN);
                log.assertNoErrorsAndNoLeaks();
            }
        }
    }

    private static String askUntilTheEnd(int port, int number, CountDownLatch warm) {
        try (RawClient client = RawClient.logIn(port, "plain")) {
            for (int i = 0; ; i++) {
                List<String> answer = client.execute("SELECT 1 AS a" + number + "_" + i);
                if (!answer.equals(List.of("1"))) {
                    return String.join("", answer);
                }
                if (i == 5) {
                    warm.countDown();
                }
            }
        } catch (IOException ended) {
            return ended.toString();
        }
    }

    @Test
    void connectionsThatAreBeingOpened_endToo() throws Exception {
        try (LogWatch log = LogWatch.begin()) {
            for (int round = 0; round < 10; round++) {
                TestProxy proxy = start();
                List<RawClient> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(RawClient.logIn(proxy.port(), "plain"));
                }
                for (RawClient client : clients) {
                    client.send(query("SELECT 1"));
                }
                assertEndsSoon(proxy);
                for (RawClient client : clients) {
                    client.close();
                }
            }
            log.assertNoErrorsAndNoLeaks();
        }
    }
}
