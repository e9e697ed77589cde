package io.dbmesh.engine.merge;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A merge under test with a sink and sources that note what they are told. */
final class MergeRun implements Merge.Sink, Merge.Sources {
    final TestRows rows;
    final Merge merge;
    final List<List<@Nullable String>> received = new ArrayList<>();
    final Set<Integer> paused = new TreeSet<>();
    final Set<Integer> cancelled = new TreeSet<>();
    final List<String> events = new ArrayList<>();

    @Nullable List<ResultColumn> columns;

    @Nullable MeshException failure;

    @Nullable Integer warnings;

    boolean writable = true;
    /** How many rows are taken before the sink is full; -1 for all. */
    int credit = -1;

    MergeRun(MergeSpec spec, TestRows rows, int sources) {
        this(spec, rows, sources, 0, -1);
    }

    MergeRun(MergeSpec spec, TestRows rows, int sources, long offset, long count) {
        this(spec, rows, sources, offset, count, Limits.DEFAULT);
    }

    MergeRun(MergeSpec spec, TestRows rows, int sources, long offset, long count, Limits limits) {
        this.rows = rows;
        this.merge = new Merge(
                spec,
                new Merge.Settings(sources, rows.format(), offset, count, limits, ByteBufAllocator.DEFAULT),
                this,
                this);
    }

    MergeRun allColumns(int sources) {
        for (int i = 0; i < sources; i++) {
            merge.columns(i, rows.definitions());
        }
        return this;
    }

    MergeRun row(int source, @Nullable Object... values) {
        merge.row(source, rows.encode(values));
        return this;
    }

    MergeRun ends(int... sources) {
        for (int source : sources) {
            merge.end(source, 0);
        }
        return this;
    }

    List<@Nullable String> column(int index) {
        List<@Nullable String> values = new ArrayList<>();
        for (List<@Nullable String> row : received) {
            values.add(row.get(index));
        }
        return values;
    }

    @Override
    public void columns(List<ResultColumn> visible) {
        columns = visible;
        events.add("columns");
    }

    @Override
    public void row(ByteBuf payload) {
        if (columns == null) {
            throw new IllegalStateException("a row before the columns");
        }
        received.add(rows.visible(columns.size()).decode(payload));
        if (credit > 0) {
            credit--;
        }
    }

    @Override
    public void end(int total) {
        warnings = total;
        events.add("end");
    }

    @Override
    public void failed(MeshException reason) {
        failure = reason;
        events.add("failed");
    }

    @Override
    public boolean isWritable() {
        return writable && credit != 0;
    }

    @Override
    public void pause(int source) {
        paused.add(source);
        events.add("pause " + source);
    }

    @Override
    public void resume(int source) {
        paused.remove(source);
        events.add("resume " + source);
    }

    @Override
    public void cancel(int source) {
        cancelled.add(source);
    }

    @Override
    public String name(int source) {
        return "ds" + source;
    }

    @Override
    public String address(int source) {
        return "127.0.0.1:" + (3306 + source);
    }
}
