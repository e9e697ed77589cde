package io.dbmesh.proxy.protocol;

/** Bytes that are not what the protocol allows at this place. The connection that sent them has to be closed. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the phase, what was expected and what was found, with lengths and sequence numbers */
    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
