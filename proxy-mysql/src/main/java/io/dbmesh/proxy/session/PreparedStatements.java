package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;

/** The prepared statements of a client. */
final class PreparedStatements {
    private final ClientSession session;
    private final Statements statements;

    PreparedStatements(ClientSession session, Statements statements) {
        this.session = session;
        this.statements = statements;
    }

    void execute(ByteBuf packet) {
        throw MeshException.unsupported("statements", "wait for the planner " + session.id() + statements);
    }

    void prepare(ByteBuf packet) {
        execute(packet);
    }

    void close(ByteBuf argument) {}

    void reset(ByteBuf argument) {}

    void longData(ByteBuf argument) {}

    void fetch(ByteBuf argument) {}

    void clear() {}
}
