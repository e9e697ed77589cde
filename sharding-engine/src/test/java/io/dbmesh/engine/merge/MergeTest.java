package io.dbmesh.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergeTest {
    private static final List<SortKey> BY_FIRST = List.of(new SortKey(0, false));

    private static MergeSpec ordered(int visible, List<SortKey> order) {
        return new MergeSpec(visible, order, null, List.of(), true);
    }

    private static MergeSpec limited() {
        return new MergeSpec(-1, List.of(), null, List.of(), true);
    }

    @Test
    void rowsWithoutOrder_goOutAsTheyCome() {
        MergeRun run = new MergeRun(MergeSpec.concatenation(), TestRows.of(RowFormat.TEXT, Column.bigint("a")), 2);
        run.allColumns(2)
                .row(1, "5")
                .row(0, "7")
                .row(1, "1")
                .ends(1)
                .row(0, "2")
                .ends(0);
        assertThat(run.column(0)).containsExactly("5", "7", "1", "2");
        assertThat(run.events).containsExactly("columns", "end");
    }

    @Test
    void rowsOfOneSource_waitForTheColumnsOfAll() {
        MergeRun run = new MergeRun(MergeSpec.concatenation(), TestRows.of(RowFormat.TEXT, Column.bigint("a")), 2);
        run.merge.columns(0, run.rows.definitions());
        run.row(0, "1").ends(0);
        assertThat(run.events).isEmpty();
        run.merge.columns(1, run.rows.definitions());
        assertThat(run.column(0)).containsExactly("1");
        run.ends(1);
        assertThat(run.events).containsExactly("columns", "end");
    }

    @Test
    void derivedColumnsBehindAStar_areLeftOut() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.text("a"), Column.bigint("b"), Column.bigint("derived"));
        MergeRun run = new MergeRun(ordered(-2, List.of(new SortKey(-1, false))), rows, 2).allColumns(2);
        run.row(0, "x", "1", "20").ends(0).row(1, "y", "2", "10").ends(1);
        assertThat(run.column(0)).containsExactly("y", "x");
        assertThat(Objects.requireNonNull(run.columns)).hasSize(2);
    }

    @Test
    void emptySources_giveColumnsAndEnd() {
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), TestRows.of(RowFormat.TEXT, Column.bigint("a")), 2);
        run.allColumns(2);
        run.merge.end(0, 3);
        run.merge.end(1, 4);
        assertThat(run.events).containsExactly("columns", "end");
        assertThat(run.warnings).isEqualTo(7);
        assertThat(run.cancelled).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void orderedRows_areMergedWithNullFirstAndEqualOnesBySource(RowFormat format) {
        TestRows rows = TestRows.of(format, Column.bigint("a"), Column.text("b"));
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), rows, 3).allColumns(3);
        run.row(2, null, "2a").row(2, "-5", "2b").row(2, "4", "2c").ends(2);
        run.row(0, "3", "0a").row(0, "4", "0b").ends(0);
        assertThat(run.received).isEmpty();
        run.row(1, "-5", "1a").row(1, "4", "1b");
        assertThat(run.column(1)).containsExactly("2a", "1a", "2b", "0a", "0b", "1b");
        run.ends(1);
        assertThat(run.column(1)).containsExactly("2a", "1a", "2b", "0a", "0b", "1b", "2c");
        assertThat(run.events).containsExactly("columns", "end");
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void derivedColumns_areTakenOff(RowFormat format) {
        Column[] columns = new Column[9];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = i % 2 == 0 ? Column.bigint("c" + i) : Column.text("c" + i);
        }
        TestRows rows = TestRows.of(format, columns);
        for (int visible = 1; visible < columns.length; visible++) {
            MergeRun run = new MergeRun(ordered(visible, List.of(new SortKey(-1, true))), rows, 2);
            run.allColumns(2);
            run.row(0, "1", null, "3", "four", null, "six", "7", null, "1").ends(0);
            run.row(1, null, "two", null, "4", "5", null, null, "8", "2").ends(1);
            assertThat(Objects.requireNonNull(run.columns)).hasSize(visible);
            assertThat(run.column(0)).containsExactly(null, "1");
            if (visible == 7) {
                assertThat(run.received.get(0)).containsExactly(null, "two", null, "4", "5", null, null);
                assertThat(run.received.get(1)).containsExactly("1", null, "3", "four", null, "six", "7");
            }
        }
    }

    @Test
    void binaryRowWithoutDerivedColumns_hasNoBitsBehindItsColumns() {
        TestRows rows = TestRows.of(RowFormat.BINARY, Column.bigint("a"), Column.text("b"), Column.text("c"));
        RowLayout layout = new RowLayout(RowFormat.BINARY, rows.definitions());
        ByteBuf row = rows.encode("1", null, null);
        layout.locate(row);
        layout.trim(row, 2);
        assertThat(row.getByte(row.readerIndex() + 1)).isEqualTo((byte) 0b1000);
        row.release();
    }

    @Test
    void limit_skipsTheOffsetAndCancelsWhatIsNotNeeded() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"));
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), rows, 2, 1, 2).allColumns(2);
        run.row(0, "1").row(0, "3").row(0, "5").ends(0).row(1, "2").row(1, "4");
        assertThat(run.column(0)).containsExactly("2", "3");
        assertThat(run.events).containsExactly("columns", "end");
        assertThat(run.cancelled).containsExactly(1);
        run.row(1, "9").ends(1);
        assertThat(run.column(0)).hasSize(2);
    }

    @Test
    void limitOfNothing_endsAfterTheColumns() {
        MergeRun run = new MergeRun(limited(), TestRows.of(RowFormat.TEXT, Column.bigint("a")), 2, 0, 0);
        run.merge.columns(0, run.rows.definitions());
        run.row(0, "1");
        assertThat(run.events).isEmpty();
        run.merge.columns(1, run.rows.definitions());
        assertThat(run.events).containsExactly("columns", "end");
        assertThat(run.cancelled).containsExactly(0, 1);
    }

    @Test
    void sinkThatIsFull_pausesSourcesUntilItTakesMore() {
        Limits limits = new Limits.Builder().rowWindowBytes(1024).build();
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.text("a"));
        MergeRun run = new MergeRun(limited(), rows, 2, 0, -1, limits).allColumns(2);
        run.credit = 0;
        String value = "x".repeat(100);
        int given = 0;
        while (!run.paused.contains(0)) {
            run.row(0, value);
            given++;
        }
        assertThat(given).isEqualTo(11);
        assertThat(run.received).isEmpty();
        run.credit = 5;
        run.merge.resume();
        assertThat(run.received).hasSize(5);
        assertThat(run.paused).containsExactly(0);
        run.credit = 1;
        run.merge.resume();
        assertThat(run.paused).isEmpty();
        run.credit = -1;
        run.merge.resume();
        run.ends(0, 1);
        assertThat(run.received).hasSize(11);
        assertThat(run.events).containsExactly("columns", "pause 0", "resume 0", "end");
    }

    @Test
    void sourceAheadOfTheOthers_isPausedWhileTheyAreWaitedFor() {
        Limits limits = new Limits.Builder().rowWindowBytes(1024).build();
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"));
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), rows, 2, 0, -1, limits).allColumns(2);
        for (int i = 0; i < 600; i++) {
            run.row(0, "1");
        }
        assertThat(run.paused).containsExactly(0);
        run.row(1, "2");
        assertThat(run.paused).isEmpty();
        assertThat(run.received).hasSize(600);
        run.merge.close();
    }

    @Test
    void sourcesThatDiffer_failWithTheDifference() {
        MergeRun run = new MergeRun(MergeSpec.concatenation(), TestRows.of(RowFormat.TEXT, Column.bigint("price")), 2);
        run.merge.columns(0, run.rows.definitions());
        run.row(0, "1");
        run.merge.columns(1, List.of(Column.text("price").column()));
        assertThat(Objects.requireNonNull(run.failure).error()).isEqualTo(MeshError.SHARDS_DIFFER);
        assertThat(run.failure.message())
                .isEqualTo("Table t differs between ds0 and ds1: column price has wire type 8 and 253");
        assertThat(run.cancelled).containsExactly(0, 1);
        assertThat(run.merge.isDone()).isTrue();
    }

    @Test
    void columnsOfDifferentLength_areWidened() {
        MergeRun run = new MergeRun(MergeSpec.concatenation(), TestRows.of(RowFormat.TEXT, Column.text("a")), 2);
        run.merge.columns(
                0, List.of(Column.text("a").withFlags(WireType.NOT_NULL_FLAG).column()));
        run.merge.columns(1, List.of(new Column("a", 0xfd, Column.UTF8MB4, 70_000, 0, 0).column()));
        run.ends(0, 1);
        ResultColumn column = Objects.requireNonNull(run.columns).getFirst();
        assertThat(column.length()).isEqualTo(70_000);
        assertThat(column.flags()).isZero();
        assertThat(column.charset()).isEqualTo(Column.UTF8MB4);
    }

    @Test
    void rowThatDoesNotFitItsColumns_namesItsSource() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"), Column.text("b"));
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), rows, 2).allColumns(2);
        run.row(0, "1", "x");
        run.merge.row(1, TestRows.garbage());
        assertThat(Objects.requireNonNull(run.failure).error()).isEqualTo(MeshError.BACKEND_PROTOCOL);
        assertThat(run.failure.message()).contains("ds1 at 127.0.0.1:3307");
        assertThat(run.cancelled).containsExactly(0, 1);
    }

    @Test
    void keysThatCannotBeCompared_areRefusedBeforeTheColumns() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.of("j", WireType.JSON));
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), rows, 2).allColumns(2);
        run.row(0, "{}");
        assertThat(run.events).containsExactly("failed");
        assertThat(Objects.requireNonNull(run.failure).error()).isEqualTo(MeshError.UNSUPPORTED);
        assertThat(run.failure.message()).contains("'j'").contains("JSON");
    }

    @Test
    void closedMerge_releasesAndCallsNobody() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bigint("a"));
        MergeRun run = new MergeRun(ordered(-1, BY_FIRST), rows, 2).allColumns(2);
        ByteBuf held = rows.encode("1");
        run.merge.row(0, held);
        run.merge.close();
        assertThat(held.refCnt()).isZero();
        ByteBuf late = rows.encode("1");
        run.merge.row(1, late);
        run.ends(0, 1);
        run.merge.close();
        assertThat(late.refCnt()).isZero();
        assertThat(run.events).containsExactly("columns");
        assertThat(run.cancelled).isEmpty();
    }

    @Test
    void collationOfAnExpression_isReadFromARow() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.text("s"), Column.bytes("weight"), Column.text("collation"));
        SortKey key = new SortKey(0, 1, false, null, 2);
        MergeRun run = new MergeRun(ordered(1, List.of(key)), rows, 2).allColumns(2);
        byte[] a = {0x0e, 0x33};
        byte[] aTab = {0x0e, 0x33, 0x02, 0x01};
        run.row(0, "a", a, "utf8mb4_unicode_ci").ends(0);
        run.row(1, "a\t", aTab, "utf8mb4_unicode_ci").ends(1);
        assertThat(run.column(0)).containsExactly("a\t", "a");
    }
}
