package io.dbmesh.proxy.client;

/** Where a client logs in. {@code database} may be empty. */
record Endpoint(String host, int port, String user, String password, String database) {
    Endpoint withDatabase(String other) {
        return new Endpoint(host, port, user, password, other);
    }
}
