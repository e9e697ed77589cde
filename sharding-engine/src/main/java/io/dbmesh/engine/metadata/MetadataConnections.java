package io.dbmesh.engine.metadata;

import com.mysql.cj.jdbc.Driver;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.MeshConfig;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few connections to each server, for reading metadata. They block, so they are for virtual threads; none is kept open
 * when there is nothing to do.
 */
final class MetadataConnections implements AutoCloseable {
    /** What runs on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private static final int CONNECTIONS_PER_SERVER = 4;
    /** MariaDB opens every table's file for information_schema; a cold server with thousands of them needs a while. */
    private static final int QUERY_TIMEOUT_MILLIS = 30_000;
    /** The least that HikariCP takes. */
    private static final int MIN_POOL_TIMEOUT_MILLIS = 250;

    private static final int POOL_IDLE_MILLIS = 10_000;

    private final Map<String, Server> servers = new HashMap<>();

    MetadataConnections(MeshConfig config) {
        int timeoutMillis = Math.max(MIN_POOL_TIMEOUT_MILLIS, config.limits().connectTimeoutMillis());
        config.dataSources().forEach((name, dataSource) -> servers.put(name, new Server(dataSource, timeoutMillis)));
    }

    /**
     * Runs it on a connection of its own, after waiting for a free one when many threads want one.
     *
     * @throws SQLException when there is no connection within the connect time-out, or the work fails
     */
    <T> T with(DataSource dataSource, Work<T> work) throws SQLException {
        Server server = servers.get(dataSource.name());
        if (server == null) {
            throw new IllegalArgumentException("unknown data source " + dataSource.name());
        }
        return server.with(work);
    }

    /** The shortest true reason: Connector/J wraps it in paragraphs about packets. */
    static String reasonOf(Throwable failure) {
        String reason = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) {
                String firstLine = message.strip().lines().findFirst().orElse(message);
                reason = cause instanceof UnknownHostException ? "unknown host " + firstLine : firstLine;
            }
        }
        return reason;
    }

    @Override
    public void close() {
        servers.values().forEach(Server::close);
    }

    private static final class Server {
        private final DataSource dataSource;
        private final int timeoutMillis;
        private final Semaphore permits = new Semaphore(CONNECTIONS_PER_SERVER);
        private final ReentrantLock lock = new ReentrantLock();
        // Guarded by the lock.
        private @Nullable HikariDataSource pool;
        private @Nullable SQLException failure;
        private long failedAtNanos;
        private boolean closed;

        Server(DataSource dataSource, int timeoutMillis) {
            this.dataSource = dataSource;
            this.timeoutMillis = timeoutMillis;
        }

        <T> T with(Work<T> work) throws SQLException {
            long askedAtNanos = System.nanoTime();
            permits.acquireUninterruptibly();
            try (Connection connection = open(askedAtNanos)) {
                connection.setNetworkTimeout(Runnable::run, QUERY_TIMEOUT_MILLIS);
                return work.run(connection);
            } finally {
                permits.release();
            }
        }

        private Connection open(long askedAtNanos) throws SQLException {
            HikariDataSource open = poolFor(askedAtNanos);
            try {
                return open.getConnection();
            } catch (SQLException refused) {
                lock.lock();
                try {
                    fail(refused);
                    if (pool == open) {
                        pool = null;
                        open.close();
                    }
                } finally {
                    lock.unlock();
                }
                throw refused;
            }
        }

        /**
         * The pool, which exists while its server answers only: the first connection is tried at once, so that a dead server
         * is known without the pool's patience, and who waited meanwhile gets the same failure instead of trying again.
         */
        private HikariDataSource poolFor(long askedAtNanos) throws SQLException {
            lock.lock();
            try {
                if (closed) {
                    throw new SQLException("the mesh is shutting down");
                }
                if (failure != null && failedAtNanos - askedAtNanos > 0) {
                    throw failure;
                }
                if (pool == null) {
                    try (Connection first = new Driver().connect(url(), driverProperties(true))) {
                        pool = new HikariDataSource(poolConfig());
                    }
                    failure = null;
                }
                return pool;
            } catch (SQLException refused) {
                throw refused == failure ? refused : fail(refused);
            } finally {
                lock.unlock();
            }
        }

        private SQLException fail(SQLException refused) {
            failure = refused;
            failedAtNanos = System.nanoTime();
            return refused;
        }

        private HikariConfig poolConfig() {
            HikariConfig config = new HikariConfig();
            config.setPoolName("metadata of " + dataSource.name());
            config.setDriverClassName(Driver.class.getName());
            config.setJdbcUrl(url());
            config.setUsername(dataSource.user());
            config.setPassword(dataSource.password());
            config.setMaximumPoolSize(CONNECTIONS_PER_SERVER);
            config.setMinimumIdle(0);
            config.setIdleTimeout(POOL_IDLE_MILLIS);
            config.setConnectionTimeout(timeoutMillis);
            config.setValidationTimeout(timeoutMillis);
            config.setDataSourceProperties(driverProperties(false));
            return config;
        }

        private String url() {
            return "jdbc:mysql://" + dataSource.address() + "/";
        }

        private Properties driverProperties(boolean withLogin) {
            Properties properties = new Properties();
            if (withLogin) {
                properties.setProperty("user", dataSource.user());
                properties.setProperty("password", dataSource.password());
            }
            properties.setProperty("connectTimeout", Integer.toString(timeoutMillis));
            // For the login; a query gets its own limit when the connection is taken.
            properties.setProperty("socketTimeout", Integer.toString(timeoutMillis));
            properties.setProperty("sslMode", "DISABLED");
            properties.setProperty("allowPublicKeyRetrieval", "true");
            properties.setProperty("characterEncoding", "UTF-8");
            return properties;
        }

        void close() {
            lock.lock();
            try {
                closed = true;
                if (pool != null) {
                    pool.close();
                    pool = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
