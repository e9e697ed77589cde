package io.dbmesh.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.Grouping;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergeGroupingTest {
    private static final List<SortKey> BY_FIRST = List.of(new SortKey(0, false));

    private static final Column[] ALL = {
        Column.bigint("k"),
        Column.bigint("n"),
        Column.decimal("total", 2),
        Column.floating("f"),
        Column.decimal("average", 6),
        Column.text("least"),
        Column.unsignedBigint("bits"),
        Column.decimal("sum", 2),
        Column.bigint("count"),
        Column.bytes("weight"),
    };

    private static final List<Aggregate> AGGREGATES = List.of(
            new Aggregate.Count(1),
            new Aggregate.Sum(2),
            new Aggregate.Sum(3),
            new Aggregate.Average(4, 7, 8),
            new Aggregate.Extreme(5, 9, false, "utf8mb4_0900_ai_ci", null),
            new Aggregate.Bits(6, Aggregate.Bits.Operator.OR));

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void adjacentGroups_areCombined(RowFormat format) {
        MergeSpec spec = new MergeSpec(7, BY_FIRST, new Grouping(BY_FIRST, AGGREGATES), List.of(), false);
        MergeRun run = new MergeRun(spec, TestRows.of(format, ALL), 2).allColumns(2);
        run.row(0, "1", "2", "10.50", "1.5", "0", "b", "1", "10.50", "2", "B");
        run.row(0, "3", "1", null, null, null, null, "4", null, "0", null).ends(0);
        run.row(1, "1", "3", "0.25", "2.0", "0", "a", "18446744073709551614", "0.25", "1", "A");
        run.row(1, "3", "5", null, null, null, "z", "1", null, "0", "Z");
        assertThat(run.received).hasSize(1);
        run.row(1, "4", "0", "99999999999999999999.99", "5.0", "0", "q", "0", "99999999999999999999.99", "1", "Q")
                .ends(1);
        assertThat(run.received.get(0))
                .containsExactly("1", "5", "10.75", "3.5", "3.583333", "a", "18446744073709551615");
        assertThat(run.received.get(1)).containsExactly("3", "6", null, null, null, "z", "5");
        assertThat(run.received.get(2))
                .containsExactly(
                        "4",
                        "0",
                        "99999999999999999999.99",
                        format == RowFormat.TEXT ? "5" : "5.0",
                        "99999999999999999999.990000",
                        "q",
                        "0");
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void groupsInAnyOrder_areCombinedAndSorted(RowFormat format) {
        TestRows rows = TestRows.of(format, Column.text("k"), Column.bigint("n"), Column.bytes("w"));
        SortKey key = new SortKey(0, 2, false, "utf8mb4_general_ci");
        MergeSpec spec = new MergeSpec(
                2,
                List.of(),
                new Grouping(List.of(key), List.of(new Aggregate.Count(1))),
                List.of(new SortKey(1, true)),
                true);
        MergeRun run = new MergeRun(spec, rows, 2, 1, 2).allColumns(2);
        run.row(0, "a", "1", new byte[] {0, 'A'})
                .row(0, "b", "7", new byte[] {0, 'B'})
                .row(0, null, "3", null);
        run.row(1, "A ", "4", new byte[] {0, 'A', 0, ' '})
                .row(1, "c", "1", new byte[] {0, 'C'})
                .row(1, null, "3", null);
        run.ends(0);
        assertThat(run.received).isEmpty();
        run.ends(1);
        assertThat(run.received).containsExactly(Arrays.asList(null, "6"), List.of("a", "5"));
        assertThat(run.events).containsExactly("columns", "end");
    }

    @Test
    void aggregatesWithoutKeys_areOneRow() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("n"), Column.decimal("sum", 0));
        List<Aggregate> aggregates = List.of(new Aggregate.Count(0), new Aggregate.Sum(1));
        MergeSpec spec = new MergeSpec(-1, List.of(), new Grouping(List.of(), aggregates), List.of(), false);
        MergeRun run = new MergeRun(spec, rows, 3).allColumns(3);
        run.row(0, "0", null).ends(0).row(1, "3", "9223372036854775807").ends(1);
        assertThat(run.received).isEmpty();
        run.row(2, "4", "9223372036854775807").ends(2);
        assertThat(run.received).containsExactly(List.of("7", "18446744073709551614"));
    }

    @Test
    void distinctRowsInAnyOrder_goOutAtOnce() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"), Column.decimal("d", 1));
        List<SortKey> keys = List.of(new SortKey(0, false), new SortKey(1, false));
        MergeSpec spec = new MergeSpec(-1, List.of(), new Grouping(keys, List.of()), List.of(), true);
        MergeRun run = new MergeRun(spec, rows, 2, 0, 3).allColumns(2);
        run.row(0, "1", "1.0").row(1, "1", "1.0").row(1, "1", null).row(0, "1", null);
        assertThat(run.received).hasSize(2);
        run.row(1, "1", "123456789012345678901234567890.5");
        assertThat(run.received).hasSize(3);
        assertThat(run.cancelled).containsExactly(0, 1);
    }

    @Test
    void distinctRowsInOrder_goOutAtOnce() {
        TestRows rows = TestRows.of(RowFormat.BINARY, Column.bigint("a"));
        MergeSpec spec = new MergeSpec(-1, BY_FIRST, new Grouping(BY_FIRST, List.of()), List.of(), false);
        MergeRun run = new MergeRun(spec, rows, 2).allColumns(2);
        run.row(0, "1").row(1, "1").row(1, "2");
        assertThat(run.column(0)).containsExactly("1");
        run.ends(0);
        assertThat(run.column(0)).containsExactly("1", "2");
        run.ends(1);
    }

    @Test
    void groupsBeyondTheLimit_areRefused() {
        Limits limits = new Limits.Builder().maxRowsInMemory(2).build();
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"), Column.bigint("n"));
        Grouping grouping = new Grouping(BY_FIRST, List.of(new Aggregate.Count(1)));
        MergeSpec spec = new MergeSpec(-1, List.of(), grouping, List.of(), false);
        MergeRun run = new MergeRun(spec, rows, 1, 0, -1, limits).allColumns(1);
        run.row(0, "1", "1").row(0, "2", "1").row(0, "1", "1");
        assertThat(run.failure).isNull();
        run.row(0, "3", "1");
        assertThat(Objects.requireNonNull(run.failure).error()).isEqualTo(MeshError.RESULT_TOO_LARGE);
        assertThat(run.failure.message())
                .isEqualTo("Out of memory for grouping the rows of several shards: more than 2 rows"
                        + " (limits.maxRowsInMemory)");
        assertThat(run.cancelled).containsExactly(0);
    }

    @Test
    void gatheringStage_readsOnWhileTheSinkIsFull() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"), Column.bigint("n"));
        Grouping grouping = new Grouping(BY_FIRST, List.of(new Aggregate.Count(1)));
        MergeSpec spec = new MergeSpec(-1, List.of(), grouping, List.of(), false);
        MergeRun run = new MergeRun(spec, rows, 1).allColumns(1);
        run.credit = 0;
        for (int i = 0; i < 100_000; i++) {
            run.row(0, Integer.toString(i % 7), "1");
        }
        run.ends(0);
        assertThat(run.events).containsExactly("columns");
        run.credit = 3;
        run.merge.resume();
        assertThat(run.received).hasSize(3);
        run.credit = -1;
        run.merge.resume();
        assertThat(run.received).hasSize(7).contains(List.of("0", "14286"));
    }
}
