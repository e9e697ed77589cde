package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.Exchange;
import io.dbmesh.proxy.backend.SessionSettings;
import io.dbmesh.proxy.backend.StatementKey;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A statement as one place is to carry it out: made at once, while the client's packet is at hand, and sent when there is
 * a connection.
 *
 * <p>Owns its packet until {@link #send} or {@link #release} is called; exactly one of them is, once.
 *
 * @param packet a whole command packet, header included: COM_QUERY, or COM_STMT_EXECUTE whose statement id is filled in
 *     when it is sent
 * @param preparedText the text of the prepared statement, as this place has it; null for COM_QUERY
 * @param cursorOf the client's id of the statement whose cursor is opened or read; 0 without a cursor
 */
record Request(Location location, ByteBuf packet, byte @Nullable [] preparedText, int cursorOf) {

    static Request text(Location location, ByteBuf packet) {
        return new Request(location, packet, null, 0);
    }

    /** The same with another packet. */
    Request with(ByteBuf other) {
        return new Request(location, other, preparedText, cursorOf);
    }

    /** The statement as a connection with these settings knows it; only of a prepared one. */
    StatementKey key(SessionSettings settings) {
        byte[] text = Objects.requireNonNull(preparedText, "a prepared statement");
        return new StatementKey(text, location.database(), settings);
    }

    /**
     * Writes it without flushing. A prepared statement that the connection does not know yet is prepared first, which
     * costs a round trip; its error, if any, is given to {@code answer} as if it had been the execution's.
     *
     * @param settings that the connection carries
     */
    void send(BackendConnection connection, SessionSettings settings, Exchange answer) {
        if (preparedText == null) {
            connection.send(packet, answer);
        } else {
            connection.sendPrepared(key(settings), packet, answer);
        }
    }

    /** Whether rows come in the binary format. */
    boolean isPrepared() {
        return preparedText != null;
    }

    void release() {
        packet.release();
    }
}
