package io.dbmesh.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.proxy.protocol.ExecuteRequest.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExecuteRequestTest {

    private static final String HEAD = "17 07 00 00 00 00 01 00 00 00 ";

    private static ByteBuf of(String annotated) {
        return Unpooled.wrappedBuffer(Wire.bytes(annotated));
    }

    private static byte[] written(ExecuteRequest request, Value... values) {
        ByteBuf out = Unpooled.buffer();
        request.write(out, 7, false, values);
        return Wire.read(out);
    }

    private static Value[] clients(int count) {
        Value[] values = new Value[count];
        for (int i = 0; i < count; i++) {
            values[i] = new Value.OfClient(i);
        }
        return values;
    }

    private static final String ALL_TYPES = HEAD + """
            00 02 01           # the tenth value is NULL
            01
            01 00              # TINY
            01 80              # TINY UNSIGNED
            02 00              # SHORT
            03 00              # LONG
            08 80              # LONGLONG UNSIGNED
            04 00              # FLOAT
            05 00              # DOUBLE
            fd 00              # VAR_STRING
            0c 00              # DATETIME
            03 00              # NULL by the bitmap
            0b 00              # TIME
            fc 00              # BLOB
            0a 00              # DATE of zeros
            06 00              # NULL by type
            f6 00              # NEWDECIMAL
            03 80              # LONG UNSIGNED
            0d 00              # NULL by the bitmap
            ff
            ff
            fe ff
            ff ff ff ff
            ff ff ff ff ff ff ff ff
            00 00 c0 3f        # 1.5
            00 00 00 00 00 00 04 c0  # -2.5
            05 'hello'
            07 ea 07 0b 18 01 02 03
            08 01 00 00 00 00 01 02 03
            fc 03 00 'abc'
            00
            04 '1.25'
            fe ff ff ff
            """;

    @Test
    void parameters_areFoundByType() {
        ExecuteRequest request = new ExecuteRequest(17);
        request.read(of(ALL_TYPES));
        assertThat(request.longValue(0)).isEqualTo(-1);
        assertThat(request.longValue(1)).isEqualTo(255);
        assertThat(request.longValue(2)).isEqualTo(-2);
        assertThat(request.longValue(3)).isEqualTo(-1);
        assertThat(request.longValue(4)).isEqualTo(-1);
        assertThat(request.isUnsigned(4)).isTrue();
        assertThat(request.doubleValue(5)).isEqualTo(1.5);
        assertThat(request.doubleValue(6)).isEqualTo(-2.5);
        assertThat(request.bytes(7)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        assertThat(request.bytes(8)).hasSize(7);
        assertThat(request.isNull(9)).isTrue();
        assertThat(request.bytes(10)).hasSize(8);
        assertThat(request.bytes(11)).asString(StandardCharsets.UTF_8).isEqualTo("abc");
        assertThat(request.bytes(12)).isEmpty();
        assertThat(request.isNull(13)).isTrue();
        assertThat(request.bytes(14)).asString(StandardCharsets.UTF_8).isEqualTo("1.25");
        assertThat(request.longValue(15)).isEqualTo(0xfffffffeL);
        assertThat(request.isNull(16)).isTrue();
    }

    @Test
    void requestThatIsCutAnywhere_isRefused() {
        byte[] whole = Wire.bytes(ALL_TYPES);
        for (int length = 0; length < whole.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(whole, 0, length);
            assertThatThrownBy(() -> new ExecuteRequest(17).read(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void typesAreRemembered_andAlwaysWritten() {
        ExecuteRequest request = new ExecuteRequest(1);
        request.read(of(HEAD + "00 01 08 00 2a 00 00 00 00 00 00 00"));
        request.read(of(HEAD + "00 00 2b 00 00 00 00 00 00 00"));
        assertThat(request.longValue(0)).isEqualTo(43);
        assertThat(written(request, clients(1))).isEqualTo(Wire.bytes(HEAD + "00 01 08 00 2b 00 00 00 00 00 00 00"));
    }

    @Test
    void executionBeforeTypesAreKnown_isRefused() {
        assertThatThrownBy(() -> new ExecuteRequest(1).read(of(HEAD + "00 00 2a")))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("without parameter types");
    }

    @Test
    void writtenRequest_readsAsTheSame() {
        ExecuteRequest request = new ExecuteRequest(17);
        request.read(of(ALL_TYPES));
        byte[] written = written(request, clients(17));
        ExecuteRequest again = new ExecuteRequest(17);
        again.read(Unpooled.wrappedBuffer(written));
        for (int i = 0; i < 17; i++) {
            assertThat(again.isNull(i)).as("null %d", i).isEqualTo(request.isNull(i));
            assertThat(again.type(i)).as("type %d", i).isEqualTo(request.type(i));
            if (!request.isNull(i)) {
                assertThat(again.bytes(i)).as("value %d", i).isEqualTo(request.bytes(i));
            }
        }
    }

    @Test
    void valuesOfTheMesh_areMixedIn() {
        ExecuteRequest request = new ExecuteRequest(2);
        request.read(of(HEAD + "01 01 fd 00 03 00 09 00 00 00"));
        byte[] written = written(
                request,
                new Value.OfClient(1),
                new Value.OfMesh(-1, true),
                new Value.OfClient(0),
                new Value.OfClient(1));
        assertThat(written)
                .isEqualTo(Wire.bytes(
                        HEAD + "04 01 03 00 08 80 fd 00 03 00" + "09 00 00 00 ff ff ff ff ff ff ff ff 09 00 00 00"));
    }

    @Test
    void statementWithoutParameters_hasNoBitmap() {
        ExecuteRequest request = new ExecuteRequest(0);
        request.read(of("17 01 00 00 00 01 01 00 00 00"));
        assertThat(request.wantsCursor()).isTrue();
        assertThat(written(request)).isEqualTo(Wire.bytes(HEAD));
    }

    @Test
    void longData_isAppendedAndWinsOverTheNullBit() {
        ExecuteRequest request = new ExecuteRequest(2);
        for (int i = 0; i < 1000; i++) {
            request.appendLongData(0, new byte[] {'a', 'b'});
        }
        assertThat(request.longDataBytes()).isEqualTo(2000);
        request.read(of(HEAD + "01 01 fc 00 01 00 05"));
        assertThat(request.isNull(0)).isFalse();
        assertThat(request.isLongData(0)).isTrue();
        assertThat(request.bytes(0)).hasSize(2000).startsWith('a', 'b', 'a');
        assertThat(request.longValue(1)).isEqualTo(5);
        assertThat(written(request, clients(2))).hasSize(10 + 1 + 1 + 4 + 3 + 2000 + 1);
        request.clearLongData();
        assertThat(request.longDataBytes()).isZero();
    }

    @Test
    void longDataOfANumber_isWrittenAsAString() {
        ExecuteRequest request = new ExecuteRequest(1);
        request.appendLongData(0, new byte[] {'4', '2'});
        request.read(of(HEAD + "00 01 08 00"));
        assertThat(written(request, clients(1))).isEqualTo(Wire.bytes(HEAD + "00 01 fd 00 02 '42'"));
    }

    @Test
    void longDataForAnUnknownParameter_isRefused() {
        assertThatThrownBy(() -> new ExecuteRequest(1).appendLongData(1, new byte[1]))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> new ExecuteRequest(0).appendLongData(0xffff, new byte[1]))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void lengthsThatAreNone_areRefused() {
        for (String length :
                new String[] {"fb", "ff", "fe ff ff ff ff ff ff ff 7f", "fe 00 00 00 00 00 00 00 80", "fd ff ff ff"}) {
            assertThatThrownBy(() -> new ExecuteRequest(1).read(of(HEAD + "00 01 fd 00 " + length + " '0123456789'")))
                    .as(length)
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
