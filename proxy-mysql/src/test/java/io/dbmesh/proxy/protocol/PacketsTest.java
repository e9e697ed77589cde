package io.dbmesh.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketsTest {
    private static final int MAX = Packets.MAX_PAYLOAD;

    @Test
    void command_isCutLikeAnyPayload() {
        for (int length : new int[] {1, 2, MAX - 1, MAX, MAX + 1, 2 * MAX, 2 * MAX + 1}) {
            ByteBuf command = Packets.command(UnpooledByteBufAllocator.DEFAULT, 3, new byte[length - 1]);
            byte[] payload = new byte[length];
            payload[0] = 3;
            assertThat(Wire.read(command)).as("payload of %d", length).isEqualTo(Wire.packet(0, payload));
            command.release();
        }
    }

    @Test
    void payloadOfAMultipleOfTheMaximum_endsWithAnEmptyPacket() {
        byte[] packets = Wire.packet(255, new byte[MAX]);
        assertThat(packets).hasSize(4 + MAX + 4).endsWith(0, 0, 0, 0);
        ByteBuf out = Unpooled.buffer();
        assertThat(Packets.write(out, Unpooled.wrappedBuffer(new byte[MAX]), 255))
                .isEqualTo(1);
    }

    @Test
    void answer_countsThePacketsOfTheCommand() {
        assertThat(Packets.answerSequence(1)).isEqualTo(1);
        assertThat(Packets.answerSequence(MAX - 1)).isEqualTo(1);
        assertThat(Packets.answerSequence(MAX)).isEqualTo(2);
        assertThat(Packets.answerSequence(2 * MAX + 1)).isEqualTo(3);
    }

    @Test
    void lengthEncodedIntegers_areReadAsWritten() {
        long[] values = {0, 250, 251, 252, 0xffff, 0x10000, 0xffffff, 0x1000000, 1L << 32, Long.MAX_VALUE, -1};
        int[] lengths = {1, 1, 3, 3, 3, 4, 4, 9, 9, 9, 9};
        for (int i = 0; i < values.length; i++) {
            ByteBuf out = Unpooled.buffer();
            LengthEncoded.writeInteger(out, values[i]);
            assertThat(out.readableBytes()).as("length of %d", values[i]).isEqualTo(lengths[i]);
            assertThat(LengthEncoded.readInteger(out.duplicate())).isEqualTo(values[i]);
            ByteBuf cut = out.slice(0, lengths[i] - 1);
            assertThatThrownBy(() -> LengthEncoded.readInteger(cut)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void lengthsBeyondThePacket_areRefused() {
        for (String bytes : List.of("02 00", "fc ff ff 00", "fe ff ff ff ff ff ff ff ff 00", "fb", "ff", "")) {
            assertThatThrownBy(() -> LengthEncoded.readString(Unpooled.wrappedBuffer(Wire.bytes(bytes))))
                    .as(bytes)
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
