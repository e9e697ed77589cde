package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what SHOW WARNINGS would tell, of statements whose connections do not wait for it: because several places have
 * carried the statement out, or because what is sent next makes the servers forget.
 */
final class Conditions {

    private static final byte[] SHOW_WARNINGS = "SHOW WARNINGS".getBytes(StandardCharsets.US_ASCII);
    /** The most that max_error_count can be set to. */
    private static final int MAX_CONDITIONS = 65_535;

    private Conditions() {}

    /**
     * Asks connections one after another.
     *
     * @param then told what each has said; nothing of one that was lost, which the next statement there will notice
     */
    static void fetch(List<BackendConnection> connections, Consumer<List<List<Condition>>> then) {
        fetch(connections, new ArrayList<>(), then);
    }

    private static void fetch(
            List<BackendConnection> connections, List<List<Condition>> told, Consumer<List<List<Condition>>> then) {
        if (told.size() == connections.size()) {
            then.accept(told);
            return;
        }
        BackendConnection asked = connections.get(told.size());
        RowsExchange exchange = new RowsExchange(asked.profile().deprecateEof(), MAX_CONDITIONS) {
            @Override
            protected void rows(
                    BackendConnection from, List<ColumnDefinition> columns, List<List<byte @Nullable []>> rows) {
                told.add(rows.stream().map(Conditions::read).toList());
                fetch(connections, told, then);
            }

            @Override
            protected void error(BackendConnection from, ErrorPacket reason) {
                told.add(List.of());
                fetch(connections, told, then);
            }
        };
        asked.send(CommandByte.QUERY, SHOW_WARNINGS, exchange);
        asked.flush();
    }

    private static Condition read(List<byte @Nullable []> row) {
        return new Condition(text(row.get(0)), Integer.parseInt(text(row.get(1))), text(row.get(2)));
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
