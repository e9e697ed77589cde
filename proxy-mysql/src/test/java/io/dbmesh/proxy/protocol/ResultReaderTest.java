package io.dbmesh.proxy.protocol;

import static io.dbmesh.proxy.protocol.Wire.EOF;
import static io.dbmesh.proxy.protocol.Wire.ERROR;
import static io.dbmesh.proxy.protocol.Wire.OK;
import static io.dbmesh.proxy.protocol.Wire.OK_END;
import static io.dbmesh.proxy.protocol.Wire.definition;
import static io.dbmesh.proxy.protocol.Wire.join;
import static io.dbmesh.proxy.protocol.Wire.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultReaderTest {
    private static final int MAX = Packets.MAX_PAYLOAD;

    private final TrackedBuffers buffers = new TrackedBuffers();

    @AfterEach
    void allReleased() {
        buffers.assertAllReleased();
    }

    /** Notes what it receives; keeps rows until the end, as a merge does. */
    static final class Noted implements ResultReader.Receiver {
        final List<String> events = new ArrayList<>();
        final List<ByteBuf> rows = new ArrayList<>();

        @Override
        public void columns(int count) {
            events.add("columns " + count);
        }

        @Override
        public void column(ByteBuf definition) {
            ColumnDefinition column = ColumnDefinition.read(definition);
            events.add(column.schema() + "." + column.name());
        }

        @Override
        public void columnsEnded() {
            events.add("rows");
        }

        @Override
        public void row(ByteBuf payload) {
            rows.add(payload);
        }

        List<byte[]> takeRows() {
            List<byte[]> bytes = rows.stream().map(Wire::read).toList();
            rows.forEach(ByteBuf::release);
            rows.clear();
            return bytes;
        }
    }

    private ResultReader read(boolean deprecateEof, Noted noted, byte[] answer, int chunk) {
        ResultReader reader = new ResultReader(deprecateEof, noted);
        try {
            for (int at = 0; at < answer.length; at += chunk) {
                ByteBuf in = buffers.of(answer, at, Math.min(answer.length, at + chunk));
                try {
                    reader.read(in, buffers);
                } finally {
                    in.release();
                }
            }
        } finally {
            noted.events.add("complete " + reader.isComplete());
            reader.close();
        }
        return reader;
    }

    private static byte[] result(boolean deprecateEof, byte[] row) {
        byte[] definitions = join(packet(1, "02"), packet(2, definition("s", "a")), packet(3, definition("s", "b")));
        byte[] rows = join(packet(5, row), packet(6, "fb fb"), packet(7, deprecateEof ? OK_END : EOF));
        return deprecateEof ? join(definitions, rows) : join(definitions, packet(4, EOF), rows);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void result_isTakenApartInEveryChunkSize(boolean deprecateEof) {
        byte[] row = Wire.bytes("01 'x' 02 'yz'");
        byte[] answer = result(deprecateEof, row);
        for (int chunk = 1; chunk <= answer.length; chunk++) {
            Noted noted = new Noted();
            ResultReader reader = read(deprecateEof, noted, answer, chunk);
            assertThat(noted.events)
                    .as("chunks of %d", chunk)
                    .containsExactly("columns 2", "s.a", "s.b", "rows", "complete true");
            assertThat(noted.takeRows()).containsExactly(row, Wire.bytes("fb fb"));
            assertThat(reader.statusFlags()).isEqualTo(2);
            assertThat(reader.error()).isNull();
            assertThat(reader.ok()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hugeRows_areJoined(boolean deprecateEof) {
        for (int length : new int[] {MAX - 1, MAX, MAX + 1, 2 * MAX}) {
            byte[] row = new byte[length];
            row[0] = (byte) (length < MAX ? 0xfd : 0xfe);
            row[length - 1] = 42;
            byte[] answer = result(deprecateEof, row);
            for (int chunk : new int[] {1 << 20, MAX + 4, MAX + 5, answer.length}) {
                Noted noted = new Noted();
                read(deprecateEof, noted, answer, chunk);
                assertThat(noted.events).endsWith("complete true");
                assertThat(noted.takeRows())
                        .as("row of %d in chunks of %d", length, chunk)
                        .satisfiesExactly(
                                huge -> assertThat(huge).hasSize(length).endsWith(42),
                                small -> assertThat(small).hasSize(2));
            }
        }
    }

    @Test
    void whatFollowsTheAnswer_isLeft() {
        byte[] answer = result(true, Wire.bytes("fb fb"));
        ByteBuf in = buffers.of(join(answer, packet(1, OK)));
        Noted noted = new Noted();
        ResultReader reader = new ResultReader(true, noted);
        reader.read(in, buffers);
        assertThat(reader.isComplete()).isTrue();
        assertThat(Wire.read(in)).isEqualTo(packet(1, OK));
        in.release();
        noted.takeRows();
    }

    @Test
    void okAndError_endTheAnswer() {
        for (int chunk = 1; chunk < 20; chunk++) {
            assertThat(read(true, new Noted(), packet(1, "00 05 07 02 00 00 00"), chunk)
                            .ok())
                    .isEqualTo(new OkPacket(5, 7, 2, 0, ""));
            Noted noted = new Noted();
            byte[] definitions = join(packet(1, "01"), packet(2, definition("s", "a")));
            byte[] answer = join(definitions, packet(3, "01 'a'"), packet(4, ERROR));
            assertThat(read(true, noted, answer, chunk).error()).isEqualTo(new ErrorPacket(1064, "42000", "bad"));
            assertThat(noted.takeRows()).hasSize(1);
        }
    }

    @Test
    void closing_releasesAnUnfinishedPacket() {
        Noted noted = new Noted();
        byte[] answer = result(true, new byte[5000]);
        byte[] cut = java.util.Arrays.copyOf(answer, 3000);
        read(true, noted, cut, 100);
        assertThat(noted.events).endsWith("complete false");
    }

    private void refused(String message, byte[]... answer) {
        for (int chunk : new int[] {1, 1000}) {
            Noted noted = new Noted();
            assertThatThrownBy(() -> read(false, noted, join(answer), chunk))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining(message);
            noted.takeRows();
            buffers.assertAllReleased();
        }
    }

    @Test
    void malformedAnswers_areRefused() {
        byte[] head = join(packet(1, "01"), packet(2, definition("s", "a")));
        refused("empty packet", packet(1, ""));
        refused("begins with 0xfb", packet(1, "fb 'file'"));
        refused("EOF packet expected, found 0x1", head, packet(3, "01 'a'"));
        refused("EOF packet expected, found 0xfe (length 3)", head, packet(3, EOF), packet(4, "fe 00 00"));
        refused("further result set", head, packet(3, EOF), packet(4, "fe 00 00 0a 00"));
        refused("further result set", packet(1, "00 00 00 0a 00 00 00"));
        refused("ends before its status", packet(1, "00 00 00"));
        refused("columns", packet(1, "fe 00 00 00 00 00 00 00 01"));
    }
}
