package io.dbmesh.engine.config;

/**
 * Everything that waits or grows has a bound here. {@link Builder} starts from the defaults.
 *
 * @param maxClientConnections clients connected at one time
 * @param loginTimeoutMillis from the TCP connection to the end of the login
 * @param clientIdleTimeoutMillis after which a client that says nothing is disconnected (wait_timeout)
 * @param connectTimeoutMillis for opening a backend connection, login included
 * @param poolWaitTimeoutMillis that a statement waits for a free backend connection
 * @param backendIdleTimeoutMillis after which an unused backend connection is closed
 * @param maxAllowedPacketBytes longest statement or row (max_allowed_packet)
 * @param maxRowsInMemory rows that one statement may hold in this process, for sorting and grouping
 * @param maxBytesInMemory bytes that one statement may hold in this process, for sorting and grouping
 * @param rowWindowBytes bytes of unread rows held for each shard of a running statement before reading pauses
 * @param maxPreparedStatementsPerClient prepared statements that one client may have open
 * @param planCacheEntries statement shapes whose plans are kept
 */
public record Limits(
        int maxClientConnections,
        int loginTimeoutMillis,
        int clientIdleTimeoutMillis,
        int connectTimeoutMillis,
        int poolWaitTimeoutMillis,
        int backendIdleTimeoutMillis,
        int maxAllowedPacketBytes,
        long maxRowsInMemory,
        long maxBytesInMemory,
        int rowWindowBytes,
        int maxPreparedStatementsPerClient,
        int planCacheEntries) {
    private static final int DAY_MILLIS = 86_400_000;
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public static final Limits DEFAULT = new Builder().build();

    public Limits {
        Names.requireBetween("maxClientConnections", maxClientConnections, 1, 1_000_000);
        Names.requireBetween("loginTimeoutMillis", loginTimeoutMillis, 100, DAY_MILLIS);
        Names.requireBetween("clientIdleTimeoutMillis", clientIdleTimeoutMillis, 1000, Integer.MAX_VALUE);
        Names.requireBetween("connectTimeoutMillis", connectTimeoutMillis, 10, DAY_MILLIS);
        Names.requireBetween("poolWaitTimeoutMillis", poolWaitTimeoutMillis, 1, DAY_MILLIS);
        Names.requireBetween("backendIdleTimeoutMillis", backendIdleTimeoutMillis, 1000, Integer.MAX_VALUE);
        Names.requireBetween("maxAllowedPacketBytes", maxAllowedPacketBytes, KIB, 1024 * MIB);
        Names.requireBetween("maxRowsInMemory", maxRowsInMemory, 1, Long.MAX_VALUE);
        Names.requireBetween("maxBytesInMemory", maxBytesInMemory, 64 * KIB, Long.MAX_VALUE);
        Names.requireBetween("rowWindowBytes", rowWindowBytes, KIB, 1024 * MIB);
        Names.requireBetween("maxPreparedStatementsPerClient", maxPreparedStatementsPerClient, 1, 1_000_000);
        Names.requireBetween("planCacheEntries", planCacheEntries, 1, 10_000_000);
    }

    /** Starts from the defaults, so that a document or a test names only what it changes. */
    public static final class Builder {
        private int maxClientConnections = 10_000;
        private int loginTimeoutMillis = 10_000;
        private int clientIdleTimeoutMillis = 8 * 3600 * 1000;
        private int connectTimeoutMillis = 10_000;
        private int poolWaitTimeoutMillis = 5_000;
        private int backendIdleTimeoutMillis = 60_000;
        private int maxAllowedPacketBytes = 64 * MIB;
        private long maxRowsInMemory = 1_000_000;
        private long maxBytesInMemory = 32L * MIB;
        private int rowWindowBytes = 256 * KIB;
        private int maxPreparedStatementsPerClient = 16_382;
        private int planCacheEntries = 10_000;

        public Builder maxClientConnections(int value) {
            this.maxClientConnections = value;
            return this;
        }

        public Builder loginTimeoutMillis(int value) {
            this.loginTimeoutMillis = value;
            return this;
        }

        public Builder clientIdleTimeoutMillis(int value) {
            this.clientIdleTimeoutMillis = value;
            return this;
        }

        public Builder connectTimeoutMillis(int value) {
            this.connectTimeoutMillis = value;
            return this;
        }

        public Builder poolWaitTimeoutMillis(int value) {
            this.poolWaitTimeoutMillis = value;
            return this;
        }

        public Builder backendIdleTimeoutMillis(int value) {
            this.backendIdleTimeoutMillis = value;
            return this;
        }

        public Builder maxAllowedPacketBytes(int value) {
            this.maxAllowedPacketBytes = value;
            return this;
        }

        public Builder maxRowsInMemory(long value) {
            this.maxRowsInMemory = value;
            return this;
        }

        public Builder maxBytesInMemory(long value) {
            this.maxBytesInMemory = value;
            return this;
        }

        public Builder rowWindowBytes(int value) {
            this.rowWindowBytes = value;
            return this;
        }

        public Builder maxPreparedStatementsPerClient(int value) {
            this.maxPreparedStatementsPerClient = value;
            return this;
        }

        public Builder planCacheEntries(int value) {
            this.planCacheEntries = value;
            return this;
        }

        public Limits build() {
            return new Limits(
                    maxClientConnections,
                    loginTimeoutMillis,
                    clientIdleTimeoutMillis,
                    connectTimeoutMillis,
                    poolWaitTimeoutMillis,
                    backendIdleTimeoutMillis,
                    maxAllowedPacketBytes,
                    maxRowsInMemory,
                    maxBytesInMemory,
                    rowWindowBytes,
                    maxPreparedStatementsPerClient,
                    planCacheEntries);
        }
    }
}
