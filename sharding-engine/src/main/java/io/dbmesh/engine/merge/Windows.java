package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The rows of each source that have arrived and are not merged yet. Pauses a source whose rows pile up. */
final class Windows {
    private final Merge.Sources sources;
    private final int maxBytes;
    private final Window[] windows;
    private int open;
    private int lastRead;
    /** Sources that can go on, but have not been told yet. */
    private final int[] drained;

    private int drainedCount;

    private static final class Window {
        final Queue<ByteBuf> rows = new ArrayDeque<>();
        long bytes;
        boolean paused;
        boolean drained;
        boolean ended;
    }

    /** @param maxBytes for each source, after which it is paused until half of them are merged */
    Windows(int count, int maxBytes, Merge.Sources sources) {
        this.sources = sources;
        this.maxBytes = maxBytes;
        this.windows = new Window[count];
        this.drained = new int[count];
        for (int i = 0; i < count; i++) {
            windows[i] = new Window();
        }
        this.open = count;
    }

    int count() {
        return windows.length;
    }

    /** Takes over a row. */
    void add(int source, ByteBuf row) {
        Window window = windows[source];
        window.rows.add(row);
        window.bytes += row.readableBytes();
        if (window.bytes > maxBytes && !window.paused) {
            window.paused = true;
            sources.pause(source);
        }
    }

    /** The source's next row, which stays here; null when there is none now. */
    @Nullable ByteBuf peek(int source) {
        lastRead = source;
        return windows[source].rows.peek();
    }

    /** The source's next row, which passes to the caller; null when there is none now. */
    @Nullable ByteBuf take(int source) {
        lastRead = source;
        Window window = windows[source];
        ByteBuf row = window.rows.poll();
        if (row != null) {
            window.bytes -= row.readableBytes();
            if (window.paused && !window.drained && window.bytes <= maxBytes / 2) {
                window.drained = true;
                drained[drainedCount++] = source;
            }
        }
        return row;
    }

    /**
     * Lets sources go on whose rows have been merged. Not done by {@link #take}, because a source may push rows in at
     * once.
     */
    void resumeDrained() {
        while (drainedCount > 0) {
            int source = drained[--drainedCount];
            windows[source].paused = false;
            windows[source].drained = false;
            sources.resume(source);
        }
    }

    /** The source whose row was looked at last. */
    int lastRead() {
        return lastRead;
    }

    void end(int source) {
        if (!windows[source].ended) {
            windows[source].ended = true;
            open--;
        }
    }

    boolean hasEnded(int source) {
        return windows[source].ended;
    }

    boolean allEnded() {
        return open == 0;
    }

    void releaseAll() {
        for (Window window : windows) {
            ByteBuf row = window.rows.poll();
            while (row != null) {
                row.release();
                row = window.rows.poll();
            }
            window.bytes = 0;
        }
    }
}
