package io.dbmesh.engine.config;

/**
 * A host and port, as {@code 127.0.0.1:3307}, {@code db.example.org:3306} or {@code [::1]:3307}.
 *
 * @param host name or address, without the brackets of IPv6
 * @param port 0 to 65535; 0 means any free port, for listening only
 */
public record ListenAddress(String host, int port) {
    public static final int MAX_PORT = 65_535;

    public ListenAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is empty; allowed: a name, an IPv4 address, or [IPv6]");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is out of range; allowed: 0 to " + MAX_PORT);
        }
    }

    /** Reads {@code host:port}; the message of the exception says what is wrong and what is allowed. */
    public static ListenAddress parse(String text) {
        String allowed = "; allowed: HOST:PORT, or [IPv6]:PORT";
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            throw new IllegalArgumentException("'" + text + "' has no port" + allowed);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + text + "' has several colons" + allowed);
        }
        String digits = text.substring(colon + 1);
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + digits + "' is no port; allowed: a number from 0 to " + MAX_PORT);
        }
        return new ListenAddress(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(digits));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
