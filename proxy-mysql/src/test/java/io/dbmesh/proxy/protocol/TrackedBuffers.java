package io.dbmesh.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** An allocator that knows whether everything it gave has been released: unlike the leak detector, at once. */
public final class TrackedBuffers extends AbstractByteBufAllocator {
    private final List<ByteBuf> given = new ArrayList<>();

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        given.add(buffer);
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    public ByteBuf of(byte[] bytes, int from, int to) {
        return buffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from);
    }

    public ByteBuf of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** Fails when one of the buffers is still held. */
    public void assertAllReleased() {
        assertThat(given).as("buffers that have not been released").allMatch(buffer -> buffer.refCnt() == 0);
        given.clear();
    }
}
