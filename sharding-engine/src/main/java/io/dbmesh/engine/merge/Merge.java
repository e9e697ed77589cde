package io.dbmesh.engine.merge;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one result from those of several sources. The sources push what they receive in, the merge pushes rows out as
 * soon as they can be told and the sink takes them. Belongs to one event loop; its callbacks may call it again.
 *
 * <p>It holds at most a window of rows for each source, and what {@link Limits} allow for grouping and sorting in memory.
 *
 * <p>It ends by {@link Sink#end} or {@link Sink#failed}, or by {@link #close}; from then on it releases what is given to
 * it and calls nobody.
 */
public final class Merge {
    private static final int MAX_WARNINGS = 0xffff;
    private static final int NO_SOURCE = -1;

    private final MergeSpec spec;
    private final Settings settings;
    private final Sources sources;
    private final Sink sink;
    private final Windows windows;
    private final MemoryBudget budget;
    private final boolean[] hasColumns;
    private int columnsMissing;
    private @Nullable List<ResultColumn> columns;
    private @Nullable Pipeline pipeline;
    private int firstSource = -1;
    private int warnings;
    private boolean pumping;
    private boolean closed;

    /**
     * How a merge runs.
     *
     * @param sources how many there are, at least 1
     * @param offset rows or groups left out, unsigned; counts only when the spec is limited
     * @param count rows or groups that pass, unsigned; -1 for all; counts only when the spec is limited
     * @param allocator for the rows of groups
     */
    public record Settings(
            int sources, RowFormat format, long offset, long count, Limits limits, ByteBufAllocator allocator) {
        public Settings {
            if (sources < 1) {
                throw new IllegalArgumentException("a merge of " + sources + " sources");
            }
        }

        private Settings unlimited() {
            return new Settings(sources, format, 0, -1, limits, allocator);
        }
    }

    /** Receives the result. */
    public interface Sink {
        /** Comes once, before the first row; the client's columns only. */
        void columns(List<ResultColumn> columns);

        /** A row's payload without header; the receiver releases it. */
        void row(ByteBuf payload);

        /** The result is complete; sources that had more have been cancelled. */
        void end(int warnings);

        /** The result cannot be made; all sources that had more have been cancelled. May come after rows. */
        void failed(MeshException reason);

        /** False while no row should be given; then {@link Merge#resume} is called when it is true again. */
        boolean isWritable();
    }

    /** Controls those who push in. They are numbered from 0. */
    public interface Sources {
        /** Stop reading; what has been read may still be pushed in. */
        void pause(int source);

        void resume(int source);

        /** Nothing more is needed of it. */
        void cancel(int source);

        /** Name of the data source, for messages. */
        String name(int source);

        /** Host and port, for messages. */
        String address(int source);
    }

    public Merge(MergeSpec spec, Settings settings, Sources sources, Sink sink) {
        this.spec = spec;
        this.settings = spec.limited() ? settings : settings.unlimited();
        this.sources = sources;
        this.sink = sink;
        this.windows = new Windows(settings.sources(), settings.limits().rowWindowBytes(), sources);
        this.budget = new MemoryBudget(
                settings.limits().maxRowsInMemory(), settings.limits().maxBytesInMemory());
        this.hasColumns = new boolean[settings.sources()];
        this.columnsMissing = settings.sources();
    }

    /** Whether it has ended or failed or was closed. */
    public boolean isDone() {
        return closed;
    }

    /** The columns of a source; before its rows. */
    public void columns(int source, List<ResultColumn> definitions) {
        if (closed) {
            return;
        }
        try {
            List<ResultColumn> known = columns;
            if (known == null) {
                columns = List.copyOf(definitions);
                firstSource = source;
            } else {
                columns = ColumnAgreement.of(known, definitions, sources.name(firstSource), sources.name(source));
            }
            if (!hasColumns[source]) {
                hasColumns[source] = true;
                columnsMissing--;
            }
        } catch (MeshException e) {
            fail(e);
            return;
        }
        pump(NO_SOURCE);
    }

    /** A row's payload without header, of which the merge takes over the reference. */
    public void row(int source, ByteBuf payload) {
        if (closed || windows.hasEnded(source)) {
            payload.release();
            return;
        }
        boolean first = windows.peek(source) == null;
        windows.add(source, payload);
        pump(first ? source : NO_SOURCE);
    }

    /** A source has sent all its rows. */
    public void end(int source, int sourceWarnings) {
        if (closed || windows.hasEnded(source)) {
            return;
        }
        warnings = Math.min(MAX_WARNINGS, warnings + sourceWarnings);
        windows.end(source);
        Pipeline running = pipeline;
        if (running != null) {
            running.input.ended(source);
        }
        pump(NO_SOURCE);
    }

    /** The sink has become writable. */
    public void resume() {
        pump(NO_SOURCE);
    }

    /** Releases all rows and calls nobody any more; sources are not cancelled. */
    public void close() {
        if (!closed) {
            closed = true;
            windows.releaseAll();
            if (pipeline != null) {
                pipeline.close();
            }
        }
    }

    /** @param arrived a source that had no row and has one, or none */
    private void pump(int arrived) {
        if (closed) {
            return;
        }
        try {
            if (arrived != NO_SOURCE && pipeline != null) {
                pipeline.input.arrived(arrived);
            }
            if (!pumping) {
                pumping = true;
                try {
                    run();
                } finally {
                    pumping = false;
                }
            }
        } catch (MeshException e) {
            fail(e);
        } catch (IndexOutOfBoundsException e) {
            int source = windows.lastRead();
            fail(MeshException.causedBy(
                    e,
                    MeshError.BACKEND_PROTOCOL,
                    sources.name(source),
                    sources.address(source),
                    "a row that does not fit its columns: " + e.getMessage()));
        }
        if (closed && pipeline != null) {
            // What a step put away after a callback closed the merge.
            pipeline.close();
        }
    }

    private void run() {
        Pipeline running = pipeline;
        if (running == null) {
            running = start();
            if (running == null) {
                return;
            }
        }
        while (!closed) {
            if (running.limit.isFull()) {
                finish();
                return;
            }
            if (!running.gathersNow() && !sink.isWritable()) {
                return;
            }
            switch (running.step()) {
                case MOVED -> windows.resumeDrained();
                case WAITS -> {
                    return;
                }
                case COMPLETE -> {
                    finish();
                    return;
                }
            }
        }
    }

    /** Sets everything up once all columns are known, and a row from which to read what they do not tell. */
    private @Nullable Pipeline start() {
        List<ResultColumn> known = columns;
        if (columnsMissing > 0 || known == null) {
            return null;
        }
        ByteBuf anyRow = null;
        for (int i = 0; i < windows.count() && anyRow == null; i++) {
            anyRow = windows.peek(i);
        }
        if (anyRow == null && !windows.allEnded() && settings.count() != 0) {
            return null;
        }
        MergeColumns resolved = new MergeColumns(spec, known, settings.format(), anyRow);
        LimitedOutput limit =
                new LimitedOutput(sink, resolved.layout(), resolved.visible(), settings.offset(), settings.count());
        List<ResultColumn> visible = known.subList(0, resolved.visible());
        if (anyRow == null) {
            sink.columns(visible);
            finish();
            return null;
        }
        Pipeline running = Pipeline.of(spec, settings, resolved, windows, new Pipeline.Ends(limit, budget));
        pipeline = running;
        sink.columns(visible);
        return running;
    }

    private void finish() {
        close();
        cancelOpen();
        sink.end(warnings);
    }

    private void fail(MeshException reason) {
        if (!closed) {
            close();
            cancelOpen();
            sink.failed(reason);
        }
    }

    private void cancelOpen() {
        for (int i = 0; i < windows.count(); i++) {
            if (!windows.hasEnded(i)) {
                sources.cancel(i);
            }
        }
    }
}
