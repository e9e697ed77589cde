package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.SystemTables;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ProtocolException;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Tells the commands of the protocol apart, and carries out those that are no statements. */
final class Commands {

    private static final int MULTI_STATEMENTS_ON = 0;
    private static final long STARTED_NANOS = System.nanoTime();

    private final ClientSession session;
    private final SingleExecution single;
    private final Statements statements;
    private final PreparedStatements prepared;

    Commands(ClientSession session) {
        this.session = session;
        this.single = new SingleExecution(session);
        this.statements = new Statements(session, single);
        this.prepared = new PreparedStatements(session, statements, single);
    }

    /**
     * Begins to carry out a command.
     *
     * @param packet whole, with its header; stays the caller's
     */
    void carryOut(ByteBuf packet) {
        if (packet.readableBytes() == Packets.HEADER_LENGTH) {
            throw new ProtocolException("a command packet without a command");
        }
        int command = packet.getUnsignedByte(packet.readerIndex() + Packets.HEADER_LENGTH);
        switch (command) {
            case CommandByte.QUERY -> statements.query(packet);
            case CommandByte.STMT_EXECUTE -> prepared.execute(packet);
            case CommandByte.STMT_PREPARE -> prepared.prepare(packet);
            case CommandByte.STMT_CLOSE -> prepared.close(argument(packet));
            case CommandByte.STMT_RESET -> prepared.reset(argument(packet));
            case CommandByte.STMT_SEND_LONG_DATA -> prepared.longData(argument(packet));
            case CommandByte.STMT_FETCH -> prepared.fetch(argument(packet));
            case CommandByte.PING -> session.answerOkAndComplete();
            case CommandByte.QUIT -> session.close();
            case CommandByte.INIT_DB -> use(text(argument(packet)));
            case CommandByte.FIELD_LIST -> fieldList(packet);
            case CommandByte.STATISTICS -> statistics();
            case CommandByte.PROCESS_KILL -> processKill(argument(packet));
            case CommandByte.SET_OPTION -> setOption(argument(packet));
            case CommandByte.RESET_CONNECTION -> resetConnection();
            case CommandByte.CHANGE_USER -> changeUser(ByteBufUtil.getBytes(packet));
            default ->
                throw new MeshException(
                        MeshError.UNSUPPORTED_COMMAND,
                        "command 0x" + Integer.toHexString(command) + " of the protocol");
        }
    }

    private static ByteBuf argument(ByteBuf packet) {
        return packet.slice(
                packet.readerIndex() + Packets.HEADER_LENGTH + 1, packet.readableBytes() - Packets.HEADER_LENGTH - 1);
    }

    private static String text(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Changes the current schema.
     *
     * @throws MeshException when there is none of this name
     */
    static void use(ClientSession session, String schema) {
        if (!SystemTables.isSystemSchema(schema)) {
            session.mesh().requireSchema(schema);
        }
        session.state().use(schema);
        session.tracking().schemaChosen();
    }

    private void use(String schema) {
        use(session, schema);
        session.answerOkAndComplete();
    }

    /** The table's columns as one place has them; the client's packet is relayed as it is. */
    private void fieldList(ByteBuf packet) {
        ByteBuf argument = argument(packet);
        int end = argument.bytesBefore((byte) 0);
        if (end < 0) {
            throw new ProtocolException("COM_FIELD_LIST whose table name does not end");
        }
        String schema = session.state().schema();
        if (schema == null) {
            throw new MeshException(MeshError.NO_DATABASE_SELECTED);
        }
        MeshSchema known = session.mesh().requireSchema(schema);
        MeshTable table = known.find(text(argument.slice(argument.readerIndex(), end)));
        Location location = table == null
                ? known.config().defaultLocation()
                : table.locations().getFirst();
        single.start(
                Request.text(location, packet.retain()),
                ResponseScanner.Kind.FIELD_LIST,
                session.renames().at(location));
    }

    /** A bare string, as clients print it. */
    private void statistics() {
        String line = "Uptime: " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - STARTED_NANOS) + "  Threads: "
                + session.proxy().sessions().size() + "  Schemas: "
                + session.mesh().schemas().size();
        ByteBuf out = session.channel().alloc().buffer(128);
        int start = Packets.begin(out, session.answerSequence());
        out.writeCharSequence(line, StandardCharsets.UTF_8);
        Packets.end(out, start);
        session.send(out);
        session.completed();
    }

    private void processKill(ByteBuf argument) {
        if (argument.readableBytes() < 4) {
            throw new ProtocolException("COM_PROCESS_KILL of " + argument.readableBytes() + " bytes");
        }
        statements.local().kill(argument.readUnsignedIntLE(), false);
    }

    private void setOption(ByteBuf argument) {
        if (argument.readableBytes() < 2) {
            throw new ProtocolException("COM_SET_OPTION of " + argument.readableBytes() + " bytes");
        }
        if (argument.readUnsignedShortLE() == MULTI_STATEMENTS_ON) {
            throw new MeshException(MeshError.UNSUPPORTED_COMMAND, "several statements in one packet");
        }
        ByteBuf out = session.channel().alloc().buffer(16);
        OkPacket.writeEof(out, session.answerSequence(), session.state().statusFlags(), 0);
        session.send(out);
        session.completed();
    }

    private void resetConnection() {
        session.transactions().rollBackThen(() -> {
            forgetSession();
            SessionState state = session.state();
            state.begin(state.user(), state.profile(), state.schema());
            session.tracking().begin();
            session.answerOkAndComplete();
        });
    }

    private void changeUser(byte[] packet) {
        session.transactions()
                .rollBackThen(() -> session.guarded(() -> {
                    forgetSession();
                    session.logInAgain(Unpooled.wrappedBuffer(packet));
                }));
    }

    private void forgetSession() {
        session.forgetDiagnostics();
        session.connections().cleanHeld();
        session.state().held().forgetPins();
        prepared.clear();
    }

    /** The session has ended. */
    void close() {
        prepared.clear();
    }
}
