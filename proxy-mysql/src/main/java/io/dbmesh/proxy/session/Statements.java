package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;

/** Statements as text: digest, plan, and off to whoever carries the plan out. */
final class Statements {
    private final ClientSession session;
    private final SingleExecution single;

    Statements(ClientSession session, SingleExecution single) {
        this.session = session;
        this.single = single;
    }

    void query(ByteBuf packet) {
        throw MeshException.unsupported("statements", "wait for the planner " + session.id() + single);
    }
}
