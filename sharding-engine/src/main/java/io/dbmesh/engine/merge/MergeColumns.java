package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link MergeSpec} means for the columns that the shards have sent. */
final class MergeColumns {
    private final MergeSpec spec;
    private final List<ResultColumn> columns;
    private final RowFormat format;
    private final RowLayout layout;
    private final int visible;
    /** Names of collations, by the columns that have them. Every row has the same. */
    private final Map<Integer, String> collations = new HashMap<>();

    /** @param anyRow one of the rows, from which the collations of keys are read; null when there are no rows */
    MergeColumns(MergeSpec spec, List<ResultColumn> columns, RowFormat format, @Nullable ByteBuf anyRow) {
        this.spec = spec;
        this.columns = columns;
        this.format = format;
        this.layout = new RowLayout(format, columns);
        int wanted = spec.visibleColumns() < 0 ? columns.size() + 1 + spec.visibleColumns() : spec.visibleColumns();
        this.visible = Math.clamp(wanted, 0, columns.size());
        if (anyRow != null) {
            readCollations(anyRow);
        }
    }

    private void readCollations(ByteBuf row) {
        List<SortKey> keys = new ArrayList<>(spec.order());
        keys.addAll(spec.reorder());
        MergeSpec.Grouping grouping = spec.grouping();
        if (grouping != null) {
            keys.addAll(grouping.keys());
            for (Aggregate aggregate : grouping.aggregates()) {
                if (aggregate instanceof Aggregate.Extreme extreme) {
                    keys.add(key(extreme));
                }
            }
        }
        for (SortKey key : keys) {
            Integer column = key.collationColumn();
            if (column == null) {
                continue;
            }
            layout.locate(row);
            byte[] name = layout.copy(row, layout.index(column));
            if (name != null) {
                collations.put(column, new String(name, StandardCharsets.UTF_8));
            }
        }
    }

    private static SortKey key(Aggregate.Extreme extreme) {
        return new SortKey(extreme.column(), extreme.weight(), false, extreme.collation(), extreme.collationColumn());
    }

    RowLayout layout() {
        return layout;
    }

    /** How many columns of the shards the client sees, from the left. */
    int visible() {
        return visible;
    }

    /** @throws MeshException UNSUPPORTED when a key cannot be compared exactly */
    KeyReader keys(List<SortKey> keys) {
        return keys(keys, layout);
    }

    private KeyReader keys(List<SortKey> keys, RowLayout layout) {
        List<KeyColumn> resolved = new ArrayList<>(keys.size());
        for (SortKey key : keys) {
            resolved.add(KeyColumn.of(key, collation(key), columns, format, KeyColumn.Use.COMPARE));
        }
        return new KeyReader(resolved, layout);
    }

    private @Nullable String collation(SortKey key) {
        Integer column = key.collationColumn();
        return key.collation() != null || column == null ? key.collation() : collations.get(column);
    }

    /** @throws MeshException UNSUPPORTED when a column cannot be combined exactly */
    Accumulator[] accumulators(List<Aggregate> aggregates) {
        Accumulator[] accumulators = new Accumulator[aggregates.size()];
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i] = accumulator(aggregates.get(i));
            accumulators[i].reset();
        }
        return accumulators;
    }

    private Accumulator accumulator(Aggregate aggregate) {
        int index = layout.index(aggregate.column());
        ResultColumn column = columns.get(index);
        ValueWriter writer = new ValueWriter(format, column);
        return switch (aggregate) {
            case Aggregate.Count count -> new CountAccumulator(index, column, writer);
            case Aggregate.Sum sum -> new SumAccumulator(index, column, writer);
            case Aggregate.Average average ->
                new AverageAccumulator(index, column, total(average.sum()), total(average.count()), writer);
            case Aggregate.Extreme extreme -> extreme(extreme, index);
            case Aggregate.Bits bits -> new BitsAccumulator(index, column, bits.operator(), writer);
        };
    }

    private Total total(int column) {
        int index = layout.index(column);
        return new Total(index, columns.get(index));
    }

    private ExtremeAccumulator extreme(Aggregate.Extreme extreme, int index) {
        Integer weight = extreme.weight();
        SortKey key = key(extreme);
        KeyColumn resolved = KeyColumn.of(key, collation(key), columns, format, KeyColumn.Use.CHOOSE);
        KeyReader reader = new KeyReader(List.of(resolved), layout);
        return new ExtremeAccumulator(index, weight == null ? -1 : layout.index(weight), extreme.max(), reader);
    }

    RowInput input(Windows windows) {
        if (spec.order().isEmpty()) {
            return new ArrivalInput(windows);
        }
        RowLayout own = new RowLayout(format, columns);
        return new OrderedInput(windows, own, keys(spec.order(), own));
    }

    RowStage stage(RowOutput output, Merge.Settings settings, MemoryBudget budget) {
        MergeSpec.Grouping grouping = spec.grouping();
        if (grouping == null) {
            return new PassingRows(output, columns.size());
        }
        KeyReader keys = keys(grouping.keys());
        GroupRow groupRow = new GroupRow(layout, settings.allocator());
        if (spec.order().isEmpty() && !grouping.keys().isEmpty()) {
            Supplier<Accumulator[]> accumulators = () -> accumulators(grouping.aggregates());
            return new HashedGroups(keys, accumulators, layout, output, new HashedGroups.Memory(budget, groupRow));
        }
        return new AdjacentGroups(layout, keys, accumulators(grouping.aggregates()), groupRow, output);
    }
}
