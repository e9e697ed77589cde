package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.key.SnowflakeKeys;
import io.dbmesh.engine.metadata.MeshTable;
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
        long[] keys = plan.generated() == null ? null : keys(plan, statement, rows);
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
                    .start(request, Commands.renameFor(session, request.location()), Set.of(), List.of());
            return;
        }
        MultiWrite.Terms terms = sharded
                ? MultiWrite.Terms.SUM.withRows(new MultiWrite.SplitRows(rows, chosen, ignores(statement, plan)))
                : PlanRunner.sameEverywhere(session);
        new MultiWrite(session, requests, terms.withLastInsertId(firstKey)).start();
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

    /** The keys of rows that want one, 0 for the others. */
    private long[] keys(Plan.InsertRows plan, ClientStatement statement, int rows) {
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

    /** NULL, DEFAULT and, unless sql_mode says otherwise, 0 ask for a key, as does a row that does not name the column. */
    private boolean wantsKey(Plan.InsertRows plan, ClientStatement statement, int row) {
        Plan.Cell cell = StatementRewriter.templateOf(plan, row).generatedCell();
        if (cell == null) {
            return true;
        }
        ValueRef value = cell.value();
        if (value == null) {
            return true;
        }
        int literal = StatementRewriter.literalOf(statement.digest(), plan, row, value.ordinal());
        return statement.bindings().isNull(literal)
                || (!session.state().noAutoValueOnZero() && statement.bindings().isZero(literal));
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
