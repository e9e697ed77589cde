package io.dbmesh.testkit;

/** A server could not be fetched, unpacked, initialised or started. The message says what to do. */
public final class ServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerStartException(String message) {
        super(message);
    }

    ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
