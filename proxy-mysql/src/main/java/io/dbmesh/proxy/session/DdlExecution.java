package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.metadata.CurrentMesh;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import java.util.ArrayList;
import java.util.List;

/**
 * A change of definitions in each of some places. The first place goes alone: what a server refuses, it mostly refuses there,
 * and then nothing has changed anywhere. Before the client hears that it is done, the metadata has been loaded again, so that
 * the next statement sees it.
 */
final class DdlExecution implements Execution, Connections.AllReceiver {

    private final ClientSession session;
    private final List<Request> requests;
    private final Plan.Ddl plan;
    private int sent;
    private List<BackendConnection> connections = List.of();

    DdlExecution(ClientSession session, List<Request> requests, Plan.Ddl plan) {
        this.session = session;
        this.requests = requests;
        this.plan = plan;
    }

    /** DDL commits what is open; only that on temporary tables does not. */
    void start() {
        session.started(this);
        if (plan.effects().contains(Effect.IMPLICIT_COMMIT)) {
            session.transactions().commitThen(this::acquire);
        } else {
            acquire();
        }
    }

    private void acquire() {
        session.started(this);
        session.connections()
                .acquireAll(requests.stream().map(Request::location).toList(), List.of(), this);
    }

    @Override
    public void acquired(List<BackendConnection> acquired) {
        connections = acquired;
        send(0, 1, this::firstAnswered);
    }

    @Override
    public void unavailable(ErrorPacket reason) {
        releaseUnsent();
        session.failed(reason);
    }

    private void send(int from, int to, Gather.Listener listener) {
        Gather gather = new Gather(to - from, listener);
        for (int i = from; i < to; i++) {
            BackendConnection connection = connections.get(i);
            sent = i + 1;
            requests.get(i).send(connection, session.state().settings(), gather.exchange(i - from, connection));
            connection.flush();
        }
    }

    private void firstAnswered(List<Gather.Answer> first) {
        OkPacket ok = first.get(0).ok();
        if (ok != null && ok.warnings() == 0) {
            firstToldAll(first);
            return;
        }
        Location location = requests.get(0).location();
        Conditions.fetch(connections.subList(0, 1), told -> {
            session.state()
                    .setConditions(told.getFirst().stream()
                            .map(each -> each.logical(session, location, Condition.RowNumbers.SAME))
                            .toList());
            firstToldAll(first);
        });
    }

    /** What the first place has warned of is what all of them warn of. */
    private void firstToldAll(List<Gather.Answer> first) {
        ErrorPacket refused = Gather.firstError(first);
        if (refused != null) {
            releaseUnsent();
            ErrorPacket told = session.logical(requests.get(0).location(), refused);
            reloadThen(false, () -> session.failed(told));
        } else if (requests.size() == 1) {
            reloadThen(true, () -> succeeded(first));
        } else {
            send(1, requests.size(), others -> othersAnswered(first, others));
        }
    }

    private void othersAnswered(List<Gather.Answer> first, List<Gather.Answer> others) {
        ErrorPacket refused = Gather.firstError(others);
        if (refused == null) {
            List<Gather.Answer> all = new ArrayList<>(first);
            all.addAll(others);
            reloadThen(true, () -> succeeded(all));
            return;
        }
        session.state().setConditions(List.of());
        StringBuilder where = new StringBuilder();
        long done = 1;
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).isOk()) {
                done++;
            } else {
                where.append(where.isEmpty() ? "" : ", ")
                        .append(requests.get(i + 1).location());
            }
        }
        ErrorPacket told = new ErrorPacket(
                refused.errno(),
                refused.sqlState(),
                refused.message() + " (on " + where + "; " + done + " of " + requests.size()
                        + " places have carried it out and keep it: correct the cause and repeat it with IF [NOT] EXISTS,"
                        + " or undo it)");
        reloadThen(true, () -> session.failed(told));
    }

    /** Rows are copied in each place, but a warning is about the definition. */
    private void succeeded(List<Gather.Answer> answers) {
        int status = session.state().statusFlags();
        OkPacket first = SummedAnswer.of(answers.subList(0, 1), true, status);
        OkPacket sum = SummedAnswer.of(answers, plan.everywhereEqual(), status);
        OkPacket ok = new OkPacket(sum.affectedRows(), 0, status, first.warnings(), sum.info());
        session.state().changedRows(ok.affectedRows());
        session.answer(ok);
        session.completed();
    }

    /** Releases the connections first: loading may take long, and needs none of them. */
    private void reloadThen(boolean changed, Runnable then) {
        for (int i = 0; i < connections.size(); i++) {
            if (plan.effects().contains(Effect.PINS)) {
                session.pin(requests.get(i).location(), connections.get(i));
            }
            session.release(requests.get(i).location(), connections.get(i), false);
        }
        connections = List.of();
        session.inBackground(() -> reload(changed), then);
    }

    private void reload(boolean changed) {
        CurrentMesh mesh = session.proxy().mesh();
        plan.schemas().forEach(mesh::reload);
        for (Plan.CounterChange counter : changed ? plan.counters() : List.<Plan.CounterChange>of()) {
            MeshTable table = mesh.get().requireSchema(counter.schema()).find(counter.table());
            if (counter.restarts()) {
                mesh.segmentKeys().restart(counter.schema(), counter.table());
            } else if (table != null) {
                mesh.segmentKeys().altered(table);
            }
        }
    }

    private void releaseUnsent() {
        requests.subList(sent, requests.size()).forEach(Request::release);
        sent = requests.size();
    }

    @Override
    public void clientWritable() {
        // The answer is one packet.
    }

    @Override
    public void abandoned() {
        releaseUnsent();
    }
}
