package io.dbmesh.proxy.session;

import io.netty.buffer.ByteBuf;

/**
 * COM_CHANGE_USER: a login within a connection. The nonce of the greeting is not used a second time; the client is asked to
 * answer a new one.
 */
final class UserChange {
    private final ClientSession session;
    private boolean underWay;

    UserChange(ClientSession session) {
        this.session = session;
    }

    boolean isUnderWay() {
        return underWay;
    }

    void begin(ByteBuf argument) {
        underWay = true;
    }

    void received(ByteBuf packet) {
        underWay = false;
        session.answerOkAndComplete();
    }
}
