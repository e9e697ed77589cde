package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.PacketFramer;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ProtocolException;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.ResultWriter;
import io.dbmesh.proxy.protocol.SchemaRename;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection from its greeting to its end. The way of a statement is
 *
 * <pre>
 * {@link #channelRead} bytes, cut into packets by {@link PacketFramer}
 * {@link Commands}     which command it is
 * {@link Statements}   digest -> plan
 * PlanRunner  plan -> places -> an {@link Execution}
 * {@link SingleExecution}, ... connections -> answer -> client, and then {@link #completed()}
 * </pre>
 *
 * <p>Commands are carried out one after another; what a client sends ahead waits, and while it waits nothing more is read.
 * All of it happens on the channel's event loop; the methods for other threads say so.
 */
public final class ClientSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private enum Phase {
        LOGIN,
        READY,
        BUSY,
        CLOSED
    }

    private final ProxyContext proxy;
    private final LoopContext loop;
    private final Channel channel;
    private final int id;
    private final Limits limits;
    private final SessionState state;
    private final SessionTracking tracking = new SessionTracking();
    private final SessionLiterals literals = new SessionLiterals(this);
    private final Connections connections;
    private final TransactionControl transactions;
    private final LoginPhase login;
    private final Commands commands;
    private final PacketFramer framer;
    private final SessionTimers timers;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();

    private Phase phase = Phase.LOGIN;
    private @Nullable Execution execution;
    private int answerSequence = 1;
    private boolean closeAfterAnswer;
    private boolean draining;
    private boolean shuttingDown;

    public ClientSession(ProxyContext proxy, LoopContext loop, Channel channel) {
        this.proxy = proxy;
        this.loop = loop;
        this.channel = channel;
        this.limits = proxy.mesh().get().config().limits();
        ServerFacts facts = proxy.facts().get();
        this.state = new SessionState(facts.dialect());
        this.connections = new Connections(loop, state);
        this.transactions = new TransactionControl(this);
        this.framer = new PacketFramer(limits.maxAllowedPacketBytes(), this::packetTooLarge);
        this.id = proxy.sessions().add(this);
        this.login = new LoginPhase(this, facts);
        this.commands = new Commands(this);
        this.timers = new SessionTimers(this, limits);
    }

    // ------------------------------------------------------------------ what the client sends

    /** What goes before this handler in the pipeline. */
    public PacketFramer framer() {
        return framer;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        login.greet();
        timers.loginBegins();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf packet = (ByteBuf) message;
        switch (phase) {
            case LOGIN -> logIn(packet);
            case READY -> {
                if (waiting.isEmpty() && channel.isWritable()) {
                    carryOut(packet);
                } else {
                    keepWaiting(packet);
                }
            }
            case BUSY -> keepWaiting(packet);
            case CLOSED -> packet.release();
        }
    }

    private void keepWaiting(ByteBuf packet) {
        waiting.add(packet);
        channel.config().setAutoRead(false);
        timers.readingStopped();
    }

    private void logIn(ByteBuf packet) {
        try {
            login.received(packet);
        } catch (ProtocolException malformed) {
            refuse(new MeshException(MeshError.BAD_HANDSHAKE, malformed.getMessage()), 2);
        } finally {
            packet.release();
        }
    }

    private void carryOut(ByteBuf packet) {
        phase = Phase.BUSY;
        timers.active();
        answerSequence = Packets.answerSequence(packet.readableBytes() - Packets.HEADER_LENGTH);
        int sequence = packet.getUnsignedByte(packet.readerIndex() + 3);
        try {
            if (sequence != 0) {
                refuse(new MeshException(MeshError.PACKETS_OUT_OF_ORDER, 0, sequence), sequence + 1);
            } else {
                commands.carryOut(packet);
            }
        } catch (RuntimeException failure) {
            answerFailure(failure);
        } finally {
            packet.release();
        }
    }

    private void answerFailure(RuntimeException failure) {
        switch (failure) {
            case ProtocolException malformed ->
                refuse(new MeshException(MeshError.MALFORMED_PACKET, malformed.getMessage()), answerSequence);
            case StatementError refusal -> failed(refusal.packet());
            case MeshException fault -> failed(fault);
            default -> failedByBug(failure);
        }
    }

    /** A fault of DBMesh itself: this statement fails, and nothing that it used is used again. */
    private void failedByBug(RuntimeException bug) {
        LOG.error("client {}: a statement failed", id, bug);
        connections.discardInUse();
        failed(new MeshException(MeshError.INTERNAL, bug.toString()));
    }

    private void packetTooLarge(long payloadLength) {
        refuse(
                new MeshException(MeshError.PACKET_TOO_LARGE, payloadLength, limits.maxAllowedPacketBytes()),
                Packets.answerSequence((int) Math.min(payloadLength, Integer.MAX_VALUE)));
    }

    // ------------------------------------------------------------------ what the parts of a session ask for

    ProxyContext proxy() {
        return proxy;
    }

    LoopContext loop() {
        return loop;
    }

    Channel channel() {
        return channel;
    }

    int id() {
        return id;
    }

    Limits limits() {
        return limits;
    }

    SessionState state() {
        return state;
    }

    Connections connections() {
        return connections;
    }

    /** What functions about the session give. */
    SessionLiterals literals() {
        return literals;
    }

    /** Where the client connects from. */
    String host() {
        return login.host();
    }

    TransactionControl transactions() {
        return transactions;
    }

    /** The snapshot that the statement under way sees. */
    Mesh mesh() {
        return state.mesh(proxy.mesh().get());
    }

    /** What databases are called for clients. */
    SchemaRenames renames() {
        return loop.renames(proxy.mesh().get().config());
    }

    /** Sequence number of the first packet of the answer under way. */
    int answerSequence() {
        return answerSequence;
    }

    boolean isLoggingIn() {
        return phase == Phase.LOGIN;
    }

    boolean isBusy() {
        return phase == Phase.BUSY;
    }

    /** How many commands of the client wait for the one under way. */
    int waitingCommands() {
        return waiting.size();
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** The client has not logged in within its time. */
    void loginTimedOut() {
        refuse(new MeshException(MeshError.LOGIN_TIMEOUT, limits.loginTimeoutMillis()), login.nextSequence());
    }

    /** The login is over. */
    void ready() {
        phase = Phase.READY;
        timers.loginIsOver();
        carryOutWaiting();
    }

    /** COM_CHANGE_USER: the client has to log in again, within the time that a login has. */
    void logInAgain(ByteBuf packet) {
        phase = Phase.LOGIN;
        execution = null;
        timers.loginBegins();
        login.changeUser(packet);
    }

    /** A statement begins, or goes over to another way of being carried out. */
    void started(Execution begun) {
        execution = begun;
    }

    /** The statement's answer has been written, its connections are released: the next command may come. */
    void completed() {
        execution = null;
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.READY;
        timers.active();
        if (closeAfterAnswer) {
            close();
        } else if (shuttingDown) {
            refuse(new MeshException(MeshError.SHUTDOWN), 0);
        } else if (!waiting.isEmpty()) {
            carryOutWaiting();
        }
    }

    /**
     * Not by recursion: a client may have sent thousands of statements that are answered at once. A client that does not take
     * its answers has to wait with its statements, or the answers would fill the memory.
     */
    private void carryOutWaiting() {
        if (draining) {
            return;
        }
        draining = true;
        ByteBuf packet;
        while (phase == Phase.READY && channel.isWritable() && (packet = waiting.poll()) != null) {
            carryOut(packet);
        }
        draining = false;
        if (waiting.isEmpty() && phase != Phase.CLOSED) {
            channel.config().setAutoRead(true);
        }
    }

    /** Answers by an error of the mesh, and is ready for the next command. */
    void failed(MeshException fault) {
        failed(ErrorPacket.of(fault));
    }

    /** Answers by an error, and is ready for the next command. */
    void failed(ErrorPacket reason) {
        sendError(reason);
        completed();
    }

    /** Answers by an error; something is still to be done before the next command. */
    void sendError(ErrorPacket reason) {
        state.setLastError(reason);
        state.changedRows(-1);
        ByteBuf out = channel.alloc().buffer(64 + reason.message().length());
        reason.write(out, answerSequence);
        send(out);
    }

    void answer(OkPacket ok) {
        ByteBuf out = channel.alloc().buffer(64);
        if (login.tracksSession()) {
            ok.write(out, answerSequence, tracking.changes(state));
        } else {
            ok.write(out, answerSequence);
        }
        send(out);
    }

    /** What the client with SESSION_TRACK knows of its session. */
    SessionTracking tracking() {
        return tracking;
    }

    /** Answers by a small result set of the proxy's own, and is ready for the next command. */
    void answerRows(List<ColumnDefinition> columns, List<List<@Nullable String>> rows, boolean binary) {
        ByteBuf out = channel.alloc().buffer(1024);
        ResultWriter.Layout layout = new ResultWriter.Layout(
                binary, state.deprecateEof(), state.profile().extendedMetadata());
        ResultWriter.write(out, columns, rows, layout, state.statusFlags());
        send(out);
        state.returnedRows(rows.size());
        completed();
    }

    void answerOkAndComplete() {
        answer(OkPacket.of(state.statusFlags()));
        completed();
    }

    void send(ByteBuf packets) {
        channel.writeAndFlush(packets, channel.voidPromise());
    }

    /**
     * Remembers what functions such as LAST_INSERT_ID() have to give after this answer.
     *
     * @param takesKey whether the key that the answer names was made by the server
     */
    void noteAnswer(ResponseScanner answer, boolean takesKey) {
        if (answer.isError()) {
            state.changedRows(-1);
        } else if (answer.hasResultSet()) {
            state.returnedRows(answer.rows());
        } else {
            state.changedRows(answer.affectedRows());
            if (takesKey && answer.lastInsertId() != 0) {
                state.setLastInsertId(answer.lastInsertId());
            }
        }
    }

    /** The connection now holds what cannot be replayed elsewhere: it is this session's until the end. */
    void pin(Location location, BackendConnection connection) {
        connection.taint();
        state.held().pin(location);
    }

    /** Ends the use of a connection, which stays until the next statement when that may ask for warnings. */
    void release(Location location, BackendConnection connection, boolean hasDiagnostics) {
        if (hasDiagnostics) {
            state.setDiagnosticsAt(location);
        }
        connections.release(location, connection);
    }

    /** The next statement does not ask for warnings. */
    void forgetDiagnostics() {
        state.setLastError(null);
        state.setConditions(List.of());
        if (state.diagnosticsAt() != null) {
            state.setDiagnosticsAt(null);
            connections.releaseHeld();
        }
    }

    /**
     * Runs something that blocks on a virtual thread, and goes on here when it is done; if it fails, so does the statement.
     */
    void inBackground(Runnable blocking, Runnable then) {
        proxy.background().execute(() -> {
            RuntimeException thrown = null;
            try {
                blocking.run();
            } catch (RuntimeException failure) {
                thrown = failure;
            }
            RuntimeException failure = thrown;
            if (!loop.eventLoop().isShuttingDown()) {
                loop.eventLoop().execute(() -> goOn(failure, then));
            }
        });
    }

    private void goOn(@Nullable RuntimeException failure, Runnable then) {
        if (phase == Phase.CLOSED) {
            return;
        }
        guarded(() -> {
            if (failure != null) {
                throw failure;
            }
            then.run();
        });
    }

    /** Runs a step of a statement; what it throws becomes the statement's error. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            answerFailure(failure);
        }
    }

    /** A server's error in the client's words: with the schema's name instead of the database's. */
    ErrorPacket logical(Location location, ErrorPacket error) {
        SchemaRename rename = renames().at(location);
        return rename == null ? error : rename.rewrite(error);
    }

    /** A place to ask what any server can tell: where the session already is, or else where its schema is at home. */
    Location anyLocation() {
        return state.anyLocation(mesh());
    }

    void closeAfterAnswer() {
        closeAfterAnswer = true;
    }

    /** Part of an answer is with the client and the rest will never come: the only honest end is that of the connection. */
    void breakOff(ErrorPacket reason) {
        LOG.warn("client {}: connection closed within an answer: {}", id, reason.message());
        channel.flush();
        close();
    }

    // ------------------------------------------------------------------ the end

    /** Tells the client why, and closes. */
    void refuse(MeshException fault, int sequence) {
        if (phase == Phase.CLOSED) {
            return;
        }
        framer.stop();
        ByteBuf out = channel.alloc().buffer(256);
        ErrorPacket.of(fault).write(out, sequence & 0xff);
        timers.closeAfter(out);
        end();
    }

    void close() {
        if (phase != Phase.CLOSED) {
            end();
            channel.close();
        }
    }

    private void end() {
        phase = Phase.CLOSED;
        proxy.sessions().remove(id);
        timers.cancel();
        ByteBuf packet;
        while ((packet = waiting.poll()) != null) {
            packet.release();
        }
        Execution abandoned = execution;
        execution = null;
        connections.abandon();
        if (abandoned != null) {
            abandoned.abandoned();
        }
        commands.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("client {}: {}", id, cause.getMessage());
        } else {
            LOG.error("client {}: closing its connection", id, cause);
        }
        close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Execution current = execution;
        if (!channel.isWritable()) {
            return;
        }
        if (current != null) {
            current.clientWritable();
        } else if (phase == Phase.READY && !waiting.isEmpty()) {
            carryOutWaiting();
        }
    }

    // ------------------------------------------------------------------ from other threads

    /** Ends an idle session with an error, and a busy one after its statement. From any thread. */
    void shutDown() {
        loop.eventLoop().execute(() -> {
            shuttingDown = true;
            if (phase == Phase.READY || phase == Phase.LOGIN) {
                refuse(new MeshException(MeshError.SHUTDOWN), 0);
            }
        });
    }

    /** KILL by another session. From any thread. */
    void kill(boolean queryOnly) {
        loop.eventLoop().execute(() -> {
            if (!queryOnly) {
                interrupt(new MeshException(MeshError.CONNECTION_KILLED));
            } else if (phase == Phase.BUSY) {
                connections.killRunning();
            }
        });
    }

    /** The server cannot wait any longer for what is under way. From any thread. */
    void abort() {
        loop.eventLoop().execute(() -> interrupt(new MeshException(MeshError.SHUTDOWN)));
    }

    /** Ends the session, whatever it does; what runs is killed. An error within an answer could pass for a row of it. */
    private void interrupt(MeshException reason) {
        Execution current = execution;
        if (phase == Phase.BUSY && current != null && current.hasAnswered()) {
            close();
        } else {
            refuse(reason, phase == Phase.BUSY ? answerSequence : 0);
        }
    }

    /** One line of SHOW PROCESSLIST; to be asked on this session's event loop. */
    SessionInfo info() {
        return SessionInfo.of(id, channel.remoteAddress(), timers.idleMillis() / 1000, phase == Phase.BUSY, state);
    }
}
