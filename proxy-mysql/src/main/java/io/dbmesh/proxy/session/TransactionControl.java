package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.ControlExchange;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.sql.tree.Statement.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BEGIN, COMMIT, ROLLBACK and savepoints of a session, over however many places its transaction has come to. A place hears of
 * the transaction with the first statement that needs it.
 *
 * <p>COMMIT over several places is not atomic: the first place commits alone, so that the usual failures (a lost server, a
 * full disk) still leave everything rolled back; a failure after that is reported as {@link MeshError#COMMIT_UNCERTAIN}.
 */
final class TransactionControl implements Execution {

    private final ClientSession session;

    TransactionControl(ClientSession session) {
        this.session = session;
    }

    private SessionState state() {
        return session.state();
    }

    /** Carries out a statement of the client; the session goes on when it is answered. */
    void run(Transaction statement) {
        session.started(this);
        switch (statement.action()) {
            case BEGIN ->
                commitThen(() -> {
                    state().transaction().begin(beginSql(statement));
                    answerOk();
                });
            case COMMIT -> commitThen(() -> ended(statement));
            case ROLLBACK -> rollBackThen(() -> ended(statement));
            case SAVEPOINT -> savepoint("SAVEPOINT ", name(statement));
            case ROLLBACK_TO -> savepoint("ROLLBACK TO SAVEPOINT ", name(statement));
            case RELEASE_SAVEPOINT -> savepoint("RELEASE SAVEPOINT ", name(statement));
        }
    }

    private static String beginSql(Transaction statement) {
        List<String> characteristics = new ArrayList<>();
        if (statement.consistentSnapshot()) {
            characteristics.add("WITH CONSISTENT SNAPSHOT");
        }
        Boolean readOnly = statement.readOnly();
        if (readOnly != null) {
            characteristics.add(readOnly ? "READ ONLY" : "READ WRITE");
        }
        return characteristics.isEmpty() ? "BEGIN" : "START TRANSACTION " + String.join(", ", characteristics);
    }

    private static String name(Transaction statement) {
        var savepoint = statement.savepoint();
        if (savepoint == null) {
            throw new IllegalStateException("a savepoint without a name");
        }
        return "`" + savepoint.text().replace("`", "``") + "`";
    }

    private void ended(Transaction statement) {
        state().transaction().forgetNextCharacteristics();
        if (statement.chain()) {
            state().transaction().chain();
        }
        answerOk();
        if (statement.release()) {
            session.closeAfterAnswer();
        }
    }

    private void answerOk() {
        session.answer(OkPacket.of(state().statusFlags()));
        session.completed();
    }

    // ------------------------------------------------------------------ ends

    /**
     * Commits what is open, then goes on; a failure is answered to the client. For COMMIT, and for the implicit commit of
     * DDL and BEGIN.
     */
    void commitThen(Runnable then) {
        BackendConnection broken = lostHeld();
        if (broken != null && state().inTransaction()) {
            lost(broken, new ErrorPacket(0, "HY000", "the server closed the connection"));
            return;
        }
        List<BackendConnection> open = openConnections();
        if (open.isEmpty()) {
            end();
            then.run();
            return;
        }
        Gather.send(open.subList(0, 1), "COMMIT", first -> {
            ErrorPacket refused = Gather.firstError(first);
            if (refused != null) {
                rollBackThen(
                        () -> session.failed(commitRefused(open, first.get(0).connection(), refused)));
            } else {
                commitRest(open, then);
            }
        });
    }

    private void commitRest(List<BackendConnection> open, Runnable then) {
        Gather.send(open.subList(1, open.size()), "COMMIT", others -> {
            ErrorPacket failure = Gather.firstError(others);
            if (failure == null) {
                end();
                then.run();
                return;
            }
            Gather.Answer failed =
                    others.stream().filter(answer -> !answer.isOk()).findFirst().orElseThrow();
            long committed = 1 + others.stream().filter(Gather.Answer::isOk).count();
            rollBackThen(() -> session.failed(ErrorPacket.of(new MeshException(
                    MeshError.COMMIT_UNCERTAIN,
                    failed.connection().dataSource().name(),
                    failure.message(),
                    committed,
                    open.size()))));
        });
    }

    /** The only, or the first, place did not commit. With a lost connection nobody knows whether it did. */
    private static ErrorPacket commitRefused(
            List<BackendConnection> open, BackendConnection first, ErrorPacket reason) {
        if (!first.isClosed()) {
            return reason;
        }
        return ErrorPacket.of(new MeshException(
                MeshError.COMMIT_UNCERTAIN, first.dataSource().name(), reason.message(), 0, open.size()));
    }

    /** Rolls back everywhere, then goes on. A place that cannot be reached rolls back by itself. */
    void rollBackThen(Runnable then) {
        Gather.send(openConnections(), "ROLLBACK", answers -> {
            for (Gather.Answer answer : answers) {
                if (!answer.isOk()) {
                    answer.connection().close();
                }
            }
            end();
            then.run();
        });
    }

    private void end() {
        state().endTransaction();
        session.connections().releaseHeld();
    }

    /** Connections on which the server has the transaction open. */
    private List<BackendConnection> openConnections() {
        List<BackendConnection> open = new ArrayList<>();
        for (BackendConnection connection : state().held().all()) {
            if (connection.isInTransaction() && !connection.isClosed()) {
                open.add(connection);
            }
        }
        return open;
    }

    // ------------------------------------------------------------------ savepoints

    private void savepoint(String verb, String quotedName) {
        TransactionState transaction = state().transaction();
        boolean setsIt = verb.startsWith("SAVEPOINT");
        if (!setsIt && !transaction.hasSavepoint(quotedName)) {
            session.failed(new ErrorPacket(
                    1305,
                    "42000",
                    "SAVEPOINT " + quotedName.substring(1, quotedName.length() - 1) + " does not exist"));
            return;
        }
        if (setsIt && !state().inTransaction()) {
            // A transaction of its own that ends with the statement, as on one server.
            answerOk();
            return;
        }
        Gather.send(openConnections(), verb + quotedName, answers -> {
            ErrorPacket failure = Gather.firstError(answers);
            if (failure != null) {
                lost(answers, failure);
                return;
            }
            if (setsIt) {
                transaction.addSavepoint(quotedName);
            } else if (verb.startsWith("ROLLBACK")) {
                transaction.rollbackTo(quotedName);
            } else {
                transaction.release(quotedName);
            }
            answerOk();
        });
    }

    private void lost(List<Gather.Answer> answers, ErrorPacket failure) {
        BackendConnection broken = answers.stream()
                .filter(answer -> !answer.isOk())
                .map(Gather.Answer::connection)
                .findFirst()
                .orElseThrow();
        lost(broken, failure);
    }

    // ------------------------------------------------------------------ what servers do by themselves

    /**
     * A server has answered an error within the transaction, which the client has seen. Some errors (a deadlock) roll back
     * the whole transaction there; an error packet does not tell, so the server is asked. Nor does it tell whether the
     * statement has opened the transaction, which it does without autocommit: its locks are then still to be let go.
     */
    void checkAfterError(Location location, BackendConnection connection) {
        session.started(this);
        boolean wasOpen = connection.isInTransaction();
        connection.send(
                CommandByte.PING,
                new byte[0],
                new ControlExchange(
                        ResponseScanner.Kind.SIMPLE, connection.profile().deprecateEof()) {
                    @Override
                    protected void ok(BackendConnection alive, ResponseScanner answer) {
                        boolean rolledBack = wasOpen && !alive.isInTransaction();
                        session.release(location, alive, true);
                        if (rolledBack) {
                            rollBackThen(session::completed);
                        } else {
                            session.completed();
                        }
                    }

                    @Override
                    protected void error(BackendConnection broken, ErrorPacket reason) {
                        broken.close();
                        session.connections().release(location, broken);
                        rollBackThen(session::completed);
                    }
                });
        connection.flush();
    }

    /** The same, for an error that the client has not seen yet. */
    void failedWithin(Location location, BackendConnection connection, ErrorPacket error) {
        session.sendError(error);
        checkAfterError(location, connection);
    }

    /** A connection with the open transaction was lost: it is rolled back everywhere, and the client is told. */
    void lost(BackendConnection broken, ErrorPacket reason) {
        session.started(this);
        rollBackThen(() -> session.failed(ErrorPacket.of(new MeshException(
                MeshError.TRANSACTION_LOST,
                broken.dataSource().name(),
                broken.dataSource().address(),
                reason.message()))));
    }

    /** A connection that was lost since the last statement, or null when all are well. */
    private @Nullable BackendConnection lostHeld() {
        for (BackendConnection connection : state().held().all()) {
            if (connection.isClosed()) {
                return connection;
            }
        }
        return null;
    }

    @Override
    public void clientWritable() {
        // Its answers are small and are not relayed.
    }

    @Override
    public void abandoned() {
        // The connections are the session's, which rolls them back.
    }
}
