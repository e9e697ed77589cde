package io.dbmesh.proxy.backend;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ProtocolException;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a MySQL server, after login. It knows what the server's session looks like (database, settings,
 * prepared statements, open transaction) so that the next user need only replay what differs.
 *
 * <p>Belongs to one event loop. Commands may be pipelined: each has its {@link Exchange}, and the server answers in
 * order. A connection that has seen a fault is never given to another session; it is closed, and the server rolls back
 * what was open.
 */
public final class BackendConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(BackendConnection.class);

    /** A server keeps at most {@code max_prepared_stmt_count} (16,382 by default) for all of its connections. */
    private static final int MAX_PREPARED_STATEMENTS = 64;

    /** Where COM_STMT_EXECUTE has the statement's id: after header and command byte. */
    private static final int EXECUTE_ID_OFFSET = Packets.HEADER_LENGTH + 1;

    private final Channel channel;
    private final DataSource dataSource;
    private final Profile profile;
    private final long threadId;
    private final AcceptedSettings acceptedSettings;
    private final @Nullable BackendPool pool;
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private final Map<StatementKey, Integer> preparedStatements = new LinkedHashMap<>(16, 0.75f, true);
    /** Server's ids of the prepared statements that have an open cursor; usually none. */
    private final Set<Integer> cursors = new HashSet<>(0);

    private String database;
    private SessionSettings applied = SessionSettings.DEFAULTS;
    private int serverStatus = ServerStatus.AUTOCOMMIT;
    private boolean tainted;
    private int settingsWarnings;
    private boolean closed;
    private boolean idle;
    private long idleSinceNanos;

    BackendConnection(
            Channel channel,
            DataSource dataSource,
            BackendLogin login,
            AcceptedSettings acceptedSettings,
            @Nullable BackendPool pool) {
        this.channel = channel;
        this.dataSource = dataSource;
        this.profile = login.profile();
        this.threadId = login.threadId();
        this.database = login.database();
        this.acceptedSettings = acceptedSettings;
        this.pool = pool;
    }

    /**
     * What was agreed at login.
     *
     * @param threadId the server's id of this connection, for {@code KILL}
     */
    record BackendLogin(Profile profile, String database, long threadId) {}

    // ------------------------------------------------------------------ what the server's session looks like

    public DataSource dataSource() {
        return dataSource;
    }

    public Profile profile() {
        return profile;
    }

    /** The server's id of this connection, for {@code KILL}. */
    public long threadId() {
        return threadId;
    }

    /** The database that unqualified names are resolved in; empty when none has been chosen. */
    public String database() {
        return database;
    }

    /** Whether the last answer said that a transaction is open. */
    public boolean isInTransaction() {
        return (serverStatus & ServerStatus.IN_TRANS) != 0;
    }

    /** The status flags of the last answer. */
    public int serverStatus() {
        return serverStatus;
    }

    /** Whether a statement of a session with these settings may be sent as it is. */
    public boolean isReadyFor(String wantedDatabase, SessionSettings settings) {
        return !closed && database.equals(wantedDatabase) && applied.equals(settings);
    }

    boolean fits(Profile wanted, String wantedDatabase, SessionSettings settings) {
        return profile.equals(wanted) && database.equals(wantedDatabase) && applied.equals(settings);
    }

    boolean canServe(Profile wanted, @Nullable String wantedDatabase, SessionSettings settings) {
        return profile.equals(wanted)
                && (wantedDatabase == null || database.equals(wantedDatabase))
                && settings.isReachableFrom(applied)
                && !losesIgnoreSpace(settings);
    }

    /** DEFAULT would set sql_mode to the server's global one, without what the login has added to it. */
    private boolean losesIgnoreSpace(SessionSettings settings) {
        return profile.ignoreSpace() && settings.literal("sql_mode") == null && applied.literal("sql_mode") != null;
    }

    boolean isReusable() {
        return !closed && !tainted && exchanges.isEmpty() && !isInTransaction() && channel.isActive();
    }

    /** Readies the connection for its next user; a client that was slow may have left it paused. */
    void markIdle() {
        idle = true;
        idleSinceNanos = System.nanoTime();
        resumeReading();
    }

    boolean isIdle() {
        return idle;
    }

    void markBorrowed() {
        idle = false;
        resumeReading();
    }

    /** Whether it has waited in a pool before, so that the server may have closed it without being noticed. */
    public boolean hasBeenIdle() {
        return idleSinceNanos != 0;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /**
     * The server's session now holds something that cannot be seen from here, such as a temporary table or a lock: it
     * is closed instead of being given to somebody else.
     */
    public void taint() {
        tainted = true;
    }

    /** How many warnings the server had when settings were last replayed; known once something sent later is answered. */
    public int settingsWarnings() {
        return settingsWarnings;
    }

    /** The settings that the connection carries were changed by a statement of the session that holds it. */
    public void settingsChanged(SessionSettings settings) {
        applied = settings;
    }

    /** The database was changed by a statement of the session that holds it. */
    public void databaseChanged(String name) {
        database = name;
    }

    // ------------------------------------------------------------------ commands

    /** Whom {@link #prepareFor} tells that the statement may be sent. */
    public interface Ready {
        void ready(BackendConnection connection);

        void failed(ErrorPacket reason);
    }

    /**
     * Brings the server's session to where a statement needs it and then calls {@code ready}, at once when nothing has to
     * be waited for. The caller sends its command from there, in the same flush as what is replayed.
     *
     * <p>A statement must not run if what was replayed before it failed. Opening a transaction fails only with the
     * connection; settings are sent along once the server is known to accept them; a change of database is always
     * waited for, because the database may have been dropped.
     *
     * @param joinStatements statements that open the session's transaction on this connection, usually empty
     */
    public void prepareFor(String wanted, SessionSettings settings, List<String> joinStatements, Ready ready) {
        if (!database.equals(wanted) && !wanted.isEmpty()) {
            changeDatabase(wanted, settings, joinStatements, ready);
            return;
        }
        String replay = settings.replayFrom(applied);
        if (replay != null && !acceptedSettings.contains(dataSource.name(), replay)) {
            changeSettings(replay, settings, joinStatements, ready);
            return;
        }
        if (replay != null) {
            send(replay, new PreludeExchange(replay) {
                @Override
                protected void ok(BackendConnection connection, ResponseScanner answer) {
                    settingsWarnings = answer.warnings();
                }
            });
            applied = settings;
        }
        for (String statement : joinStatements) {
            send(statement, new PreludeExchange(statement));
        }
        ready.ready(this);
    }

    private void changeDatabase(String wanted, SessionSettings settings, List<String> joinStatements, Ready ready) {
        byte[] name = wanted.getBytes(StandardCharsets.UTF_8);
        ByteBuf packet = Packets.command(channel.alloc(), CommandByte.INIT_DB, name);
        sendAndFlush(packet, new ControlExchange(profile.deprecateEof()) {
            @Override
            protected void ok(BackendConnection connection, ResponseScanner answer) {
                database = wanted;
                prepareFor(wanted, settings, joinStatements, ready);
            }

            @Override
            protected void error(BackendConnection connection, ErrorPacket reason) {
                ready.failed(reason);
            }
        });
    }

    private void changeSettings(String replay, SessionSettings settings, List<String> joinStatements, Ready ready) {
        sendAndFlush(queryPacket(replay), new ControlExchange(profile.deprecateEof()) {
            @Override
            protected void ok(BackendConnection connection, ResponseScanner answer) {
                acceptedSettings.add(dataSource.name(), replay);
                settingsWarnings = answer.warnings();
                applied = settings;
                prepareFor(database, settings, joinStatements, ready);
            }

            @Override
            protected void error(BackendConnection connection, ErrorPacket reason) {
                taint();
                ready.failed(reason);
            }
        });
    }

    /** A replayed statement whose failure means that the connection cannot be used: nothing may be built on it. */
    private class PreludeExchange extends ControlExchange {
        private final String statement;

        PreludeExchange(String statement) {
            super(profile.deprecateEof());
            this.statement = statement;
        }

        @Override
        protected void ok(BackendConnection connection, ResponseScanner answer) {
            // The statement that it was sent for follows.
        }

        @Override
        protected void error(BackendConnection connection, ErrorPacket reason) {
            if (!closed) {
                LOG.warn(
                        "{}: replaying \"{}\" failed, closing the connection: {}",
                        dataSource.name(),
                        statement,
                        reason);
                fail(reason);
            }
        }
    }

    /** Writes a command without flushing; the packet is released by the channel. */
    public void send(ByteBuf packet, Exchange exchange) {
        if (closed) {
            packet.release();
            exchange.failed(this, lost(null));
            return;
        }
        exchanges.add(exchange);
        channel.write(packet, channel.voidPromise());
    }

    /** Writes a text statement without flushing. */
    public void send(String sql, Exchange exchange) {
        send(queryPacket(sql), exchange);
    }

    public void sendAndFlush(ByteBuf packet, Exchange exchange) {
        send(packet, exchange);
        channel.flush();
    }

    public void flush() {
        channel.flush();
    }

    /** Stops reading from the server while a client cannot take more; the server is slowed down by TCP. */
    public void pauseReading() {
        channel.config().setAutoRead(false);
    }

    public void resumeReading() {
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Writes a command without flushing. */
    public void send(int command, byte[] argument, Exchange exchange) {
        send(Packets.command(channel.alloc(), command, argument), exchange);
    }

    private ByteBuf queryPacket(String sql) {
        return Packets.command(channel.alloc(), CommandByte.QUERY, sql.getBytes(StandardCharsets.UTF_8));
    }

    // ------------------------------------------------------------------ prepared statements

    /** The server's id of a statement that was prepared on this connection and has no open cursor, or -1. */
    public int preparedStatement(StatementKey key) {
        Integer id = preparedStatements.get(key);
        return id == null || cursors.contains(id) ? -1 : id;
    }

    /** Remembers a prepared statement; the least recently used one is closed when there are too many. */
    public void addPreparedStatement(StatementKey key, int statementId) {
        Integer replaced = preparedStatements.put(key, statementId);
        if (replaced != null) {
            if (!cursors.contains(replaced)) {
                closePreparedStatement(replaced);
            }
        } else if (preparedStatements.size() > MAX_PREPARED_STATEMENTS) {
            closeEldest();
        }
    }

    private void closeEldest() {
        var eldest = preparedStatements.values().iterator();
        while (eldest.hasNext()) {
            int id = eldest.next();
            if (!cursors.contains(id)) {
                eldest.remove();
                closePreparedStatement(id);
                return;
            }
        }
    }

    /** An execution has opened a cursor: the statement may not be executed for anybody else until that is closed. */
    public void cursorOpened(int statementId) {
        cursors.add(statementId);
    }

    /**
     * The cursor of a statement is not needed any more.
     *
     * @param atEnd whether the server has closed it, having sent the last row; else the statement is closed with it
     */
    public void cursorEnded(int statementId, boolean atEnd) {
        cursors.remove(statementId);
        if (!closed && !(atEnd && preparedStatements.containsValue(statementId))) {
            preparedStatements.values().remove(statementId);
            closePreparedStatement(statementId);
        }
    }

    /**
     * Writes a COM_STMT_EXECUTE without flushing, after filling in the server's id of the statement. When the statement
     * has not been prepared on this connection, it is prepared first, which is flushed, and the execution follows the
     * server's answer.
     *
     * @param execute a whole packet; its statement id is overwritten
     * @param answer of the execution; it is given the error of the preparation if that fails
     */
    public void sendPrepared(StatementKey key, ByteBuf execute, Exchange answer) {
        int known = preparedStatement(key);
        if (known >= 0) {
            execute.setIntLE(execute.readerIndex() + EXECUTE_ID_OFFSET, known);
            send(execute, answer);
            return;
        }
        ByteBuf prepare = Packets.command(channel.alloc(), CommandByte.STMT_PREPARE, key.sql());
        sendAndFlush(prepare, new ControlExchange(ResponseScanner.Kind.PREPARE, profile.deprecateEof()) {
            @Override
            protected void ok(BackendConnection connection, ResponseScanner prepared) {
                addPreparedStatement(key, prepared.statementId());
                execute.setIntLE(execute.readerIndex() + EXECUTE_ID_OFFSET, prepared.statementId());
                sendAndFlush(execute, answer);
            }

            @Override
            protected void error(BackendConnection connection, ErrorPacket reason) {
                execute.release();
                if (closed) {
                    answer.failed(connection, reason);
                    return;
                }
                ByteBuf packet = channel.alloc().buffer();
                try {
                    reason.write(packet, 1);
                    answer.received(connection, packet);
                } finally {
                    packet.release();
                }
                answer.completed(connection);
            }

            @Override
            protected void abandoned() {
                execute.release();
                answer.abandoned();
            }
        });
    }

    private void closePreparedStatement(int statementId) {
        ByteBuf packet = channel.alloc().buffer(9);
        packet.writeMediumLE(5).writeByte(0).writeByte(CommandByte.STMT_CLOSE).writeIntLE(statementId);
        channel.write(packet, channel.voidPromise()); // not answered by the server
    }

    // ------------------------------------------------------------------ what the server sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        try {
            deliver(chunk);
        } catch (ProtocolException malformed) {
            fail(ErrorPacket.of(new MeshException(
                    MeshError.BACKEND_PROTOCOL, dataSource.name(), dataSource.address(), malformed.getMessage())));
        } finally {
            chunk.release();
        }
    }

    private void deliver(ByteBuf chunk) {
        while (chunk.isReadable() && !closed) {
            Exchange exchange = exchanges.peek();
            if (exchange == null) {
                unexpected(chunk);
                return;
            }
            int before = chunk.readableBytes();
            boolean complete = exchange.received(this, chunk);
            if (closed) {
                return; // by the exchange itself
            }
            if (!complete && chunk.readableBytes() == before) {
                throw new ProtocolException("an answer that its exchange does not take");
            }
            if (complete) {
                exchanges.remove();
                int status = exchange.statusFlags();
                serverStatus = status < 0 ? serverStatus : status;
                exchange.completed(this);
            }
        }
    }

    /** Servers say why they close an idle connection (shutdown, time-out): an error that answers nothing. */
    private void unexpected(ByteBuf chunk) {
        chunk.skipBytes(Math.min(Packets.HEADER_LENGTH, chunk.readableBytes()));
        boolean isError = chunk.isReadable() && chunk.getUnsignedByte(chunk.readerIndex()) == ErrorPacket.HEADER;
        LOG.info(
                "{}: the server ended an idle connection: {}",
                dataSource.name(),
                isError ? ErrorPacket.read(chunk).message() : chunk.readableBytes() + " unexpected bytes");
        close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Exchange exchange = exchanges.peek();
        if (exchange != null) {
            exchange.readComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(lost(null));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(lost(cause));
    }

    private ErrorPacket lost(@Nullable Throwable cause) {
        String reason = cause == null ? "the server closed it" : String.valueOf(cause.getMessage());
        return ErrorPacket.of(
                new MeshException(MeshError.BACKEND_LOST, dataSource.name(), dataSource.address(), reason));
    }

    /** Ends every exchange under way and closes the connection. */
    void fail(ErrorPacket reason) {
        if (!closed) {
            List<Exchange> ended = List.copyOf(exchanges);
            exchanges.clear();
            close();
            for (Exchange exchange : ended) {
                exchange.failed(this, reason);
            }
        }
    }

    /** Closes the connection; the server rolls back what is open. Exchanges under way are {@link Exchange#abandoned}. */
    public void close() {
        if (!closed) {
            closed = true;
            channel.close();
            if (pool != null) {
                pool.closed(this);
            }
            Exchange exchange;
            while ((exchange = exchanges.poll()) != null) {
                exchange.abandoned();
            }
        }
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return dataSource.name() + "#" + threadId + "/" + database;
    }
}
