package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.BackendPool;
import io.dbmesh.proxy.backend.Profile;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.ErrorPacket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a server who it is, on a connection of its own: whether it answers, and with which version and sql_mode. */
public final class ServerProbe {

    private static final Profile PROFILE = new Profile(true, false, false, false, CharacterSets.DEFAULT_COLLATION);

    private ServerProbe() {}

    /** On the event loop of the pool; exactly one of the two is called. */
    public static void ask(BackendPool pool, Consumer<ServerFacts> answered, Consumer<String> failed) {
        pool.openControlConnection(PROFILE, new BackendPool.Borrower() {
            @Override
            public void connected(BackendConnection connection) {
                connection.send("SELECT @@version, @@global.sql_mode", new Facts(answered, failed));
                connection.flush();
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                failed.accept(reason.message());
            }

            @Override
            public boolean isCancelled() {
                return false;
            }
        });
    }

    private static final class Facts extends RowsExchange {
        private final Consumer<ServerFacts> answered;
        private final Consumer<String> failed;

        Facts(Consumer<ServerFacts> answered, Consumer<String> failed) {
            super(PROFILE.deprecateEof(), 1);
            this.answered = answered;
            this.failed = failed;
        }

        @Override
        protected void rows(
                BackendConnection connection, List<ColumnDefinition> columns, List<List<byte @Nullable []>> rows) {
            connection.close();
            if (rows.isEmpty()) {
                failed.accept("it said nothing of its version");
            } else {
                answered.accept(ServerFacts.of(
                        text(rows.get(0).get(0)), text(rows.get(0).get(1))));
            }
        }

        private static String text(byte @Nullable [] value) {
            return value == null ? "" : new String(value, StandardCharsets.UTF_8);
        }

        @Override
        protected void error(BackendConnection connection, ErrorPacket reason) {
            connection.close();
            failed.accept(reason.message());
        }
    }
}
