package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.Merge;
import io.dbmesh.engine.merge.MergeSpec;
import io.dbmesh.engine.merge.ResultColumn;
import io.dbmesh.engine.merge.RowFormat;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A read that several places carry out and whose rows are merged into one result while they arrive.
 *
 * <pre>
 * servers -> {@link ScatterExchange} (rows) -> {@link Merge} -> {@link ScatterAnswer} (packets) -> client
 * </pre>
 *
 * <p>The result is decided by the merge's end, or by the first error: of a place, of the merge, or a lost connection. What
 * other places still have to send is then not wanted. A connection that must survive, because a transaction is open there
 * or it is pinned, is read to the end of its answer, whose rows are dropped: a {@code KILL QUERY} could hit the statement
 * after it. Any other connection is left to {@link Leftovers} and the client does not wait for it.
 *
 * <p>An error that comes after rows follows them in the answer, as the protocol allows.
 */
final class ScatterRead implements Execution, Connections.AllReceiver, Merge.Sink, Merge.Sources {

    /** The rows that pass. */
    record Window(long offset, long count) {
        static final Window ALL = new Window(0, -1);

        static Window of(Plan.Many.Merged merged, Bindings bindings) {
            Integer count = merged.countOrdinal();
            Integer offset = merged.offsetOrdinal();
            return new Window(
                    offset == null ? 0 : bindings.wholeNumber(offset),
                    count == null ? -1 : bindings.wholeNumber(count));
        }
    }

    private final ClientSession session;
    private final List<Request> requests;
    private final Set<Effect> effects;
    private final List<String> before;
    private final Merge merge;
    private final ScatterAnswer answer;
    private final ScatterExchange[] sources;
    private boolean sent;
    private boolean sending;
    private int unsettled;

    // How it ends, once it is decided.
    private boolean decided;
    private @Nullable ErrorPacket error;
    private @Nullable BackendConnection lost;
    private int warnings;

    /**
     * Readies the read.
     *
     * @param requests for different places, at least 2; from here on this object's
     * @param before what is sent to each place ahead of the statement, usually nothing
     */
    ScatterRead(
            ClientSession session,
            List<Request> requests,
            MergeSpec spec,
            Window window,
            Set<Effect> effects,
            List<String> before) {
        this.session = session;
        this.requests = requests;
        this.effects = effects;
        this.before = before;
        RowFormat format = requests.get(0).isPrepared() ? RowFormat.BINARY : RowFormat.TEXT;
        this.merge = new Merge(
                spec,
                new Merge.Settings(
                        requests.size(),
                        format,
                        window.offset(),
                        window.count(),
                        session.limits(),
                        session.channel().alloc()),
                this,
                this);
        this.answer = new ScatterAnswer(
                session.channel(), session.answerSequence(), session.state().deprecateEof());
        this.sources = new ScatterExchange[requests.size()];
        this.unsettled = requests.size();
    }

    void start() {
        session.started(this);
        session.connections()
                .acquireAll(requests.stream().map(Request::location).toList(), before, this);
    }

    @Override
    public void acquired(List<BackendConnection> connections) {
        sent = true;
        sending = true;
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new ScatterExchange(this, i, requests.get(i).location(), connections.get(i), session);
        }
        for (int i = 0; i < sources.length; i++) {
            // A connection that turns out to be closed fails at once, before the others have been sent to.
            requests.get(i).send(connections.get(i), session.state().settings(), sources[i]);
            connections.get(i).flush();
        }
        sending = false;
        if (decided) {
            discardOthers();
        }
    }

    @Override
    public void unavailable(ErrorPacket reason) {
        requests.forEach(Request::release);
        merge.close();
        session.failed(reason);
    }

    // ------------------------------------------------------------------ what the places send

    void columns(int source, List<ResultColumn> columns) {
        if (!decided) {
            merge.columns(source, columns);
        }
    }

    /** Takes over the row's reference. */
    void row(int source, ByteBuf payload) {
        if (decided) {
            payload.release();
        } else {
            merge.row(source, payload);
        }
    }

    /** All bytes of one read of a place have been given. */
    void readComplete() {
        answer.flush();
    }

    /** A place has sent its whole answer. */
    void ended(ScatterExchange source, int sourceWarnings) {
        unsettled--;
        if (!decided) {
            merge.end(source.place(), sourceWarnings);
            answer.flush();
        }
        finishIfSettled();
    }

    /** A place has answered by an error. */
    void refused(ScatterExchange source, ErrorPacket reason) {
        unsettled--;
        if (!decided) {
            decide(session.logical(source.location(), reason));
        }
        finishIfSettled();
    }

    /** A place's connection was lost. */
    void lost(ScatterExchange source, ErrorPacket reason) {
        unsettled--;
        if (lost == null) {
            lost = source.connection();
        }
        if (!decided) {
            decide(reason);
        } else if (session.state().inTransaction() && error == null) {
            // The rows are complete, but the transaction that they were read in is not there any more.
            error = reason;
        }
        finishIfSettled();
    }

    // ------------------------------------------------------------------ what the merge makes of it

    @Override
    public void columns(List<ResultColumn> columns) {
        answer.columns(columns, session.state().statusFlags());
    }

    @Override
    public void row(ByteBuf payload) {
        answer.row(payload);
    }

    @Override
    public boolean isWritable() {
        return answer.isWritable();
    }

    @Override
    public void end(int summedWarnings) {
        warnings = summedWarnings;
        decide(null);
    }

    @Override
    public void failed(MeshException reason) {
        decide(ErrorPacket.of(reason));
    }

    @Override
    public void pause(int source) {
        sources[source].connection().pauseReading();
    }

    @Override
    public void resume(int source) {
        sources[source].connection().resumeReading();
    }

    @Override
    public void cancel(int source) {
        // Decided next, for all sources at once.
    }

    @Override
    public String name(int source) {
        return sources[source].connection().dataSource().name();
    }

    @Override
    public String address(int source) {
        return sources[source].connection().dataSource().address().toString();
    }

    // ------------------------------------------------------------------ the end

    /** The answer is known, but for what may still happen to a transaction. */
    private void decide(@Nullable ErrorPacket reason) {
        decided = true;
        error = reason;
        merge.close();
        if (!sending) {
            discardOthers();
        }
    }

    private void discardOthers() {
        for (ScatterExchange source : sources) {
            if (source.isOpen()) {
                discard(source);
            }
        }
        finishIfSettled();
    }

    private void discard(ScatterExchange source) {
        if (mustSurvive(source)) {
            source.connection().resumeReading();
        } else {
            unsettled--;
            session.connections().leave(source.location(), source.connection());
            source.leave(
                    new Leftovers(session.connections(), source, session.loop().eventLoop()));
        }
    }

    /** Of a transaction that is lost anyway, no connection need be saved. */
    private boolean mustSurvive(ScatterExchange source) {
        SessionState state = session.state();
        return state.held().isPinned(source.location())
                || (lost == null && (state.inTransaction() || state.keeps(source.location(), source.connection())));
    }

    private void finishIfSettled() {
        if (decided && unsettled == 0 && !sending) {
            unsettled = -1;
            finish();
        }
    }

    /** What several places warn of is fetched while their connections are at hand. */
    private void finish() {
        List<ScatterExchange> warned = List.of(sources).stream()
                .filter(source -> !source.isLeft() && !source.isRefused() && source.warnings() > 0)
                .toList();
        if (error != null || lost != null || warned.isEmpty()) {
            settle();
            return;
        }
        Conditions.fetch(warned.stream().map(ScatterExchange::connection).toList(), told -> {
            List<Condition> all = new ArrayList<>();
            for (int i = 0; i < warned.size(); i++) {
                Location location = warned.get(i).location();
                told.get(i).forEach(each -> all.add(each.logical(session, location, Condition.RowNumbers.SAME)));
            }
            session.state().setConditions(all);
            settle();
        });
    }

    private void settle() {
        BackendConnection broken = lost;
        boolean transactionLost = broken != null && session.state().inTransaction();
        List<ScatterExchange> uncertain = transactionLost || !session.state().inTransaction() ? List.of() : uncertain();
        release(uncertain);
        ErrorPacket reason = error;
        if (broken != null && transactionLost) {
            session.transactions()
                    .rollBackThen(() -> fail(ErrorPacket.of(new MeshException(
                            MeshError.TRANSACTION_LOST,
                            broken.dataSource().name(),
                            broken.dataSource().address(),
                            reason == null ? "" : reason.message()))));
        } else if (reason == null) {
            succeed();
        } else if (uncertain.isEmpty()) {
            fail(reason);
        } else {
            checkTransaction(uncertain, reason);
        }
    }

    /** Places that have answered by an error, which may have opened the transaction there or rolled it back. */
    private List<ScatterExchange> uncertain() {
        return List.of(sources).stream().filter(ScatterExchange::isRefused).toList();
    }

    /** Gives the connections back; the first place that refused is where the next statement may ask why. */
    private void release(List<ScatterExchange> except) {
        boolean told = false;
        for (ScatterExchange source : sources) {
            if (effects.contains(Effect.PINS) && !source.isLeft()) {
                session.pin(source.location(), source.connection());
            }
            if (!source.isLeft() && !except.contains(source)) {
                boolean tells = !told && source.isRefused();
                told |= tells;
                session.release(source.location(), source.connection(), tells);
            }
        }
    }

    /** An error packet does not tell whether it has rolled the transaction back (a deadlock does), so the servers are asked. */
    private void checkTransaction(List<ScatterExchange> uncertain, ErrorPacket reason) {
        List<BackendConnection> asked =
                uncertain.stream().map(ScatterExchange::connection).toList();
        List<BackendConnection> open =
                asked.stream().filter(BackendConnection::isInTransaction).toList();
        Gather.ping(asked, answers -> {
            boolean rolledBack = false;
            for (Gather.Answer told : answers) {
                if (!told.isOk()) {
                    told.connection().close();
                }
                rolledBack |= !told.isOk()
                        || (open.contains(told.connection())
                                && !told.connection().isInTransaction());
            }
            boolean first = true;
            for (ScatterExchange source : uncertain) {
                session.release(source.location(), source.connection(), first);
                first = false;
            }
            if (rolledBack) {
                session.transactions().rollBackThen(() -> fail(reason));
            } else {
                fail(reason);
            }
        });
    }

    private void fail(ErrorPacket reason) {
        session.state().setLastError(reason);
        session.state().changedRows(-1);
        answer.error(reason);
        session.completed();
    }

    private void succeed() {
        session.state().returnedRows(answer.rows());
        answer.end(session.state().statusFlags(), warnings);
        session.completed();
    }

    @Override
    public boolean hasAnswered() {
        return answer.hasBegun();
    }

    @Override
    public void clientWritable() {
        if (!decided) {
            merge.resume();
            answer.flush();
        }
    }

    @Override
    public void abandoned() {
        decided = true;
        unsettled = -1;
        merge.close();
        answer.close();
        if (!sent) {
            requests.forEach(Request::release);
        }
    }
}
