package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a peer sends into packets. Each is handed on with its header, so that it can be relayed untouched; a payload
 * of 16 MiB or more, which travels in several packets, is handed on as one: the header of the first, then the whole
 * payload.
 *
 * <p>A read that holds whole packets is sliced, not copied. The receiver releases what it is given.
 */
public final class PacketFramer extends ChannelInboundHandlerAdapter {

    /** Told when a peer sends more than allowed; it has to answer and close. */
    public interface Overflow {
        void packetTooLarge(long payloadLength);
    }

    /** Least capacity of the buffer that a packet in pieces is collected in. */
    private static final int MIN_GROWN = 16 * 1024;

    private final int maxPayloadLength;
    private final Overflow overflow;
    /** Bytes of a packet that has not arrived as a whole. */
    private @Nullable ByteBuf partial;
    /** Header and payload parts of a packet that is continued. */
    private @Nullable ByteBuf joined;

    private boolean stopped;

    /** @param maxPayloadLength longest payload in bytes, continuations together */
    public PacketFramer(int maxPayloadLength, Overflow overflow) {
        this.maxPayloadLength = maxPayloadLength;
        this.overflow = overflow;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        if (stopped) {
            chunk.release();
            return;
        }
        if (partial == null) {
            partial = chunk;
        } else {
            partial = append(context, partial, chunk);
        }
        emit(context);
    }

    private static ByteBuf append(ChannelHandlerContext context, ByteBuf partial, ByteBuf chunk) {
        ByteBuf grown = partial;
        if (partial.refCnt() > 1 || partial.isReadOnly() || partial.maxFastWritableBytes() < chunk.readableBytes()) {
            grown = context.alloc().buffer(capacityFor(partial, chunk));
            grown.writeBytes(partial);
            partial.release();
        }
        grown.writeBytes(chunk);
        chunk.release();
        return grown;
    }

    /**
     * Room for the whole packet when its header is there already, but no more than four times what has arrived: a large
     * packet is copied a few times only, and a peer cannot make us allocate 16 MiB by sending a header.
     */
    private static int capacityFor(ByteBuf partial, ByteBuf chunk) {
        int arrived = partial.readableBytes() + chunk.readableBytes();
        if (partial.readableBytes() < Packets.HEADER_LENGTH) {
            return Math.max(arrived, 64);
        }
        int whole = Packets.HEADER_LENGTH + partial.getUnsignedMediumLE(partial.readerIndex());
        return Math.max(arrived, Math.min(whole, Math.max(4 * arrived, MIN_GROWN)));
    }

    /** Bytes allocated for the packet that has not arrived as a whole. */
    int heldCapacity() {
        return partial == null ? 0 : partial.capacity();
    }

    @SuppressWarnings("ReferenceEquality") // whether it is this very buffer, not one with the same bytes
    private void emit(ChannelHandlerContext context) {
        ByteBuf bytes = partial;
        while (bytes != null && !stopped && bytes.readableBytes() >= Packets.HEADER_LENGTH) {
            int length = bytes.getUnsignedMediumLE(bytes.readerIndex());
            long total = length + (joined == null ? 0L : joined.readableBytes() - Packets.HEADER_LENGTH);
            if (total > maxPayloadLength) {
                stop();
                overflow.packetTooLarge(total);
                return;
            }
            int packetLength = Packets.HEADER_LENGTH + length;
            if (bytes.readableBytes() < packetLength) {
                break;
            }
            boolean last = bytes.readableBytes() == packetLength;
            if (joined != null || length == Packets.MAX_PAYLOAD) {
                join(context, bytes, length);
            } else if (last) {
                partial = null;
                context.fireChannelRead(bytes);
                return;
            } else {
                context.fireChannelRead(bytes.readRetainedSlice(packetLength));
            }
            bytes = partial;
        }
        if (bytes != null && !bytes.isReadable() && partial == bytes) {
            bytes.release();
            partial = null;
        }
    }

    private void join(ChannelHandlerContext context, ByteBuf bytes, int length) {
        ByteBuf whole = joined;
        if (whole == null) {
            whole = context.alloc().buffer(2 * Packets.MAX_PAYLOAD);
            whole.writeBytes(bytes, Packets.HEADER_LENGTH);
        } else {
            bytes.skipBytes(Packets.HEADER_LENGTH);
        }
        whole.writeBytes(bytes, length);
        joined = whole;
        if (length < Packets.MAX_PAYLOAD) {
            joined = null;
            context.fireChannelRead(whole);
        }
    }

    /** Drops what has been received and whatever still comes. */
    public void stop() {
        stopped = true;
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (joined != null) {
            joined.release();
            joined = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }
}
