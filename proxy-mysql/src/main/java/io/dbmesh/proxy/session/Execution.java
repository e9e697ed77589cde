package io.dbmesh.proxy.session;

/**
 * A statement under way. A session has at most one; it ends by {@link ClientSession#completed()}, after its answer has been
 * written to the client and its connections have been released.
 */
interface Execution {
    /** The client can take more again, after its channel was not writable: resume reading from servers. */
    void clientWritable();

    /** Whether part of the answer has gone to the client, so that an error cannot take its place. */
    default boolean hasAnswered() {
        return false;
    }

    /**
     * The client has gone: let go of everything that is held besides connections, write nothing more. The session closes
     * the connections in use itself and kills what runs there; their exchanges get no further call.
     */
    void abandoned();
}
