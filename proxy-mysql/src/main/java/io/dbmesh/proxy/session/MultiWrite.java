package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write that several places carry out: all of it or nothing. Outside a transaction it becomes one of its own, whose
 * {@code BEGIN} goes with the statement; within one, a savepoint in each place undoes what the others did when one fails.
 */
final class MultiWrite implements Execution, Connections.AllReceiver {

    /** Set before each such write; setting it again moves it, so there is never more than one. */
    private static final String SAVEPOINT = "`dbmesh write`";

    /**
     * How the answer is made and what surrounds the statement.
     *
     * @param countsOnce whether the same rows are written everywhere, so that the first place's count is the client's
     * @param before statements sent ahead of it, such as a fixed {@code timestamp}
     * @param after statements that undo {@code before}; they cannot fail
     * @param keysOfMesh whether the mesh makes the keys; what servers then name are those that the client gave, which are
     *     nothing for LAST_INSERT_ID()
     * @param lastInsertId of keys that the mesh has made; 0 to give that of the servers
     * @param rows of an INSERT that was split, else null
     */
    record Terms(
            boolean countsOnce,
            List<String> before,
            List<String> after,
            boolean keysOfMesh,
            long lastInsertId,
            @Nullable SplitRows rows) {
        static final Terms SUM = new Terms(false, List.of(), List.of());

        Terms(boolean countsOnce, List<String> before, List<String> after) {
            this(countsOnce, before, after, false, 0, null);
        }

        /** @param key the first that the mesh has made; 0 for none */
        Terms withKeysOfMesh(long key) {
            return new Terms(countsOnce, before, after, true, key, rows);
        }

        Terms withRows(SplitRows split) {
            return new Terms(countsOnce, before, after, keysOfMesh, lastInsertId, split);
        }
    }

    /**
     * How the rows of an INSERT were split.
     *
     * @param total all rows of the client's statement
     * @param chosen for each request, the rows that it has, from 0
     * @param ignore whether it is INSERT IGNORE
     */
    record SplitRows(int total, List<int[]> chosen, boolean ignore) {}

    private final ClientSession session;
    private final List<Request> requests;
    private final Terms terms;
    private final boolean ownTransaction;
    private List<BackendConnection> connections = List.of();
    private boolean sent;

    MultiWrite(ClientSession session, List<Request> requests, Terms terms) {
        this.session = session;
        this.requests = requests;
        this.terms = terms;
        this.ownTransaction = requests.size() > 1 && !session.state().inTransaction();
    }

    void start() {
        session.started(this);
        List<String> before = new ArrayList<>();
        if (requests.size() > 1) {
            before.add(ownTransaction ? "BEGIN" : "SAVEPOINT " + SAVEPOINT);
        }
        before.addAll(terms.before());
        session.connections().acquireAll(locations(), before, this);
    }

    private List<Location> locations() {
        return requests.stream().map(Request::location).toList();
    }

    @Override
    public void acquired(List<BackendConnection> acquired) {
        connections = acquired;
        sent = true;
        Gather gather = new Gather(acquired.size(), this::answered);
        for (int i = 0; i < acquired.size(); i++) {
            BackendConnection connection = acquired.get(i);
            requests.get(i).send(connection, session.state().settings(), gather.exchange(i, connection));
            connection.flush();
        }
    }

    @Override
    public void unavailable(ErrorPacket reason) {
        requests.forEach(Request::release);
        session.failed(reason);
    }

    /** Warnings are fetched at once: the statements that follow make the servers forget them. */
    private void answered(List<Gather.Answer> answers) {
        List<Integer> places = Gather.firstError(answers) == null ? placesWithWarnings(answers) : List.of();
        Conditions.fetch(places.stream().map(connections::get).toList(), told -> {
            session.state().setConditions(conditions(answers, places, told));
            runAfter(terms.after(), () -> decide(answers));
        });
    }

    private List<Integer> placesWithWarnings(List<Gather.Answer> answers) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < (terms.countsOnce() ? 1 : answers.size()); i++) {
            OkPacket ok = answers.get(i).ok();
            if (ok != null && ok.warnings() > 0) {
                places.add(i);
            }
        }
        return places;
    }

    /** In the order of the client's rows, where all are about a row. */
    private List<Condition> conditions(List<Gather.Answer> answers, List<Integer> places, List<List<Condition>> told) {
        List<Condition> all = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            int place = places.get(i);
            Condition.RowNumbers numbers = rowNumbers(answers, place);
            Location location = requests.get(place).location();
            told.get(i).forEach(condition -> all.add(condition.logical(session, location, numbers)));
        }
        if (all.stream().allMatch(condition -> condition.row() > 0)) {
            all.sort(Comparator.comparingLong(Condition::row));
        }
        return all;
    }

    /** Rows of an INSERT are the client's; those of an UPDATE are counted on from place to place. */
    private Condition.RowNumbers rowNumbers(List<Gather.Answer> answers, int place) {
        SplitRows split = terms.rows();
        if (split != null) {
            int[] chosen = split.chosen().get(place);
            return row -> row <= chosen.length ? chosen[row - 1] + 1 : row;
        }
        if (terms.countsOnce()) {
            return Condition.RowNumbers.SAME;
        }
        long before = answers.subList(0, place).stream()
                .mapToLong(SummedAnswer::firstNumber)
                .sum();
        return row -> before + row;
    }

    private void runAfter(List<String> statements, Runnable then) {
        if (statements.isEmpty()) {
            then.run();
            return;
        }
        Gather.send(alive(), statements.get(0), reset -> {
            for (Gather.Answer answer : reset) {
                if (!answer.isOk()) {
                    answer.connection().taint();
                }
            }
            runAfter(statements.subList(1, statements.size()), then);
        });
    }

    private void decide(List<Gather.Answer> answers) {
        ErrorPacket error = Gather.firstError(answers);
        if (error != null) {
            int place = Gather.firstErrorPlace(answers);
            ErrorPacket named = session.logical(requests.get(place).location(), error);
            undo(new ErrorPacket(
                    named.errno(),
                    named.sqlState(),
                    Condition.renumbered(named.message(), rowNumbers(List.of(), terms.rows() == null ? 0 : place))));
        } else if (ownTransaction) {
            commit(answers);
        } else {
            succeeded(answers);
        }
    }

    private List<BackendConnection> alive() {
        return connections.stream().filter(connection -> !connection.isClosed()).toList();
    }

    private void commit(List<Gather.Answer> answers) {
        // From here on it is an ordinary transaction of the session over these places, with all that may go wrong.
        releaseAll();
        session.transactions().commitThen(() -> succeeded(answers));
    }

    private void undo(ErrorPacket error) {
        boolean lost = alive().size() < connections.size();
        if (ownTransaction) {
            releaseAll();
            session.transactions().rollBackThen(() -> session.failed(error));
        } else if (!session.state().inTransaction()) {
            releaseAll();
            session.failed(error);
        } else if (lost) {
            BackendConnection broken = connections.stream()
                    .filter(BackendConnection::isClosed)
                    .findFirst()
                    .orElseThrow();
            releaseAll();
            session.transactions().lost(broken, error);
        } else if (requests.size() == 1) {
            session.transactions().failedWithin(requests.get(0).location(), connections.get(0), error);
        } else {
            Gather.send(connections, "ROLLBACK TO SAVEPOINT " + SAVEPOINT, undone -> {
                releaseAll();
                // A place without the savepoint has rolled back its whole transaction (a deadlock).
                if (Gather.firstError(undone) != null) {
                    session.transactions().rollBackThen(() -> session.failed(error));
                } else {
                    session.failed(error);
                }
            });
        }
    }

    private void succeeded(List<Gather.Answer> answers) {
        releaseAll();
        OkPacket ok =
                SummedAnswer.of(answers, terms.countsOnce(), session.state().statusFlags());
        SplitRows split = terms.rows();
        if (split != null) {
            ok = SummedAnswer.ofRows(ok, answers, split);
        }
        if (terms.lastInsertId() != 0) {
            ok = new OkPacket(ok.affectedRows(), terms.lastInsertId(), ok.status(), ok.warnings(), ok.info());
        }
        if (ok.lastInsertId() != 0 && (!terms.keysOfMesh() || terms.lastInsertId() != 0)) {
            session.state().setLastInsertId(ok.lastInsertId());
        }
        session.state().changedRows(ok.affectedRows());
        session.answer(ok);
        session.completed();
    }

    /** What has a transaction open stays with the session. */
    private void releaseAll() {
        for (int i = 0; i < connections.size(); i++) {
            session.connections().release(requests.get(i).location(), connections.get(i));
        }
        connections = List.of();
    }

    @Override
    public void clientWritable() {
        // The answer is one packet.
    }

    @Override
    public void abandoned() {
        if (!sent) {
            requests.forEach(Request::release);
        }
    }
}
