package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The way of the rows: input, stage, perhaps sorting, limit. */
final class Pipeline {
    final RowInput input;
    final LimitedOutput limit;
    private final RowStage stage;
    private final @Nullable SortedRows sorted;
    private Phase phase = Phase.INPUT;

    private enum Phase {
        INPUT,
        STAGE,
        SORTED
    }

    /** What came of a step. */
    enum Step {
        MOVED,
        /** Nothing can be told until a source sends more. */
        WAITS,
        COMPLETE
    }

    /** Where rows end up, and what may be held of them. */
    record Ends(LimitedOutput limit, MemoryBudget budget) {}

    private Pipeline(RowInput input, RowStage stage, @Nullable SortedRows sorted, LimitedOutput limit) {
        this.input = input;
        this.stage = stage;
        this.sorted = sorted;
        this.limit = limit;
    }

    static Pipeline of(MergeSpec spec, Merge.Settings settings, MergeColumns columns, Windows windows, Ends ends) {
        SortedRows sorted = spec.reorder().isEmpty()
                ? null
                : new SortedRows(columns.layout(), columns.keys(spec.reorder()), ends.budget(), settings.allocator());
        RowStage stage = columns.stage(sorted == null ? ends.limit() : sorted, settings, ends.budget());
        return new Pipeline(columns.input(windows), stage, sorted, ends.limit());
    }

    /** Whether the next step gives no row to the client. */
    boolean gathersNow() {
        return switch (phase) {
            case INPUT -> sorted != null || stage.gathers();
            case STAGE -> sorted != null;
            case SORTED -> false;
        };
    }

    /** Moves one row. */
    Step step() {
        return switch (phase) {
            case INPUT -> stepInput();
            case STAGE -> {
                if (!stage.drain()) {
                    phase = Phase.SORTED;
                    if (sorted != null) {
                        sorted.sort();
                    }
                }
                yield Step.MOVED;
            }
            case SORTED -> sorted != null && sorted.drainTo(limit) ? Step.MOVED : Step.COMPLETE;
        };
    }

    private Step stepInput() {
        ByteBuf row = input.poll();
        if (row != null) {
            stage.accept(row);
            return Step.MOVED;
        }
        if (!input.isExhausted()) {
            return Step.WAITS;
        }
        phase = Phase.STAGE;
        return Step.MOVED;
    }

    void close() {
        stage.close();
        if (sorted != null) {
            sorted.clear();
        }
    }
}
