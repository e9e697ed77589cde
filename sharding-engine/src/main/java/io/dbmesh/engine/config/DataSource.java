package io.dbmesh.engine.config;

/**
 * One MySQL or MariaDB server.
 *
 * @param name by which schemas refer to it
 * @param user the server's own user, by whom everything runs there
 * @param maxConnections most connections that this process opens to the server for clients' statements
 */
public record DataSource(String name, ListenAddress address, String user, String password, int maxConnections) {
    public static final int DEFAULT_MAX_CONNECTIONS = 200;
    public static final int MAX_MAX_CONNECTIONS = 100_000;

    public DataSource {
        Names.requireName("data source", name);
        if (address.port() == 0) {
            throw new IllegalArgumentException("port 0 is no server's port; allowed: 1 to " + ListenAddress.MAX_PORT);
        }
        if (user.isEmpty()) {
            throw new IllegalArgumentException("the user is empty; allowed: a user of the server");
        }
        Names.requireBetween("maxConnections", maxConnections, 1, MAX_MAX_CONNECTIONS);
    }

    public DataSource(String name, ListenAddress address, String user, String password) {
        this(name, address, user, password, DEFAULT_MAX_CONNECTIONS);
    }

    public String host() {
        return address.host();
    }

    public int port() {
        return address.port();
    }

    /** Never prints the password. */
    @Override
    public String toString() {
        return "DataSource[" + name + " at " + address + " as " + user + "]";
    }
}
