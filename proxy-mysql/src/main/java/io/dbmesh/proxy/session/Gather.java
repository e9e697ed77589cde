package io.dbmesh.proxy.session;

import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.ControlExchange;
import io.dbmesh.proxy.backend.Exchange;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.ResponseScanner;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for the answers of several connections, each to one statement that is answered by OK or an error. */
final class Gather {

    /** Told once, when all have answered. */
    interface Listener {
        void gathered(List<Answer> answers);
    }

    /**
     * What one connection answered.
     *
     * @param ok null when there is an error
     * @param error of the server, or that the connection was lost
     */
    record Answer(
            BackendConnection connection,
            @Nullable OkPacket ok,
            @Nullable ErrorPacket error) {
        boolean isOk() {
            return ok != null;
        }
    }

    private final @Nullable Answer[] answers;
    private final Listener listener;
    private int missing;

    Gather(int count, Listener listener) {
        this.answers = new Answer[count];
        this.missing = count;
        this.listener = listener;
    }

    /** Sends one statement to all; with none, the listener is told at once. */
    static void send(List<BackendConnection> connections, String sql, Listener listener) {
        if (connections.isEmpty()) {
            listener.gathered(List.of());
            return;
        }
        Gather gather = new Gather(connections.size(), listener);
        for (int i = 0; i < connections.size(); i++) {
            BackendConnection connection = connections.get(i);
            connection.send(sql, gather.exchange(i, connection));
            connection.flush();
        }
    }

    /** Asks all, of which there is at least one, for their status; this leaves their diagnostics as they are. */
    static void ping(List<BackendConnection> connections, Listener listener) {
        Gather gather = new Gather(connections.size(), listener);
        for (int i = 0; i < connections.size(); i++) {
            BackendConnection connection = connections.get(i);
            connection.send(CommandByte.PING, new byte[0], gather.exchange(i, connection));
            connection.flush();
        }
    }

    /** What reads the answer of the connection at a place of the list; rows, if there are any, are skipped. */
    Exchange exchange(int place, BackendConnection asked) {
        return new ControlExchange(asked.profile().deprecateEof()) {
            @Override
            protected void ok(BackendConnection connection, ResponseScanner answer) {
                OkPacket ok = answer.hasResultSet()
                        ? new OkPacket(0, 0, answer.statusFlags(), answer.warnings(), "")
                        : answer.ok();
                answered(place, new Answer(asked, ok, null));
            }

            @Override
            protected void error(BackendConnection connection, ErrorPacket reason) {
                answered(place, new Answer(asked, null, reason));
            }
        };
    }

    private void answered(int place, Answer answer) {
        answers[place] = answer;
        if (--missing == 0) {
            listener.gathered(Arrays.asList(answers).stream().map(each -> each).toList());
        }
    }

    /** The place of the first error in the order of the connections, or -1. */
    static int firstErrorPlace(List<Answer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).isOk()) {
                return i;
            }
        }
        return -1;
    }

    /** The first error in the order of the connections, or null. */
    static @Nullable ErrorPacket firstError(List<Answer> answers) {
        for (Answer answer : answers) {
            if (answer.error() != null) {
                return answer.error();
            }
        }
        return null;
    }
}
