package io.dbmesh.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.Grouping;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random results, merged in random steps with a sink that is often full, against sorting them all. */
class MergeRandomTest {
    private static final int RUNS = 400;

    private record Row(@Nullable Integer key, String word, int number) {}

    private static final Comparator<Row> ORDER = Comparator.comparing(
                    Row::key,
                    Comparator.<Integer>nullsFirst(Comparator.naturalOrder()).reversed())
            .thenComparing(Row::word);

    private static final List<SortKey> KEYS =
            List.of(new SortKey(0, true), new SortKey(1, null, false, "utf8mb4_nopad_bin"));

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void mergedRows_areTheSortedOnes() {
        for (int run = 0; run < RUNS; run++) {
            mergeOnce();
        }
    }

    private void mergeOnce() {
        int sources = 1 + random.nextInt(6);
        List<Queue<Row>> shards = new ArrayList<>();
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < sources; i++) {
            List<Row> rows = new ArrayList<>();
            for (int k = random.nextInt(40); k > 0; k--) {
                rows.add(new Row(
                        random.nextInt(8) == 0 ? null : random.nextInt(10) - 5,
                        "w" + random.nextInt(3),
                        random.nextInt(100)));
            }
            rows.sort(ORDER);
            all.addAll(rows);
            shards.add(new ArrayDeque<>(rows));
        }
        all.sort(ORDER);
        int offset = random.nextInt(5);
        int count = random.nextBoolean() ? -1 : random.nextInt(30);
        boolean grouped = random.nextBoolean();
        boolean arriving = grouped && random.nextBoolean();
        Grouping grouping = grouped ? new Grouping(KEYS, List.of(new Aggregate.Sum(2))) : null;
        MergeSpec spec = new MergeSpec(-1, arriving ? List.of() : KEYS, grouping, arriving ? KEYS : List.of(), true);
        TestRows format = TestRows.of(
                random.nextBoolean() ? RowFormat.TEXT : RowFormat.BINARY,
                Column.bigint("a"),
                Column.text("b"),
                Column.bigint("c"));
        Limits limits = new Limits.Builder().rowWindowBytes(1024).build();
        MergeRun run = new MergeRun(spec, format, sources, offset, count, limits);
        push(run, shards);
        List<Row> expected = grouped ? sums(all) : all;
        int from = Math.min(offset, expected.size());
        int to = count < 0 ? expected.size() : Math.min(expected.size(), from + count);
        assertThat(run.received).as("seed %s", seed).isEqualTo(texts(expected.subList(from, to)));
        assertThat(run.failure).isNull();
        assertThat(run.warnings).isEqualTo(0);
    }

    private void push(MergeRun run, List<Queue<Row>> shards) {
        run.allColumns(shards.size());
        boolean[] ended = new boolean[shards.size()];
        while (!run.merge.isDone()) {
            int source = random.nextInt(shards.size());
            run.credit = random.nextInt(4);
            run.merge.resume();
            if (run.paused.contains(source) || ended[source]) {
                continue;
            }
            Row row = shards.get(source).poll();
            if (row == null) {
                ended[source] = true;
                run.ends(source);
            } else {
                run.row(source, row.key(), row.word(), row.number());
            }
        }
    }

    private static List<Row> sums(List<Row> sorted) {
        Map<Row, Integer> sums = new TreeMap<>(ORDER);
        for (Row row : sorted) {
            sums.merge(new Row(row.key(), row.word(), 0), row.number(), Integer::sum);
        }
        return sums.entrySet().stream()
                .map(e -> new Row(e.getKey().key(), e.getKey().word(), e.getValue()))
                .toList();
    }

    private List<List<@Nullable String>> texts(List<Row> rows) {
        List<List<@Nullable String>> texts = new ArrayList<>();
        for (Row row : rows) {
            List<@Nullable String> values = new ArrayList<>();
            values.add(row.key() == null ? null : Objects.toString(row.key()));
            values.add(row.word());
            values.add(Integer.toString(row.number()));
            texts.add(values);
        }
        return texts;
    }
}
