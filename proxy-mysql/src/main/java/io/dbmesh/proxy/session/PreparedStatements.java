package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.PlannedStatement;
import io.dbmesh.engine.plan.Rewrite;
import io.dbmesh.engine.plan.StatementRewriter;
import io.dbmesh.engine.plan.StatementRewriter.RowChoice;
import io.dbmesh.engine.route.Route;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.StatementKey;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ProtocolException;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.SchemaRename;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.Statement;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The prepared statements of a client, with ids of the session's own, and the COM_STMT commands. */
final class PreparedStatements {

    private static final int BEFORE_PARAMETERS = 4 + 2;

    /** Of a character set, a variable, a collation; and of a collation that is not the character set's. */
    private static final Set<Integer> UNKNOWN_NAMES = Set.of(1115, 1193, 1273, 1253);

    private final ClientSession session;
    private final Statements statements;
    private final SingleExecution single;
    private final Map<Integer, PreparedStatement> prepared = new HashMap<>();
    private int lastId;

    PreparedStatements(ClientSession session, Statements statements, SingleExecution single) {
        this.session = session;
        this.statements = statements;
        this.single = single;
    }

    // ------------------------------------------------------------------ COM_STMT_PREPARE

    void prepare(ByteBuf packet) {
        int limit = session.limits().maxPreparedStatementsPerClient();
        if (prepared.size() >= limit) {
            throw new MeshException(MeshError.TOO_MANY_PREPARED_STATEMENTS, limit);
        }
        byte[] sql = ByteBufUtil.getBytes(
                packet,
                packet.readerIndex() + Packets.HEADER_LENGTH + 1,
                packet.readableBytes() - Packets.HEADER_LENGTH - 1);
        String schema = session.state().schema();
        Dialect dialect = session.state().dialect();
        if (!dialect.mariaDb()) {
            session.forgetDiagnostics();
        }
        Digest digest = new Digest();
        digest.read(sql, 0, sql.length, dialect);
        PlannedStatement known = statements.find(digest, schema, dialect);
        if (known != null) {
            prepare(sql, schema, dialect, known);
        } else {
            session.started(new Waiting());
            statements.plan(sql, schema, dialect, planned -> prepare(sql, schema, dialect, planned));
        }
    }

    private void prepare(byte[] sql, @Nullable String schema, Dialect dialect, PlannedStatement planned) {
        PreparedStatement statement = new PreparedStatement(session, ++lastId, sql, schema, dialect, planned);
        statement.replanned(planned, session.mesh().version());
        // MariaDB does not forget what the statement is to tell.
        if (!PlanRunner.readsDiagnostics(planned.plan())) {
            session.forgetDiagnostics();
        }
        switch (planned.plan()) {
            case Plan.Refuse refused -> throw refused.reason();
            case Plan.Local local -> prepareLocal(statement, local);
            case Plan.Read read -> ask(statement, first(read.route()), read.whenOne());
            case Plan.Write write -> ask(statement, first(write.route()), write.rewrite());
            case Plan.Ddl ddl -> ask(statement, ddl.locations().get(0), ddl.rewrite());
            case Plan.InsertRows rows -> ask(statement, rows);
        }
    }

    private Location first(Route route) {
        return switch (route) {
            case Route.Fixed fixed -> fixed.location();
            case Route.AnyOf any -> heldOrFirst(any.locations());
            case Route.AllOf all -> heldOrFirst(all.locations());
            case Route.ByKey byKey -> heldOrFirst(byKey.shards());
        };
    }

    /** A transaction does not come to another place only to prepare something. */
    private Location heldOrFirst(List<Location> locations) {
        for (Location location : locations) {
            if (session.state().held().at(location) != null) {
                return location;
            }
        }
        return locations.get(session.id() % locations.size());
    }

    private void ask(PreparedStatement statement, Location location, Rewrite rewrite) {
        ask(statement, location, statement.text(location, rewrite));
    }

    /** With the rows as the client wrote them: a key that the mesh adds would be a parameter that the client has not. */
    private void ask(PreparedStatement statement, Plan.InsertRows plan) {
        Location location = heldOrFirst(plan.table().locations());
        int[] rows = new int[StatementRewriter.rowCount(statement.digest(), plan)];
        Arrays.setAll(rows, row -> row);
        long[] keys = plan.generated() != null && plan.generated().appended() ? new long[rows.length] : null;
        if (keys != null) {
            // The column list names the column, so the rows must have a value for it; a number is no parameter.
            Arrays.fill(keys, 1);
        }
        RowChoice choice = new RowChoice(rows, rows.length, keys);
        StatementRewriter rewriter = session.loop().rewriter();
        rewriter.insertText(
                statement.digest(), plan, location, choice, session.literals().within(statement.schema()));
        ask(statement, location, Arrays.copyOf(rewriter.bytes(), rewriter.length()));
    }

    private void ask(PreparedStatement statement, Location location, byte[] text) {
        session.started(new Waiting());
        session.connections().acquireBeside(location, List.of(), new Connections.Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                connection.send(CommandByte.STMT_PREPARE, text, answer(statement, location, text));
                connection.flush();
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                session.failed(reason);
            }
        });
    }

    private PrepareExchange answer(PreparedStatement statement, Location location, byte[] text) {
        return new PrepareExchange(session.channel().alloc(), session.state().deprecateEof()) {
            @Override
            protected void prepared(BackendConnection connection, ResponseScanner scanned, ByteBuf answer) {
                StatementKey key = new StatementKey(
                        text, location.database(), session.state().settings());
                connection.addPreparedStatement(key, scanned.statementId());
                session.connections().release(location, connection);
                add(statement);
                setStatementId(answer, statement.id());
                SchemaRename rename = session.renames().at(location, true);
                if (rename == null) {
                    session.send(answer);
                } else {
                    ByteBuf renamed = rename.rewrite(answer, session.channel().alloc());
                    answer.release();
                    session.send(renamed);
                }
                session.completed();
            }

            @Override
            protected void error(BackendConnection connection, ErrorPacket reason) {
                if (connection.isClosed() && session.state().inTransaction()) {
                    session.connections().release(location, connection);
                    session.transactions().lost(connection, reason);
                } else {
                    session.release(location, connection, !connection.isClosed());
                    session.failed(session.logical(location, reason));
                }
            }
        };
    }

    private void add(PreparedStatement statement) {
        prepared.put(statement.id(), statement);
    }

    /** Only servers know which variables and character sets there are. */
    private void prepareLocal(PreparedStatement statement, Plan.Local plan) {
        boolean isSet =
                plan.statement() instanceof Statement.SetVariables || plan.statement() instanceof Statement.SetNames;
        if (!isSet) {
            answerLocal(statement, plan);
            return;
        }
        Location location = session.anyLocation();
        session.started(new Waiting());
        session.connections().acquire(location, List.of(), new Connections.Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                connection.send(CommandByte.STMT_PREPARE, statement.sql(), judgement(statement, plan, location));
                connection.flush();
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                session.failed(reason);
            }
        });
    }

    /** What else a server may refuse in a SET, the session may know better: it is told when the statement is executed. */
    private PrepareExchange judgement(PreparedStatement statement, Plan.Local plan, Location location) {
        return new PrepareExchange(session.channel().alloc(), session.state().deprecateEof()) {
            @Override
            protected void prepared(BackendConnection connection, ResponseScanner scanned, ByteBuf answer) {
                answer.release();
                StatementKey key = new StatementKey(
                        statement.sql(), location.database(), session.state().settings());
                connection.addPreparedStatement(key, scanned.statementId());
                session.connections().release(location, connection);
                session.guarded(() -> answerLocal(statement, plan));
            }

            @Override
            protected void error(BackendConnection connection, ErrorPacket reason) {
                if (connection.isClosed() || !UNKNOWN_NAMES.contains(reason.errno())) {
                    session.connections().release(location, connection);
                    session.guarded(() -> answerLocal(statement, plan));
                } else {
                    session.release(location, connection, true);
                    session.failed(reason);
                }
            }
        };
    }

    /** Definitions for what the session answers itself. */
    private void answerLocal(PreparedStatement statement, Plan.Local plan) {
        List<ColumnDefinition> columns = statements.local().columns(plan.statement(), statement.words());
        int columnCount = columns == null ? 0 : columns.size();
        int parameters = statement.planned().parameters();
        boolean deprecateEof = session.state().deprecateEof();
        boolean extended = session.state().profile().extendedMetadata();
        int sequence = session.answerSequence();
        ByteBuf out = session.channel().alloc().buffer(256);
        int start = Packets.begin(out, sequence++);
        out.writeByte(OkPacket.HEADER).writeIntLE(statement.id());
        out.writeShortLE(columnCount).writeShortLE(parameters).writeByte(0).writeShortLE(0);
        Packets.end(out, start);
        for (int i = 0; i < parameters; i++) {
            ServerColumns.of(session.state()).parameter().write(out, sequence++, extended);
        }
        if (parameters > 0 && !deprecateEof) {
            OkPacket.writeEof(out, sequence++, session.state().statusFlags(), 0);
        }
        for (int i = 0; columns != null && i < columnCount; i++) {
            columns.get(i).write(out, sequence++, extended);
        }
        if (columnCount > 0 && !deprecateEof) {
            OkPacket.writeEof(out, sequence, session.state().statusFlags(), 0);
        }
        add(statement);
        session.send(out);
        session.completed();
    }

    // ------------------------------------------------------------------ COM_STMT_EXECUTE

    void execute(ByteBuf packet) {
        ByteBuf payload = packet.slice(
                packet.readerIndex() + Packets.HEADER_LENGTH, packet.readableBytes() - Packets.HEADER_LENGTH);
        if (payload.readableBytes() < 5) {
            throw new ProtocolException("COM_STMT_EXECUTE of " + payload.readableBytes() + " bytes");
        }
        PreparedStatement statement = find(payload.getIntLE(payload.readerIndex() + 1), "mysqld_stmt_execute");
        endCursor(statement.id());
        statement.begin(payload);
        long version = session.mesh().version();
        if (statement.isCurrent(version)) {
            run(statement);
            return;
        }
        PlannedStatement known =
                session.proxy().plans().find(statement.digest(), statement.schema(), statement.dialect(), version);
        if (known != null) {
            statement.replanned(known, version);
            run(statement);
        } else {
            session.started(new Waiting());
            statements.plan(statement.sql(), statement.schema(), statement.dialect(), planned -> {
                statement.replanned(planned, version);
                run(statement);
            });
        }
    }

    private void run(PreparedStatement statement) {
        try {
            statements.runner().run(statement.planned().plan(), statement);
        } finally {
            statement.executed();
        }
    }

    private PreparedStatement find(int id, String command) {
        PreparedStatement statement = prepared.get(id);
        if (statement == null) {
            throw new MeshException(MeshError.UNKNOWN_PREPARED_STATEMENT, Integer.toUnsignedString(id), command);
        }
        return statement;
    }

    // ------------------------------------------------------------------ the other commands

    /** Is not answered. The servers' statements stay until their connections need the room. */
    void close(ByteBuf argument) {
        int id = id(argument, "COM_STMT_CLOSE");
        endCursor(id);
        prepared.remove(id);
        session.completed();
    }

    void reset(ByteBuf argument) {
        PreparedStatement statement = find(id(argument, "COM_STMT_RESET"), "mysqld_stmt_reset");
        statement.values().clearLongData();
        endCursor(statement.id());
        session.answerOkAndComplete();
    }

    /** Is not answered; an unknown statement is complained about when it is executed. */
    void longData(ByteBuf argument) {
        if (argument.readableBytes() < BEFORE_PARAMETERS) {
            throw new ProtocolException("COM_STMT_SEND_LONG_DATA of " + argument.readableBytes() + " bytes");
        }
        PreparedStatement statement = prepared.get(argument.readIntLE());
        int parameter = argument.readUnsignedShortLE();
        if (statement != null) {
            long bytes = statement.values().longDataBytes() + argument.readableBytes();
            if (bytes > session.limits().maxAllowedPacketBytes()) {
                session.refuse(
                        new MeshException(
                                MeshError.PACKET_TOO_LARGE,
                                bytes,
                                session.limits().maxAllowedPacketBytes()),
                        0);
                return;
            }
            statement.values().appendLongData(parameter, ByteBufUtil.getBytes(argument));
        }
        session.completed();
    }

    /** The next rows of a cursor. Statements over several places, and those that the session answers, open none. */
    void fetch(ByteBuf argument) {
        PreparedStatement statement = find(id(argument, "COM_STMT_FETCH"), "mysqld_stmt_fetch");
        HeldConnections.Cursor cursor = session.state().held().cursor(statement.id());
        if (cursor == null) {
            throw new StatementError(
                    new ErrorPacket(1421, "HY000", "The statement (" + statement.id() + ") has no open cursor."));
        }
        if (argument.readableBytes() < 4) {
            throw new ProtocolException("COM_STMT_FETCH without a number of rows");
        }
        ByteBuf packet = session.channel().alloc().buffer(16);
        int start = Packets.begin(packet, 0);
        packet.writeByte(CommandByte.STMT_FETCH)
                .writeIntLE(cursor.statementId())
                .writeIntLE(argument.readIntLE());
        Packets.end(packet, start);
        Request request = new Request(cursor.location(), packet, null, statement.id());
        single.start(request, ResponseScanner.Kind.FETCH, null);
    }

    /** Lets go of rows that nobody will fetch, and of the connection that waits for that. */
    private void endCursor(int statement) {
        if (session.state().held().endCursor(statement, false)) {
            session.connections().releaseHeld();
        }
    }

    private static int id(ByteBuf argument, String command) {
        if (argument.readableBytes() < 4) {
            throw new ProtocolException(command + " of " + argument.readableBytes() + " bytes");
        }
        return argument.readIntLE();
    }

    void clear() {
        prepared.clear();
    }

    /** What is being prepared holds nothing besides connections. */
    private static final class Waiting implements Execution {
        @Override
        public void clientWritable() {
            // Nothing has been answered yet.
        }

        @Override
        public void abandoned() {
            // Nothing to let go of.
        }
    }
}
