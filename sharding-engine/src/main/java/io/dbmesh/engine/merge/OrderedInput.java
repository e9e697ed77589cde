package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The least of the sources' first rows; of equal ones that of the first source. A binary heap of sources, by the keys of
 * their first rows, which are decoded once for each row.
 */
final class OrderedInput implements RowInput {
    private final Windows windows;
    private final RowLayout layout;
    private final KeyReader reader;
    private final Keys[] heads;
    private final int[] heap;
    private int size;
    /** Sources that have not ended, but have no row here: the least row cannot be told. */
    private int waiting;

    /** @param layout of this input alone, since rows may arrive while others are looked at */
    OrderedInput(Windows windows, RowLayout layout, KeyReader reader) {
        this.windows = windows;
        this.layout = layout;
        this.reader = reader;
        this.heads = new Keys[windows.count()];
        this.heap = new int[windows.count()];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = reader.newKeys();
            waiting += windows.hasEnded(i) && windows.peek(i) == null ? 0 : 1;
        }
        for (int i = 0; i < heads.length; i++) {
            if (windows.peek(i) != null) {
                arrived(i);
            }
        }
    }

    @Override
    public void arrived(int source) {
        readHead(source);
        waiting--;
        heap[size] = source;
        siftUp(size++);
    }

    @Override
    public void ended(int source) {
        if (windows.peek(source) == null) {
            waiting--;
        }
    }

    @Override
    public @Nullable ByteBuf poll() {
        if (waiting > 0 || size == 0) {
            return null;
        }
        int source = heap[0];
        ByteBuf row = windows.take(source);
        if (windows.peek(source) != null) {
            try {
                readHead(source);
                siftDown();
            } catch (RuntimeException e) {
                if (row != null) {
                    row.release();
                }
                throw e;
            }
            return row;
        }
        waiting += windows.hasEnded(source) ? 0 : 1;
        heap[0] = heap[--size];
        if (size > 1) {
            siftDown();
        }
        return row;
    }

    @Override
    public boolean isExhausted() {
        return waiting == 0 && size == 0;
    }

    private void readHead(int source) {
        ByteBuf row = windows.peek(source);
        if (row != null) {
            layout.locate(row);
            reader.read(row, heads[source]);
        }
    }

    private boolean isBefore(int left, int right) {
        int order = reader.compare(heads[left], heads[right]);
        return order < 0 || (order == 0 && left < right);
    }

    private void siftUp(int from) {
        int source = heap[from];
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isBefore(source, heap[parent])) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = source;
    }

    private void siftDown() {
        int source = heap[0];
        int at = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], source)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        heap[at] = source;
    }
}
