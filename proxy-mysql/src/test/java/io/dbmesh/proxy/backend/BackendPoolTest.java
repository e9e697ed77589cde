package io.dbmesh.proxy.backend;

import static io.dbmesh.proxy.backend.Backends.OLD_PROFILE;
import static io.dbmesh.proxy.backend.Backends.PROFILE;
import static io.dbmesh.proxy.backend.Backends.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dbmesh.proxy.backend.BackendPool.PoolLimits;
import io.dbmesh.proxy.backend.Backends.Asked;
import io.dbmesh.proxy.backend.Backends.Refused;
import io.dbmesh.proxy.protocol.Wire;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool's accounting, and connections to servers that misbehave. */
class BackendPoolTest {
    private static final SessionSettings LATIN1 = SessionSettings.DEFAULTS.with("character_set_client", "latin1");

    private final FakeServer server = FakeServer.answering();
    private final Backends backends = new Backends(server.port(), "mesh", "pw", Backends.LIMITS, 500);

    @AfterEach
    void close() throws IOException {
        backends.close();
        server.close();
    }

    private void assertPool(int open, int idle, int waiting) {
        await().untilAsserted(() -> {
            List<Integer> counts = backends.onLoop(() -> List.of(
                    backends.pool.openConnections(),
                    backends.pool.idleConnections(),
                    backends.pool.waitingBorrowers()));
            assertThat(counts).as("open, idle, waiting").containsExactly(open, idle, waiting);
        });
    }

    private Asked ask(String database, SessionSettings settings) {
        return backends.ask(PROFILE, database, settings);
    }

    private void refuses(CompletableFuture<?> future, int errno, String message) {
        assertThatThrownBy(() -> await(future)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason.errno()).isEqualTo(errno);
            assertThat(refused.reason.message()).contains(message);
        });
    }

    @Test
    void givenBackConnection_isUsedAgain() {
        BackendConnection first = backends.borrow(PROFILE, "a");
        assertThat(first.threadId()).isEqualTo(42);
        backends.giveBack(first);
        assertPool(1, 1, 0);
        assertThat(backends.borrow(PROFILE, "a")).isSameAs(first);
        assertPool(1, 0, 0);
    }

    @Test
    void secondGiveBack_isAnError() {
        BackendConnection connection = backends.borrow();
        backends.giveBack(connection);
        assertThatThrownBy(() -> backends.giveBack(connection)).hasMessageContaining("given back twice");
        assertPool(1, 1, 0);
    }

    @Test
    void fullPool_servesTheOneWhoWaits() {
        BackendConnection first = backends.borrow();
        backends.borrow();
        Asked waiter = ask("", SessionSettings.DEFAULTS);
        assertPool(2, 0, 1);
        backends.giveBack(first);
        assertThat(await(waiter.connection)).isSameAs(first);
        assertPool(2, 0, 0);
    }

    @Test
    void waiting_endsInAnErrorAfterItsTimeOut() {
        backends.borrow();
        backends.borrow();
        Asked first = ask("", SessionSettings.DEFAULTS);
        ask("", SessionSettings.DEFAULTS);
        Asked third = ask("", SessionSettings.DEFAULTS);
        refuses(third.connection, 1040, "2 of 2 busy");
        refuses(first.connection, 1040, "no connection to data source ds became free");
        assertPool(2, 0, 0);
    }

    @Test
    void otherDatabase_isTakenFromAFullPoolOnly() {
        BackendConnection inA = backends.borrow(PROFILE, "a");
        backends.giveBack(inA);
        BackendConnection inB = backends.borrow(PROFILE, "b");
        assertThat(inB).isNotSameAs(inA);
        assertThat(backends.borrow(PROFILE, "c")).isSameAs(inA);
    }

    /** No statement leaves a database without choosing another one. */
    @Test
    void noDatabase_isNeverServedByAConnectionInOne() {
        backends.borrow(PROFILE, "a");
        BackendConnection second = backends.borrow(PROFILE, "b");
        Asked waiter = ask("", SessionSettings.DEFAULTS);
        backends.giveBack(second);
        BackendConnection given = await(waiter.connection);
        assertThat(given.database()).isEmpty();
        assertThat(second.isClosed()).isTrue();
        assertPool(2, 0, 0);
    }

    /** DEFAULT is not what the login gave, so a connection with another character set cannot serve everybody. */
    @Test
    void waiter_isNotGivenSettingsThatItCannotUndo() {
        BackendConnection changed = backends.borrow();
        backends.borrow();
        backends.onLoop(() -> {
            changed.settingsChanged(LATIN1);
            return changed;
        });
        Asked waiter = ask("", SessionSettings.DEFAULTS);
        backends.giveBack(changed);
        assertThat(await(waiter.connection)).isNotSameAs(changed);
        assertThat(changed.isClosed()).isTrue();
        assertPool(2, 0, 0);
    }

    @Test
    void waitersOfAnotherProfile_neverExceedTheLimit() {
        BackendConnection first = backends.borrow();
        BackendConnection second = backends.borrow();
        Asked one = backends.ask(OLD_PROFILE, "", SessionSettings.DEFAULTS);
        Asked two = backends.ask(OLD_PROFILE, "", SessionSettings.DEFAULTS);
        backends.giveBack(first);
        await(one.connection);
        assertPool(2, 0, 1);
        backends.giveBack(second);
        assertThat(await(two.connection).profile()).isEqualTo(OLD_PROFILE);
        assertPool(2, 0, 0);
    }

    @Test
    void closedConnection_makesRoomForAWaiter() {
        backends.borrow();
        BackendConnection closing = backends.borrow();
        Asked waiter = ask("d", SessionSettings.DEFAULTS);
        refuses(backends.start(closing, "close"), 1430, "Lost connection");
        assertThat(await(waiter.connection).database()).isEqualTo("d");
        assertPool(2, 0, 0);
        backends.giveBack(closing);
        assertPool(2, 0, 0);
    }

    @Test
    void failedLogin_makesRoomForAWaiter() {
        BackendConnection held = backends.borrow();
        server.become((in, out) -> {
            out.write(Wire.packet(0, "ff 10 04 'Too many connections'"));
            server.become(server::logInAndAnswer);
        });
        Asked failing = ask("", SessionSettings.DEFAULTS);
        Asked waiter = ask("", SessionSettings.DEFAULTS);
        refuses(failing.connection, 1429, "1040: Too many connections");
        assertThat(await(waiter.connection)).isNotSameAs(held);
        assertPool(2, 0, 0);
    }

    @Test
    void cancelledBorrower_getsNothingAndKeepsNothing() {
        Asked gone = backends.onLoop(() -> {
            Asked asked = new Asked();
            backends.pool.borrow(PROFILE, "", SessionSettings.DEFAULTS, asked);
            asked.cancelled = true;
            return asked;
        });
        assertPool(1, 1, 0);
        assertThat(gone.connection).isNotDone();

        BackendConnection first = backends.borrow();
        backends.borrow();
        Asked waiter = ask("", SessionSettings.DEFAULTS);
        waiter.cancelled = true;
        backends.giveBack(first);
        assertPool(2, 1, 0);
        assertThat(waiter.connection).isNotDone();
    }

    @Test
    void connectionInATransaction_isClosedWhenGivenBack() {
        BackendConnection connection = backends.borrow();
        backends.query(connection, "BEGIN");
        assertThat(connection.isInTransaction()).isTrue();
        backends.giveBack(connection);
        assertThat(connection.isClosed()).isTrue();
        assertPool(0, 0, 0);
    }

    @Test
    void pausedConnection_readsAgainForItsNextUser() {
        BackendConnection connection = backends.borrow();
        backends.onLoop(() -> {
            connection.pauseReading();
            return connection;
        });
        backends.giveBack(connection);
        assertThat(backends.borrow()).isSameAs(connection);
        backends.query(connection, "works");
    }

    @Test
    void idleConnection_isClosedInTime() {
        try (Backends quick = new Backends(server.port(), "mesh", "pw", new PoolLimits(2, 2, 400, 200), 500)) {
            quick.giveBack(quick.borrow());
            await().until(() -> quick.onLoop(quick.pool::openConnections) == 0);
        }
    }

    @Test
    void unaskedError_closesTheIdleConnection() {
        BackendConnection connection = backends.borrow();
        backends.query(connection, "unasked");
        await().until(connection::isClosed);
        assertPool(0, 0, 0);
    }

    @Test
    void garbage_failsTheExchangesAndClosesTheConnection() {
        BackendConnection connection = backends.borrow();
        CompletableFuture<Backends.Answer> first = backends.start(connection, "garbage");
        CompletableFuture<Backends.Answer> second = backends.start(connection, "after it");
        refuses(first, 1430, "what DBMesh does not understand");
        assertThatThrownBy(() -> await(second)).isInstanceOf(Refused.class);
        assertPool(0, 0, 0);
    }

    @Test
    void closingAConnection_abandonsItsExchanges() {
        BackendConnection connection = backends.borrow();
        List<CompletableFuture<Backends.Answer>> answers = backends.onLoop(() -> {
            var started = List.of(backends.startOnLoop(connection, "one"), backends.startOnLoop(connection, "two"));
            connection.close();
            return started;
        });
        assertThat(answers).allMatch(CompletableFuture::isCancelled);
        assertPool(0, 0, 0);
    }

    @Test
    void deadPort_isUnreachable() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Backends dead = new Backends(port, "mesh", "pw")) {
            Asked asked = dead.ask(PROFILE, "", SessionSettings.DEFAULTS);
            refuses(asked.connection, 1429, "Unable to connect to data source ds");
            assertThat(dead.onLoop(dead.pool::openConnections)).isZero();
        }
    }

    @Test
    void serverThatSaysNothing_isGivenUpAndClosed() {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        server.become((in, out) -> end.complete(in.read()));
        refuses(ask("", SessionSettings.DEFAULTS).connection, 1429, "no login within 500 ms");
        assertThat(await(end)).isEqualTo(-1);
        assertPool(0, 0, 0);
    }

    @Test
    void serverThatFloodsTheLogin_isGivenUpAndClosed() {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        server.become((in, out) -> {
            out.write(Wire.bytes("ff ff ff 00 0a"));
            end.complete(in.read());
        });
        refuses(ask("", SessionSettings.DEFAULTS).connection, 1429, "where a login was expected");
        assertThat(await(end)).isEqualTo(-1);
        assertPool(0, 0, 0);
    }

    @Test
    void serverThatClosesOrTalksNonsenseDuringLogin_isUnreachable() {
        server.become((in, out) -> out.write(FakeServer.GREETING));
        refuses(ask("", SessionSettings.DEFAULTS).connection, 1429, "data source ds");
        server.become((in, out) -> out.write(Wire.packet(0, "'HTTP/1.1 400'")));
        refuses(ask("", SessionSettings.DEFAULTS).connection, 1429, "protocol version 72");
        assertPool(0, 0, 0);
    }

    @Test
    void shutDownPool_refusesAndClosesEverything() {
        BackendConnection held = backends.borrow();
        BackendConnection idle = backends.borrow();
        Asked waiter = ask("", SessionSettings.DEFAULTS);
        backends.onLoop(() -> {
            backends.pool.close();
            return true;
        });
        refuses(waiter.connection, 1053, "shutdown");
        refuses(ask("", SessionSettings.DEFAULTS).connection, 1053, "shutdown");
        backends.giveBack(idle);
        assertThat(idle.isClosed()).isTrue();
        backends.giveBack(held);
        assertPool(0, 0, 0);
    }

    // ------------------------------------------------------------------ replay

    @Test
    void replayedStatements_comeBeforeTheStatement() {
        BackendConnection connection = backends.borrow(PROFILE, "a");
        SessionSettings settings = SessionSettings.DEFAULTS.with("sql_mode", "''");
        backends.prepareFor(connection, "b", settings, List.of("BEGIN"));
        backends.query(connection, "statement");
        assertThat(server.received).containsExactly("b", "SET sql_mode = ''", "BEGIN", "statement");
        assertThat(connection.database()).isEqualTo("b");
        backends.prepareFor(connection, "b", settings, List.of());
        backends.prepareFor(connection, "b", SessionSettings.DEFAULTS, List.of());
        assertThat(server.received).endsWith("statement", "SET sql_mode = @@GLOBAL.sql_mode");
    }

    @Test
    void failedChangeOfDatabase_leavesTheConnectionUsable() {
        BackendConnection connection = backends.borrow(PROFILE, "a");
        assertThatThrownBy(() -> backends.prepareFor(connection, "fail", SessionSettings.DEFAULTS, List.of()))
                .isInstanceOf(Refused.class);
        assertThat(connection.database()).isEqualTo("a");
        backends.giveBack(connection);
        assertPool(1, 1, 0);
    }

    @Test
    void failedPrelude_failsWhatWasSentBehindIt() {
        BackendConnection connection = backends.borrow();
        backends.prepareFor(connection, "", SessionSettings.DEFAULTS, List.of("fail"));
        assertThatThrownBy(() -> backends.query(connection, "statement")).isInstanceOf(Refused.class);
        assertThat(connection.isClosed()).isTrue();
        assertPool(0, 0, 0);
    }

    @Test
    void collation_isSetAgainAfterItsCharacterSet() {
        SessionSettings bin = SessionSettings.DEFAULTS.with("collation_connection", "utf8mb4_bin");
        SessionSettings both = bin.with("character_set_connection", "utf8mb4");
        assertThat(both.replayFrom(bin))
                .isEqualTo("SET character_set_connection = utf8mb4, collation_connection = utf8mb4_bin");
    }
}
