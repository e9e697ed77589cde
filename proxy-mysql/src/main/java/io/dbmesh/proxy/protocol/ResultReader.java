package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Takes an answer apart: column definitions and rows one by one. For answers that a plan must look inside; whatever can be
 * relayed goes through {@link ResponseScanner} instead.
 *
 * <p>A row that lies in one piece is a slice of what was received, not a copy. One result set, as a {@code SELECT} gives it:
 * an answer that announces another one is refused.
 */
public final class ResultReader {

    /** Receives the parts of an answer, in their order. */
    public interface Receiver {
        /** A result set of this many columns begins. */
        void columns(int count);

        void column(ByteBuf definition);

        /** All definitions have been given; rows follow. */
        void columnsEnded();

        /** A row's payload without header; the receiver releases it. */
        void row(ByteBuf payload);
    }

    /** The largest max_allowed_packet that servers know, and room for headers. */
    private static final int MAX_HELD = (1 << 30) + (1 << 20);

    private final Receiver receiver;
    private final boolean deprecateEof;
    private @Nullable ByteBuf partial;
    private int columnsLeft = -1;
    private boolean definitionsEof;
    private boolean inRows;
    private boolean complete;
    private @Nullable ErrorPacket error;
    private @Nullable OkPacket ok;
    private int status;
    private int warnings;

    public ResultReader(boolean deprecateEof, Receiver receiver) {
        this.deprecateEof = deprecateEof;
        this.receiver = receiver;
    }

    public boolean isComplete() {
        return complete;
    }

    /** The error that ended the answer, or null. */
    public @Nullable ErrorPacket error() {
        return error;
    }

    /** The OK packet of an answer without result set, or null. */
    public @Nullable OkPacket ok() {
        return ok;
    }

    public int statusFlags() {
        return status;
    }

    public int warnings() {
        return warnings;
    }

    /**
     * Takes the bytes of this answer from the front of {@code in}, moving its reader index past them. The buffer stays
     * the caller's.
     *
     * @throws ProtocolException when they are no result
     */
    public void read(ByteBuf in, ByteBufAllocator allocator) {
        ByteBuf held = partial;
        while (!complete && held != null && in.isReadable()) {
            fill(held, in);
            if (isWhole(held)) {
                partial = null;
                ByteBuf payload = unframed(held, allocator);
                try {
                    packet(payload);
                } finally {
                    payload.release();
                }
                held = null;
            } else {
                held = partial;
            }
        }
        while (!complete && isWhole(in) && !isContinued(in)) {
            int length = in.readUnsignedMediumLE();
            in.skipBytes(1);
            packet(in.readSlice(length));
        }
        if (!complete && in.isReadable()) {
            ByteBuf rest = allocator.buffer(Math.max(256, wantedBytes(in)));
            partial = rest;
            read(in, allocator);
        }
    }

    /** Gives up what is held of a packet that has not arrived as a whole. */
    public void close() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        complete = true;
    }

    /** Moves as much as the packet under way needs, including the packets that continue it. */
    private void fill(ByteBuf held, ByteBuf in) {
        while (in.isReadable() && !isWhole(held)) {
            int wanted = wantedBytes(held) - held.readableBytes();
            held.writeBytes(in, Math.min(wanted, in.readableBytes()));
        }
    }

    /** Bytes from the packet's first header to the end of what is known to belong to it. */
    private static int wantedBytes(ByteBuf held) {
        int at = 0;
        while (held.readableBytes() - at >= Packets.HEADER_LENGTH) {
            int length = held.getUnsignedMediumLE(held.readerIndex() + at);
            at += Packets.HEADER_LENGTH + length;
            if (at > MAX_HELD) {
                throw new ProtocolException("a row of more than " + MAX_HELD + " bytes");
            }
            if (length < Packets.MAX_PAYLOAD || at > held.readableBytes()) {
                return at;
            }
        }
        return at + Packets.HEADER_LENGTH;
    }

    private static boolean isWhole(ByteBuf held) {
        int at = 0;
        while (held.readableBytes() - at >= Packets.HEADER_LENGTH) {
            int length = held.getUnsignedMediumLE(held.readerIndex() + at);
            at += Packets.HEADER_LENGTH + length;
            if (at > held.readableBytes()) {
                return false;
            }
            if (length < Packets.MAX_PAYLOAD) {
                return true;
            }
        }
        return false;
    }

    private static boolean isContinued(ByteBuf in) {
        return in.getUnsignedMediumLE(in.readerIndex()) == Packets.MAX_PAYLOAD;
    }

    /** The payload without headers, in the same buffer where there is but one. */
    private static ByteBuf unframed(ByteBuf held, ByteBufAllocator allocator) {
        int length = held.getUnsignedMediumLE(held.readerIndex());
        if (length < Packets.MAX_PAYLOAD) {
            return held.skipBytes(Packets.HEADER_LENGTH);
        }
        ByteBuf payload = allocator.buffer(held.readableBytes());
        while (held.isReadable()) {
            int part = held.readUnsignedMediumLE();
            held.skipBytes(1);
            payload.writeBytes(held, part);
        }
        held.release();
        return payload;
    }

    private void packet(ByteBuf payload) {
        if (!payload.isReadable()) {
            throw new ProtocolException("an empty packet in a result");
        }
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == ErrorPacket.HEADER) {
            error = ErrorPacket.read(payload);
            complete = true;
        } else if (inRows) {
            rowOrEnd(payload, first);
        } else if (columnsLeft < 0) {
            begin(payload, first);
        } else if (columnsLeft > 0) {
            receiver.column(payload);
            if (--columnsLeft == 0) {
                definitionsEof = !deprecateEof;
                definitionsEnded();
            }
        } else {
            requireEof(payload, first);
            definitionsEof = false;
            definitionsEnded();
        }
    }

    private static void requireEof(ByteBuf payload, int first) {
        int length = payload.readableBytes();
        if (first != OkPacket.EOF_HEADER || length < 5 || length >= 9) {
            throw new ProtocolException(
                    "EOF packet expected, found 0x" + Integer.toHexString(first) + " (length " + length + ")");
        }
    }

    private void definitionsEnded() {
        if (!definitionsEof) {
            inRows = true;
            receiver.columnsEnded();
        }
    }

    private void begin(ByteBuf payload, int first) {
        if (first == OkPacket.HEADER) {
            OkPacket packet = OkPacket.read(payload);
            ok = packet;
            ended(packet.status(), packet.warnings());
            return;
        }
        long count = LengthEncoded.readInteger(payload);
        if (count < 1 || count > 0xffff) {
            throw new ProtocolException("a result set of " + count + " columns");
        }
        columnsLeft = (int) count;
        receiver.columns(columnsLeft);
    }

    private void rowOrEnd(ByteBuf payload, int first) {
        int length = payload.readableBytes();
        boolean end = first == OkPacket.EOF_HEADER && (deprecateEof ? length < Packets.MAX_PAYLOAD : length < 9);
        if (!end) {
            receiver.row(payload.retain());
            return;
        }
        if (deprecateEof && length > 5) {
            OkPacket packet = OkPacket.read(payload);
            ended(packet.status(), packet.warnings());
        } else {
            requireEof(payload, first);
            payload.skipBytes(1);
            int counted = payload.readUnsignedShortLE();
            ended(payload.readUnsignedShortLE(), counted);
        }
    }

    /** What would follow must not be taken for the answer of the next command. */
    private void ended(int flags, int counted) {
        if ((flags & ServerStatus.MORE_RESULTS_EXISTS) != 0) {
            throw new ProtocolException("a further result set, which only statements that are relayed may give");
        }
        status = flags;
        warnings = counted;
        complete = true;
    }
}
