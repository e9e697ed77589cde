package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.key.SegmentCounter;
import io.dbmesh.engine.key.SnowflakeKeys;
import io.dbmesh.engine.metadata.ColumnMetadata;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.metadata.SegmentKeys;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Plan.RowTemplate;
import io.dbmesh.engine.plan.StatementRewriter;
import io.dbmesh.engine.plan.StatementRewriter.RowChoice;
import io.dbmesh.engine.route.ValueRef;
import io.dbmesh.sql.lexer.TokenKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** INSERT of rows that each have their place: makes the keys that are wanted, splits the rows, and sends each place its own. */
final class InsertExecution {

    private final ClientSession session;
    private final SingleExecution single;

    InsertExecution(ClientSession session, SingleExecution single) {
        this.session = session;
        this.single = single;
    }

    void start(Plan.InsertRows plan, ClientStatement statement) {
        int rows = StatementRewriter.rowCount(statement.digest(), plan);
        ColumnMetadata auto =
                plan.generated() == null ? null : plan.table().metadata().autoIncrementColumn();
        if (auto == null) {
            send(plan, statement, null, rows);
        } else if (SegmentKeys.areFor(auto, session.mesh().config().keys())) {
            withSegmentKeys(plan, statement, auto, rows);
        } else {
            send(plan, statement, snowflakes(plan, statement, rows), rows);
        }
    }

    private void send(Plan.InsertRows plan, ClientStatement statement, long @Nullable [] keys, int rows) {
        long firstKey = 0;
        int made = 0;
        for (int i = 0; keys != null && i < rows; i++) {
            firstKey = firstKey == 0 ? keys[i] : firstKey;
            made += keys[i] == 0 ? 0 : 1;
        }
        List<int[]> chosen = new ArrayList<>();
        List<Request> requests =
                switch (plan.table()) {
                    case MeshTable.Sharded sharded -> split(plan, sharded, statement, keys, rows, chosen);
                    case MeshTable table -> everywhere(plan, table, statement, keys, rows);
                };
        boolean sharded = plan.table() instanceof MeshTable.Sharded;
        if (requests.size() == 1 && made <= 1) {
            Request request = requests.get(0);
            single.keepingLastInsertId(firstKey)
                    .start(request, session.renames().at(request.location()), Set.of(), List.of());
            return;
        }
        MultiWrite.Terms terms = sharded
                ? MultiWrite.Terms.SUM.withRows(new MultiWrite.SplitRows(rows, chosen, ignores(statement, plan)))
                : PlanRunner.sameEverywhere(session);
        new MultiWrite(session, requests, terms.withKeysOfMesh(firstKey)).start();
    }

    /** INSERT IGNORE: before the rows there is nothing else that the word could be. */
    private static boolean ignores(ClientStatement statement, Plan.InsertRows plan) {
        for (int token = 0; token < plan.rowsFrom(); token++) {
            if (statement.digest().tokenKind(token) == TokenKind.IGNORE) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ keys

    /** Goes on at once when the keys are at hand, as they mostly are, or else when they have been leased. */
    private void withSegmentKeys(Plan.InsertRows plan, ClientStatement statement, ColumnMetadata auto, int rows) {
        long[] cells = new long[rows];
        for (int row = 0; row < rows; row++) {
            cells[row] = wantsKey(plan, statement, row) ? SegmentCounter.WANTED : givenKey(plan, statement, auto, row);
        }
        SegmentCounter counter = session.proxy().mesh().segmentKeys().counter(plan.table());
        long[] keys = counter.tryAssign(cells);
        if (keys != null) {
            send(plan, statement, keys, rows);
            return;
        }
        ClientStatement.Kept kept = statement.keep();
        session.started(new WaitingForKeys(kept));
        CompletableFuture<long[]> leased = new CompletableFuture<>();
        session.inBackground(() -> lease(counter, cells, leased), () -> {
            try {
                send(plan, kept.again(), keysOf(leased), rows);
            } finally {
                kept.release();
            }
        });
    }

    private static void lease(SegmentCounter counter, long[] cells, CompletableFuture<long[]> into) {
        try {
            into.complete(counter.assign(cells));
        } catch (RuntimeException failure) {
            into.completeExceptionally(failure);
        }
    }

    private static long[] keysOf(CompletableFuture<long[]> leased) {
        if (leased.state() == Future.State.FAILED && leased.exceptionNow() instanceof RuntimeException failure) {
            throw failure;
        }
        return leased.resultNow();
    }

    private record WaitingForKeys(ClientStatement.Kept statement) implements Execution {
        @Override
        public void clientWritable() {
            // Nothing has been answered yet.
        }

        @Override
        public void abandoned() {
            statement.release();
        }
    }

    private long givenKey(Plan.InsertRows plan, ClientStatement statement, ColumnMetadata auto, int row) {
        Plan.Cell cell = StatementRewriter.templateOf(plan, row).generatedCell();
        if (cell == null || cell.value() == null) {
            throw new IllegalStateException("row " + row + " gives no key");
        }
        int literal = StatementRewriter.literalOf(
                statement.digest(), plan, row, cell.value().ordinal());
        return session.loop()
                .routes()
                .givenKey(plan.table(), auto, literal, cell.value().negated(), statement.bindings());
    }

    /** The keys of rows that want one, 0 for the others. */
    private long[] snowflakes(Plan.InsertRows plan, ClientStatement statement, int rows) {
        boolean[] wanted = new boolean[rows];
        int count = 0;
        for (int row = 0; row < rows; row++) {
            wanted[row] = wantsKey(plan, statement, row);
            count += wanted[row] ? 1 : 0;
        }
        long[] keys = new long[rows];
        int row = 0;
        while (count > 0) {
            int run = Math.min(count, SnowflakeKeys.MAX_RUN);
            long next = session.proxy().keys().reserve(run);
            for (int left = run; left > 0; row++) {
                if (wanted[row]) {
                    keys[row] = next++;
                    left--;
                }
            }
            count -= run;
        }
        return keys;
    }

    private boolean wantsKey(Plan.InsertRows plan, ClientStatement statement, int row) {
        return KeyCells.wantsKey(plan.rows(), statement, row, session.state());
    }

    // ------------------------------------------------------------------ places

    private List<Request> split(
            Plan.InsertRows plan,
            MeshTable.Sharded table,
            ClientStatement statement,
            long @Nullable [] keys,
            int rows,
            List<int[]> chosenRows) {
        List<Location> locations = table.locations();
        int[] shardOf = new int[rows];
        int[] counts = new int[locations.size()];
        for (int row = 0; row < rows; row++) {
            shardOf[row] = shard(plan, table, statement, keys, row);
            counts[shardOf[row]]++;
        }
        List<Request> requests = new ArrayList<>();
        for (int shard = 0; shard < counts.length; shard++) {
            if (counts[shard] == 0) {
                continue;
            }
            int[] chosen = new int[counts[shard]];
            int next = 0;
            for (int row = 0; row < rows; row++) {
                if (shardOf[row] == shard) {
                    chosen[next++] = row;
                }
            }
            chosenRows.add(chosen);
            requests.add(statement.rows(locations.get(shard), plan, new RowChoice(chosen, next, keys)));
        }
        return requests;
    }

    private int shard(
            Plan.InsertRows plan, MeshTable.Sharded table, ClientStatement statement, long @Nullable [] keys, int row) {
        boolean keyed = plan.generated() != null && plan.generated().isShardKey();
        if (keyed && keys != null && keys[row] != 0) {
            return session.loop().routes().shardOfGenerated(table, keys[row]);
        }
        RowTemplate template = StatementRewriter.templateOf(plan, row);
        ValueRef key = template.shardKey();
        if (key == null && keyed && template.generatedCell() != null) {
            key = template.generatedCell().value();
        }
        if (key == null) {
            throw new IllegalStateException("row " + row + " of an INSERT without a sharding key");
        }
        int literal = StatementRewriter.literalOf(statement.digest(), plan, row, key.ordinal());
        return session.loop().routes().shardOfRow(table, literal, key.negated(), statement.bindings());
    }

    private static List<Request> everywhere(
            Plan.InsertRows plan, MeshTable table, ClientStatement statement, long @Nullable [] keys, int rows) {
        int[] all = new int[rows];
        Arrays.setAll(all, row -> row);
        List<Request> requests = new ArrayList<>();
        for (Location location : table.locations()) {
            requests.add(statement.rows(location, plan, new RowChoice(all, rows, keys)));
        }
        return requests;
    }
}
