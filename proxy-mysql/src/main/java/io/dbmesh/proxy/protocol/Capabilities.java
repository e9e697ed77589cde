package io.dbmesh.proxy.protocol;

/**
 * Capability flags of the login, and the sets that DBMesh offers and asks for.
 *
 * <p>What is not offered, no client uses: query attributes, compression, TLS, LOAD DATA LOCAL.
 *
 * <p>Session tracking is offered and not asked of servers: what a client sets is the proxy's to tell, and an OK packet that
 * tells of no change is the same with and without it, so that those of servers may be relayed as they are. (Node's mysql2
 * reads the text of an OK packet rightly only of a server that offers it.)
 */
public final class Capabilities {
    /** Set by MySQL; a server that clears it (MariaDB) announces extended capabilities, which are not offered here. */
    public static final int LONG_PASSWORD = 1;
    /** Affected rows are matched rows, not changed ones. */
    public static final int FOUND_ROWS = 1 << 1;

    public static final int LONG_FLAG = 1 << 2;
    public static final int CONNECT_WITH_DB = 1 << 3;
    public static final int IGNORE_SPACE = 1 << 8;
    public static final int PROTOCOL_41 = 1 << 9;
    /** Neither offered nor asked for yet. */
    static final int SSL = 1 << 11;

    public static final int INTERACTIVE = 1 << 10;
    public static final int TRANSACTIONS = 1 << 13;
    public static final int SECURE_CONNECTION = 1 << 15;
    public static final int MULTI_STATEMENTS = 1 << 16;
    public static final int MULTI_RESULTS = 1 << 17;
    public static final int PS_MULTI_RESULTS = 1 << 18;
    public static final int PLUGIN_AUTH = 1 << 19;
    public static final int CONNECT_ATTRS = 1 << 20;
    public static final int PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
    /** OK packets tell what has changed in the session: its schema and some of its variables. */
    public static final int SESSION_TRACK = 1 << 23;
    /** Result sets end with an OK packet whose header is 0xFE, and column definitions are not followed by EOF. */
    public static final int DEPRECATE_EOF = 1 << 24;

    /**
     * MariaDB's: column definitions name data types and formats that the protocol has no number for, such as json. One of
     * the flags beyond 32 bits, which take the place of {@link #LONG_PASSWORD}.
     */
    public static final long EXTENDED_METADATA = 1L << 35;

    /**
     * What clients are offered. MULTI_STATEMENTS is not among them: several statements in one packet would have to be
     * planned and answered one by one.
     */
    public static final int OFFERED = LONG_PASSWORD
            | FOUND_ROWS
            | LONG_FLAG
            | CONNECT_WITH_DB
            | IGNORE_SPACE
            | PROTOCOL_41
            | INTERACTIVE
            | TRANSACTIONS
            | SECURE_CONNECTION
            | MULTI_RESULTS
            | PS_MULTI_RESULTS
            | PLUGIN_AUTH
            | CONNECT_ATTRS
            | PLUGIN_AUTH_LENENC_CLIENT_DATA
            | SESSION_TRACK
            | DEPRECATE_EOF;

    /** What every backend connection asks for; FOUND_ROWS, IGNORE_SPACE and DEPRECATE_EOF follow the client. */
    public static final int ASKED = LONG_PASSWORD
            | LONG_FLAG
            | PROTOCOL_41
            | TRANSACTIONS
            | SECURE_CONNECTION
            | MULTI_RESULTS
            | PS_MULTI_RESULTS
            | PLUGIN_AUTH
            | PLUGIN_AUTH_LENENC_CLIENT_DATA;

    private Capabilities() {}
}
