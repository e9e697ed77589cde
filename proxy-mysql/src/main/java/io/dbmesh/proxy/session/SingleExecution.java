package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.SessionSettings;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.SchemaRename;
import io.dbmesh.proxy.protocol.ServerStatus;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement that one place carries out and whose answer is relayed as it comes: the hot path. One object serves all such
 * statements of a session, one after another.
 */
final class SingleExecution implements Execution, RelayExchange.Listener, Connections.Receiver {

    /** Keys are made by the server, if any are. */
    private static final long OF_SERVER = -1;

    private final ClientSession session;
    private final RelayExchange relay;

    private @Nullable Request request;
    private ResponseScanner.Kind kind = ResponseScanner.Kind.RESULT;
    private @Nullable SchemaRename rename;
    private Set<Effect> effects = Set.of();
    private boolean repeatable;
    private long generatedKey = OF_SERVER;
    private List<String> variables = List.of();
    private @Nullable BackendConnection connection;

    SingleExecution(ClientSession session) {
        this.session = session;
        this.relay = new RelayExchange(session.channel(), this);
    }

    /** Carries out a command other than a statement, such as COM_FIELD_LIST. */
    void start(Request toSend, ResponseScanner.Kind answered, @Nullable SchemaRename names) {
        kind = answered;
        begin(toSend, names, Set.of(), List.of());
    }

    /**
     * Carries out a statement.
     *
     * @param names null when the location's database has the schema's name
     * @param before what must be sent ahead, usually nothing
     */
    void start(Request toSend, @Nullable SchemaRename names, Set<Effect> leaves, List<String> before) {
        kind = ResponseScanner.Kind.RESULT;
        begin(toSend, names, leaves, before);
    }

    /** The statement only reads: if a connection turns out to have died while it was idle, another one is tried. */
    SingleExecution repeatable() {
        repeatable = true;
        return this;
    }

    /**
     * The statement's keys are made by the mesh, not by the server.
     *
     * @param key the first that was made; 0 when all rows have their own, which leaves LAST_INSERT_ID() as it is
     */
    SingleExecution keepingLastInsertId(long key) {
        generatedKey = key;
        return this;
    }

    /**
     * The statement may assign user variables.
     *
     * @param names as {@link SessionSettings} has them
     */
    SingleExecution assigning(List<String> names) {
        variables = names;
        return this;
    }

    private void begin(Request toSend, @Nullable SchemaRename names, Set<Effect> leaves, List<String> before) {
        session.started(this);
        request = toSend;
        rename = names;
        effects = leaves;
        repeatable = repeatable
                && leaves.isEmpty()
                && before.isEmpty()
                && !session.state().inTransaction();
        BackendConnection ready = before.isEmpty() ? session.connections().take(toSend.location()) : null;
        if (ready != null) {
            acquired(ready);
        } else {
            relay.forget();
            session.connections().acquire(toSend.location(), before, this);
        }
    }

    @Override
    public void acquired(BackendConnection ready) {
        Request sent = request;
        if (sent == null) {
            throw new IllegalStateException("a connection for no statement");
        }
        if (repeatable) {
            sent = sent.with(sent.packet().retainedDuplicate());
        } else {
            // Its packet is the connection's from here on.
            request = sent.with(Unpooled.EMPTY_BUFFER);
        }
        connection = ready;
        relay.of(kind, ready.profile().deprecateEof(), rename);
        sent.send(ready, session.state().settings(), relay);
        ready.flush();
    }

    @Override
    public void unavailable(ErrorPacket reason) {
        end();
        session.failed(reason);
    }

    @Override
    public void relayed(BackendConnection from, ResponseScanner answer) {
        long key = generatedKey;
        Request done = end();
        Questions questions = answer.isError()
                ? Questions.NONE
                : variables.isEmpty() && effects.isEmpty() ? Questions.NONE : Questions.after(effects, variables);
        variables = List.of();
        if (kind != ResponseScanner.Kind.FETCH) {
            session.noteAnswer(answer, key == OF_SERVER && !questions.lastInsertId());
        }
        if (done.cursorOf() != 0) {
            noteCursor(done, from, answer);
        }
        if (key > 0 && !answer.isError()) {
            session.state().setLastInsertId(key);
        }
        if (effects.contains(Effect.PINS)) {
            session.pin(done.location(), from);
        }
        if (questions.areAny()) {
            session.started(this);
            keepConditions(done.location(), from, answer.warnings() > 0, () -> ask(done.location(), from, questions));
        } else if (answer.isError() && session.state().inTransaction()) {
            session.transactions().checkAfterError(done.location(), from);
        } else {
            session.release(done.location(), from, answer.isError() || answer.warnings() > 0);
            session.completed();
        }
    }

    /** The questions that follow make the server forget its warnings. */
    private void keepConditions(Location location, BackendConnection from, boolean hasAny, Runnable then) {
        if (!hasAny) {
            then.run();
            return;
        }
        Conditions.fetch(List.of(from), told -> {
            session.state()
                    .setConditions(told.getFirst().stream()
                            .map(each -> each.logical(session, location, Condition.RowNumbers.SAME))
                            .toList());
            then.run();
        });
    }

    /** What the server is asked when a statement is done, in this order: each question changes FOUND_ROWS(). */
    private record Questions(boolean foundRows, boolean lastInsertId, List<String> variables) {
        static final Questions NONE = new Questions(false, false, List.of());

        static Questions after(Set<Effect> effects, List<String> variables) {
            return new Questions(
                    effects.contains(Effect.CALCULATES_FOUND_ROWS),
                    effects.contains(Effect.SETS_LAST_INSERT_ID),
                    variables);
        }

        boolean areAny() {
            return foundRows || lastInsertId || !variables.isEmpty();
        }
    }

    private void ask(Location location, BackendConnection from, Questions questions) {
        if (questions.foundRows()) {
            ask(location, from, "SELECT FOUND_ROWS()", (columns, row) -> {
                session.state().setFoundRows(number(row));
                ask(location, from, new Questions(false, questions.lastInsertId(), questions.variables()));
            });
        } else if (questions.lastInsertId()) {
            ask(location, from, "SELECT LAST_INSERT_ID()", (columns, row) -> {
                session.state().setLastInsertId(number(row));
                ask(location, from, new Questions(false, false, questions.variables()));
            });
        } else if (!questions.variables().isEmpty()) {
            readVariables(location, from, questions.variables());
        } else {
            finish(location, from);
        }
    }

    private static long number(List<byte @Nullable []> row) {
        byte[] value = row.get(0);
        return value == null ? 0 : Long.parseUnsignedLong(new String(value, StandardCharsets.US_ASCII));
    }

    /** From now on they are set wherever a statement of the session runs. */
    private void readVariables(Location location, BackendConnection from, List<String> assigned) {
        String select = assigned.stream()
                .map(name -> name + ", HEX(CONVERT(" + name + " USING utf8mb4))")
                .collect(Collectors.joining(", ", "SELECT ", ""));
        ask(location, from, select, (columns, row) -> {
            List<String> literals = SqlLiterals.of(columns, row);
            SessionSettings settings = session.state().settings();
            for (int i = 0; i < literals.size(); i++) {
                settings = settings.with(assigned.get(i), literals.get(i));
            }
            session.state().set(settings);
            from.settingsChanged(settings);
            finish(location, from);
        });
    }

    private void finish(Location location, BackendConnection from) {
        session.release(location, from, false);
        session.completed();
    }

    /** What is done with the one row of an answer. */
    @FunctionalInterface
    private interface RowReader {
        void read(List<ColumnDefinition> columns, List<byte @Nullable []> row);
    }

    private void ask(Location location, BackendConnection from, String sql, RowReader reader) {
        RowsExchange exchange = new RowsExchange(from.profile().deprecateEof(), 1) {
            @Override
            protected void rows(
                    BackendConnection told, List<ColumnDefinition> columns, List<List<byte @Nullable []>> rows) {
                session.guarded(() -> reader.read(columns, rows.get(0)));
            }

            @Override
            protected void error(BackendConnection broken, ErrorPacket reason) {
                // The client has its answer, so the only honest end is that of its connection.
                broken.close();
                session.connections().release(location, broken);
                session.breakOff(reason);
            }
        };
        from.send(CommandByte.QUERY, sql.getBytes(StandardCharsets.UTF_8), exchange);
        from.flush();
    }

    private void noteCursor(Request done, BackendConnection at, ResponseScanner answer) {
        HeldConnections held = session.state().held();
        if (kind == ResponseScanner.Kind.FETCH) {
            if (!answer.isError() && (answer.statusFlags() & ServerStatus.LAST_ROW_SENT) != 0) {
                held.endCursor(done.cursorOf(), true);
            }
        } else if (!answer.isError() && (answer.statusFlags() & ServerStatus.CURSOR_EXISTS) != 0) {
            if (!effects.contains(Effect.CALCULATES_FOUND_ROWS)) {
                session.state().returnedCursor();
            }
            int statementId = at.preparedStatement(done.key(session.state().settings()));
            at.cursorOpened(statementId);
            held.cursorOpened(done.cursorOf(), new HeldConnections.Cursor(done.location(), at, statementId));
        }
    }

    @Override
    public void relayFailed(BackendConnection from, ErrorPacket reason, boolean begun) {
        Request failed = request;
        if (failed == null) {
            throw new IllegalStateException("no statement has failed");
        }
        boolean wasIdle = from.hasBeenIdle();
        if (repeatable && wasIdle && !begun) {
            repeatable = false;
            session.connections().release(failed.location(), from);
            session.connections().acquire(failed.location(), List.of(), this);
            return;
        }
        end();
        session.connections().release(failed.location(), from);
        if (begun) {
            session.breakOff(reason);
        } else if (session.state().inTransaction()) {
            session.transactions().lost(from, reason);
        } else {
            session.failed(reason);
        }
    }

    /** Lets go of the statement and returns it. */
    private Request end() {
        Request done = request;
        if (done == null) {
            throw new IllegalStateException("no statement is under way");
        }
        request = null;
        connection = null;
        repeatable = false;
        generatedKey = OF_SERVER;
        done.release();
        return done;
    }

    @Override
    public boolean hasAnswered() {
        return relay.hasBegun();
    }

    @Override
    public void clientWritable() {
        if (connection != null) {
            connection.resumeReading();
        }
    }

    @Override
    public void abandoned() {
        Request dropped = request;
        request = null;
        connection = null;
        repeatable = false;
        if (dropped != null) {
            dropped.release();
        }
    }
}
