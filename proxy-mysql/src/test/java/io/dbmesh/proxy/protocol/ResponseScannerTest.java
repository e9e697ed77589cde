package io.dbmesh.proxy.protocol;

import static io.dbmesh.proxy.protocol.Wire.EOF;
import static io.dbmesh.proxy.protocol.Wire.ERROR;
import static io.dbmesh.proxy.protocol.Wire.OK;
import static io.dbmesh.proxy.protocol.Wire.OK_END;
import static io.dbmesh.proxy.protocol.Wire.bytes;
import static io.dbmesh.proxy.protocol.Wire.definition;
import static io.dbmesh.proxy.protocol.Wire.join;
import static io.dbmesh.proxy.protocol.Wire.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.proxy.protocol.ResponseScanner.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseScannerTest {
    private static final int MAX = Packets.MAX_PAYLOAD;
    private static final byte[] NEXT_ANSWER = packet(1, OK);

    private final ResponseScanner scanner = new ResponseScanner();

    /** Scans the answer whole, in two pieces at every place, and byte by byte; the next answer must not be touched. */
    private void check(Kind kind, boolean deprecateEof, byte[] answer, Consumer<ResponseScanner> expectations) {
        byte[] all = join(answer, NEXT_ANSWER);
        for (int split = 0; split <= all.length; split++) {
            scanner.begin(kind, deprecateEof);
            int taken = scanAll(Unpooled.wrappedBuffer(all, 0, split));
            taken += scanAll(Unpooled.wrappedBuffer(all, taken, all.length - taken));
            assertThat(taken).as("bytes taken, split at %d", split).isEqualTo(answer.length);
            assertThat(scanner.isComplete()).as("complete, split at %d", split).isTrue();
            expectations.accept(scanner);
        }
        scanner.begin(kind, deprecateEof);
        for (int i = 0; i < answer.length; i++) {
            assertThat(scanner.isComplete()).as("complete before byte %d", i).isFalse();
            assertThat(scanner.scan(Unpooled.wrappedBuffer(answer, i, 1))).isEqualTo(1);
        }
        assertThat(scanner.isComplete()).isTrue();
        expectations.accept(scanner);
    }

    private int scanAll(ByteBuf in) {
        int before = in.readableBytes();
        while (in.isReadable() && !scanner.isComplete()) {
            in.skipBytes(scanner.scan(in));
        }
        return before - in.readableBytes();
    }

    private void scanWhole(Kind kind, boolean deprecateEof, byte[] answer) {
        scanner.begin(kind, deprecateEof);
        scanAll(Unpooled.wrappedBuffer(answer));
    }

    /** Definitions, EOF where there is one, from the given sequence number. */
    private static byte[] definitions(int sequence, int count, boolean deprecateEof) {
        byte[] all = {};
        int next = sequence;
        for (int i = 0; i < count; i++) {
            all = join(all, packet(next++, definition("shop", "c" + i)));
        }
        return deprecateEof ? all : join(all, packet(next, EOF));
    }

    private static byte[] end(int sequence, boolean deprecateEof, int status) {
        String flags = String.format("%02x %02x", status & 0xff, status >> 8);
        return deprecateEof ? packet(sequence, "fe 00 00 " + flags + " 03 00") : packet(sequence, "fe 03 00 " + flags);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ok_isComplete(boolean deprecateEof) {
        byte[] answer = packet(1, """
                00           # OK
                fc 2c 01     # 300 affected rows
                fd 00 00 01  # insert id 65536
                03 00        # in a transaction, autocommit
                05 00        # warnings
                08 'Rows: 1 '
                """);
        check(Kind.RESULT, deprecateEof, answer, scanned -> {
            assertThat(scanned.isError()).isFalse();
            assertThat(scanned.hasResultSet()).isFalse();
            assertThat(scanned.affectedRows()).isEqualTo(300);
            assertThat(scanned.lastInsertId()).isEqualTo(65536);
            assertThat(scanned.statusFlags()).isEqualTo(3);
            assertThat(scanned.warnings()).isEqualTo(5);
            assertThat(scanned.ok()).isEqualTo(new OkPacket(300, 65536, 3, 5, "Rows: 1 "));
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RESULT", "PREPARE", "SIMPLE", "FIELD_LIST"})
    void error_isCompleteWithoutStatus(Kind kind) {
        check(kind, true, packet(1, ERROR), scanned -> {
            assertThat(scanned.isError()).isTrue();
            assertThat(scanned.error()).isEqualTo(new ErrorPacket(1064, "42000", "bad"));
            assertThat(scanned.statusFlags()).isEqualTo(-1);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rows_areCountedUpToTheEnd(boolean deprecateEof) {
        byte[] answer = join(
                packet(1, "02"),
                definitions(2, 2, deprecateEof),
                packet(5, "01 'a' fb"),
                packet(6, "fb fb # begins with NULL"),
                packet(7, "00 00 # an empty string, and the header of binary rows"),
                packet(8, "fc 03 00 'abc' fb"),
                end(9, deprecateEof, 0x22));
        check(Kind.RESULT, deprecateEof, answer, scanned -> {
            assertThat(scanned.rows()).isEqualTo(4);
            assertThat(scanned.hasResultSet()).isTrue();
            assertThat(scanned.statusFlags()).isEqualTo(0x22);
            assertThat(scanned.warnings()).isEqualTo(3);
            assertThat(scanned.sequence()).isEqualTo(9);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void emptyResult_isComplete(boolean deprecateEof) {
        byte[] answer = join(packet(1, "01"), definitions(2, 1, deprecateEof), end(4, deprecateEof, 2));
        check(Kind.RESULT, deprecateEof, answer, scanned -> {
            assertThat(scanned.rows()).isZero();
            assertThat(scanned.hasResultSet()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void errorAmongRows_endsTheAnswer(boolean deprecateEof) {
        byte[] answer = join(packet(1, "01"), definitions(2, 1, deprecateEof), packet(4, "01 'a'"), packet(5, ERROR));
        check(Kind.RESULT, deprecateEof, answer, scanned -> {
            assertThat(scanned.isError()).isTrue();
            assertThat(scanned.error().errno()).isEqualTo(1064);
            assertThat(scanned.rows()).isEqualTo(1);
            assertThat(scanned.statusFlags()).isEqualTo(-1);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void furtherResultSets_belongToTheAnswer(boolean deprecateEof) {
        byte[] answer = join(
                packet(1, "01"),
                definitions(2, 1, deprecateEof),
                packet(4, "01 'a'"),
                end(5, deprecateEof, 0x0a),
                packet(6, "01"),
                definitions(7, 1, deprecateEof),
                packet(9, "01 'b'"),
                end(10, deprecateEof, 0x0a),
                packet(11, OK));
        check(Kind.RESULT, deprecateEof, answer, scanned -> {
            assertThat(scanned.rows()).isEqualTo(2);
            assertThat(scanned.statusFlags()).isEqualTo(2);
        });
    }

    @Test
    void scan_stopsWhereAnotherResultSetBegins() {
        byte[] first = join(packet(1, "01"), definitions(2, 1, true), packet(4, "01 'a'"), end(5, true, 0x0a));
        byte[] all = join(first, packet(6, "01"), definitions(7, 1, true), end(8, true, 2));
        scanner.begin(Kind.RESULT, true);
        assertThat(scanner.scan(Unpooled.wrappedBuffer(all))).isEqualTo(first.length);
        assertThat(scanner.isComplete()).isFalse();
        assertThat(scanner.isBeforeRows()).isTrue();
        assertThat(scanner.scan(Unpooled.wrappedBuffer(all, first.length, all.length - first.length)))
                .isEqualTo(all.length - first.length);
        assertThat(scanner.isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void prepare_isCompleteAfterItsDefinitions(boolean deprecateEof) {
        for (int parameters = 0; parameters <= 2; parameters++) {
            for (int columns = 0; columns <= 2; columns++) {
                byte[] answer = packet(1, "00 07 01 00 00 0" + columns + " 00 0" + parameters + " 00 00 09 00");
                int next = 2;
                if (parameters > 0) {
                    answer = join(answer, definitions(next, parameters, deprecateEof));
                    next += parameters + 1;
                }
                if (columns > 0) {
                    answer = join(answer, definitions(next, columns, deprecateEof));
                }
                int wantedParameters = parameters;
                int wantedColumns = columns;
                check(Kind.PREPARE, deprecateEof, answer, scanned -> {
                    assertThat(scanned.statementId()).isEqualTo(0x107);
                    assertThat(scanned.parameterCount()).isEqualTo(wantedParameters);
                    assertThat(scanned.columnCount()).isEqualTo(wantedColumns);
                    assertThat(scanned.warnings()).isEqualTo(9);
                    assertThat(scanned.statusFlags()).isEqualTo(-1);
                });
            }
        }
    }

    @Test
    void statusOfAnEarlierAnswer_isNotTakenForThisOnes() {
        check(Kind.RESULT, true, packet(1, "00 00 00 03 00 00 00"), scanned -> {});
        check(Kind.PREPARE, true, packet(1, "00 07 00 00 00 00 00 00 00 00 00 00"), scanned -> {
            assertThat(scanned.statusFlags()).isEqualTo(-1);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fieldList_endsWithEofOrOk(boolean deprecateEof) {
        byte[] withDefault = join(definition("shop", "c"), bytes("03 'abc'"));
        byte[] answer = join(packet(1, withDefault), packet(2, withDefault), end(3, deprecateEof, 2));
        check(Kind.FIELD_LIST, deprecateEof, answer, scanned -> {
            assertThat(scanned.isError()).isFalse();
            assertThat(scanned.statusFlags()).isEqualTo(2);
            assertThat(scanned.warnings()).isEqualTo(3);
        });
        scanner.begin(Kind.FIELD_LIST, deprecateEof);
        assertThat(scanner.isBeforeRows()).isTrue();
        assertThat(scanner.scanMetadata(Unpooled.wrappedBuffer(answer))).isEqualTo(answer.length);
    }

    @Test
    void simple_takesOkAndEof() {
        check(Kind.SIMPLE, true, packet(1, OK), scanned -> assertThat(scanned.statusFlags())
                .isEqualTo(2));
        check(Kind.SIMPLE, false, packet(1, EOF), scanned -> assertThat(scanned.statusFlags())
                .isEqualTo(2));
        check(Kind.SIMPLE, true, packet(1, OK_END), scanned -> assertThat(scanned.statusFlags())
                .isEqualTo(2));
    }

    /** A text row whose first value is 16 MiB or longer begins with 0xFE, like the packet that ends the rows. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hugeRows_areNotTakenForTheEnd(boolean deprecateEof) {
        for (int length : new int[] {MAX - 1, MAX, MAX + 1, 2 * MAX}) {
            byte[] row = new byte[length];
            row[0] = (byte) (length < MAX ? 0xfd : 0xfe);
            byte[] answer = join(
                    packet(1, "01"),
                    definitions(2, 1, deprecateEof),
                    packet(4, row),
                    packet(6, "01 'a'"),
                    end(7, deprecateEof, 2));
            for (int chunk : new int[] {1 << 20, (1 << 20) + 1, MAX + 4, MAX + 5, answer.length}) {
                scanner.begin(Kind.RESULT, deprecateEof);
                for (int at = 0; at < answer.length; at += chunk) {
                    scanAll(Unpooled.wrappedBuffer(answer, at, Math.min(chunk, answer.length - at)));
                }
                assertThat(scanner.isComplete())
                        .as("row of %d in chunks of %d", length, chunk)
                        .isTrue();
                assertThat(scanner.rows()).isEqualTo(2);
            }
        }
    }

    @Test
    void continuationThatLooksLikeAnError_isPartOfTheRow() {
        byte[] row = new byte[MAX + 9];
        row[0] = (byte) 0xfe;
        row[MAX] = (byte) 0xff;
        byte[] answer = join(packet(1, "01"), definitions(2, 1, true), packet(4, row), end(6, true, 2));
        scanWhole(Kind.RESULT, true, answer);
        assertThat(scanner.isComplete()).isTrue();
        assertThat(scanner.isError()).isFalse();
        assertThat(scanner.rows()).isEqualTo(1);
    }

    @Test
    void metadataScan_stopsBeforeTheFirstRow() {
        byte[] metadata = join(packet(1, "01"), definitions(2, 1, false));
        byte[] all = join(metadata, packet(4, "01 'a'"), packet(5, EOF));
        for (int split = 0; split <= metadata.length; split++) {
            scanner.begin(Kind.RESULT, false);
            int taken = scanner.scanMetadata(Unpooled.wrappedBuffer(all, 0, split));
            assertThat(taken).isEqualTo(split);
            assertThat(scanner.isBeforeRows()).isEqualTo(split < metadata.length);
            if (split < metadata.length) {
                taken += scanner.scanMetadata(Unpooled.wrappedBuffer(all, split, all.length - split));
            }
            assertThat(taken).isEqualTo(metadata.length);
            assertThat(scanner.isBeforeRows()).isFalse();
        }
    }

    private void refused(Kind kind, boolean deprecateEof, String message, byte[]... answer) {
        assertThatThrownBy(() -> scanWhole(kind, deprecateEof, join(answer)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(message);
    }

    @Test
    void malformedAnswers_areRefused() {
        refused(Kind.RESULT, true, "local file", packet(1, "fb '/etc/passwd'"));
        refused(Kind.RESULT, true, "empty packet in phase START", packet(1, ""));
        refused(Kind.RESULT, true, "empty packet in phase COLUMNS", packet(1, "01"), packet(2, ""));
        refused(
                Kind.RESULT,
                true,
                "empty packet in phase ROWS",
                packet(1, "01"),
                definitions(2, 1, true),
                packet(3, ""));
        refused(Kind.RESULT, true, "columns", packet(1, "fd 00 00 01"));
        refused(Kind.RESULT, true, "ends early", packet(1, "fc 01"));
        refused(Kind.RESULT, true, "before its status", packet(1, "00 00 00 02 00 00"));
        refused(Kind.RESULT, true, "string of 9 bytes", packet(1, "00 00 00 02 00 00 00 09 'short'"));
        refused(Kind.RESULT, true, "error packet of 2 bytes", packet(1, "ff 28"));
        refused(
                Kind.RESULT,
                false,
                "EOF packet expected",
                packet(1, "01"),
                definitions(2, 1, true),
                packet(3, "01 'a'"));
        refused(
                Kind.RESULT,
                false,
                "EOF packet of 4 bytes",
                packet(1, "01"),
                definitions(2, 1, false),
                packet(4, "fe 00 00 00"));
        refused(Kind.RESULT, true, "at most", packet(1, new byte[70_000]));
        refused(Kind.RESULT, true, "definition of 2000000", packet(1, "01"), packet(2, new byte[2_000_000]));
        refused(Kind.PREPARE, true, "COM_STMT_PREPARE", packet(1, OK));
        refused(Kind.SIMPLE, true, "OK or error packet expected", packet(1, "01"));
    }
}
