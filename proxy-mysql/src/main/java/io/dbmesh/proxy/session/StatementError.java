package io.dbmesh.proxy.session;

import io.dbmesh.proxy.protocol.ErrorPacket;

/** An error that the session answers in the words of a server, for what a server would refuse. */
final class StatementError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorPacket packet;

    StatementError(ErrorPacket packet) {
        super(packet.message(), null, false, false);
        this.packet = packet;
    }

    ErrorPacket packet() {
        return packet;
    }
}
