package io.dbmesh.proxy.protocol;

import static io.dbmesh.proxy.protocol.Wire.join;
import static io.dbmesh.proxy.protocol.Wire.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketFramerTest {
    private static final int MAX = Packets.MAX_PAYLOAD;

    private final TrackedBuffers buffers = new TrackedBuffers();
    private final List<Long> overflows = new ArrayList<>();
    private EmbeddedChannel channel = channelFor(64 << 20);

    private EmbeddedChannel channelFor(int maxPayloadLength) {
        EmbeddedChannel created = new EmbeddedChannel();
        created.config().setAllocator(buffers);
        created.pipeline().addLast(new PacketFramer(maxPayloadLength, overflows::add));
        return created;
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        buffers.assertAllReleased();
    }

    private ByteBuf pooled(byte[] bytes, int from, int to) {
        return buffers.of(bytes, from, to);
    }

    private void send(byte[] bytes, int chunk) {
        for (int at = 0; at < bytes.length; at += chunk) {
            channel.writeInbound(pooled(bytes, at, Math.min(bytes.length, at + chunk)));
        }
    }

    private List<byte[]> received() {
        List<byte[]> packets = new ArrayList<>();
        ByteBuf packet;
        while ((packet = channel.readInbound()) != null) {
            packets.add(Wire.read(packet));
            packet.release();
        }
        return packets;
    }

    @Test
    void packets_areCutInEveryChunkSize() {
        byte[] ping = packet(0, "0e");
        byte[] empty = packet(7, "");
        byte[] query = packet(0, "03 'select 1'");
        byte[] all = join(ping, empty, query, ping);
        for (int chunk = 1; chunk <= all.length; chunk++) {
            send(all, chunk);
            assertThat(received()).as("chunks of %d", chunk).containsExactly(ping, empty, query, ping);
        }
    }

    @Test
    void packets_areCutAtEverySplit() {
        byte[] first = packet(0, "03 'select 1'");
        byte[] second = packet(1, "0e");
        byte[] all = join(first, second);
        for (int split = 0; split <= all.length; split++) {
            channel.writeInbound(pooled(all, 0, split), pooled(all, split, all.length));
            assertThat(received()).as("split at %d", split).containsExactly(first, second);
        }
    }

    @Test
    void longPayload_isJoinedAndKeepsTheFirstHeader() {
        for (int length : new int[] {MAX - 1, MAX, MAX + 1, 2 * MAX, 2 * MAX + 5}) {
            byte[] payload = new byte[length];
            payload[0] = 3;
            payload[length - 1] = 77;
            byte[] next = packet(0, "0e");
            send(join(packet(0, payload), next), 1 << 20);
            List<byte[]> packets = received();
            assertThat(packets).as("payload of %d", length).hasSize(2);
            assertThat(packets.get(0)).hasSize(4 + length).endsWith(77);
            assertThat(packets.get(0)[3]).isZero();
            assertThat(packets.get(1)).isEqualTo(next);
        }
    }

    @Test
    void tooLongPayload_isToldBeforeItIsReceived() {
        channel = channelFor(1000);
        channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes("e9 03 00 00")));
        assertThat(overflows).containsExactly(1001L);
        channel.writeInbound(Unpooled.wrappedBuffer(packet(0, "0e")));
        assertThat(received()).isEmpty();
    }

    @Test
    void tooLongContinuation_isToldWithTheWholeLength() {
        channel = channelFor(MAX + 10);
        send(join(packet(0, new byte[MAX + 11])), 4 << 20);
        assertThat(overflows).containsExactly(MAX + 11L);
        assertThat(received()).isEmpty();
    }

    @Test
    void announcedLength_isNotAllocatedBeforeItArrives() {
        channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes("fe ff ff")));
        channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes("00")));
        for (int i = 0; i < 3; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes("00")));
        }
        assertThat(channel.pipeline().get(PacketFramer.class).heldCapacity()).isLessThan(1 << 20);
    }

    @Test
    void removalWhileAPacketIsHandedOn_dropsTheRest() {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (context.pipeline().get(PacketFramer.class) != null) {
                    context.pipeline().remove(PacketFramer.class);
                }
                context.fireChannelRead(message);
            }
        });
        byte[] ping = packet(0, "0e");
        send(join(ping, ping, ping), 100);
        assertThat(received()).containsExactly(ping);
    }

    @Test
    void closing_releasesWhatIsHeld() {
        byte[] bytes = packet(0, new byte[MAX + 3]);
        send(Arrays.copyOf(bytes, bytes.length - 1), MAX + 6);
        assertThat(received()).isEmpty();
        channel.close();
        buffers.assertAllReleased();
    }
}
