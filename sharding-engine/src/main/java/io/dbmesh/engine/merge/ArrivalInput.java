package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Rows as they come. */
final class ArrivalInput implements RowInput {
    private final Windows windows;
    private int cursor;

    ArrivalInput(Windows windows) {
        this.windows = windows;
    }

    @Override
    public void arrived(int source) {
        if (windows.peek(cursor) == null) {
            cursor = source;
        }
    }

    @Override
    public void ended(int source) {}

    @Override
    public @Nullable ByteBuf poll() {
        for (int i = 0; i < windows.count(); i++) {
            ByteBuf row = windows.take(cursor);
            if (row != null) {
                return row;
            }
            cursor = (cursor + 1) % windows.count();
        }
        return null;
    }

    @Override
    public boolean isExhausted() {
        if (!windows.allEnded()) {
            return false;
        }
        for (int i = 0; i < windows.count(); i++) {
            if (windows.peek(i) != null) {
                return false;
            }
        }
        return true;
    }
}
