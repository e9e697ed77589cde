package io.dbmesh.proxy.protocol;

import static io.dbmesh.proxy.protocol.Wire.EOF;
import static io.dbmesh.proxy.protocol.Wire.OK;
import static io.dbmesh.proxy.protocol.Wire.definition;
import static io.dbmesh.proxy.protocol.Wire.join;
import static io.dbmesh.proxy.protocol.Wire.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaRenameTest {
    private final TrackedBuffers buffers = new TrackedBuffers();
    private final SchemaRename rename = new SchemaRename("shop_0", "shop");
    private final ResponseScanner answer = new ResponseScanner();

    @AfterEach
    void allReleased() {
        buffers.assertAllReleased();
    }

    private byte[] rewritten(byte[]... packets) {
        ByteBuf in = buffers.of(join(packets));
        try {
            ByteBuf out = rename.rewrite(in, buffers);
            byte[] bytes = Wire.read(out);
            out.release();
            return bytes;
        } finally {
            in.release();
        }
    }

    @Test
    void definitions_getTheLogicalName() {
        byte[] out = rewritten(
                packet(1, "03 # three columns, not a definition"),
                packet(2, definition("shop_0", "a")),
                packet(3, definition("other", "b")),
                packet(4, definition("", "c")),
                packet(5, EOF));
        assertThat(out)
                .isEqualTo(join(
                        packet(1, "03"),
                        packet(2, definition("shop", "a")),
                        packet(3, definition("other", "b")),
                        packet(4, definition("", "c")),
                        packet(5, EOF)));
    }

    @Test
    void firstPacketOfAFieldList_isADefinition() {
        byte[] defaulted = Wire.bytes("02 'ab'");
        byte[] out = rewritten(packet(1, join(definition("shop_0", "a"), defaulted)), packet(2, EOF));
        assertThat(out).isEqualTo(join(packet(1, join(definition("shop", "a"), defaulted)), packet(2, EOF)));
    }

    @Test
    void prepareAnswer_isRewritten() {
        String ok = "00 07 00 00 00 01 00 01 00 00 00 00";
        byte[] out = rewritten(packet(1, ok), packet(2, definition("", "?")), packet(3, definition("shop_0", "a")));
        assertThat(out)
                .isEqualTo(join(packet(1, ok), packet(2, definition("", "?")), packet(3, definition("shop", "a"))));
    }

    @Test
    void ok_staysAsItIs() {
        assertThat(rewritten(packet(1, OK))).isEqualTo(packet(1, OK));
    }

    @Test
    void errors_getTheLogicalName() {
        byte[] out = rewritten(packet(1, "ff 7a 04 '#42S02' 'Table ' 27 'shop_0.t' 27 ' of `shop_0`.`t`'"));
        assertThat(out).isEqualTo(packet(1, "ff 7a 04 '#42S02' 'Table ' 27 'shop.t' 27 ' of `shop`.`t`'"));
        assertThat(rename.rewrite(new ErrorPacket(1049, "42000", "Unknown database 'shop_01'"))
                        .message())
                .isEqualTo("Unknown database 'shop_01'");
    }

    @Test
    void malformedPackets_areRefusedWithoutLeak() {
        assertThatThrownBy(() -> rewritten(packet(1, "01"), packet(2, "03 'def' 20 'short'")))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> rewritten(packet(1, "ff"))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> rewritten(Wire.bytes("05 00 00 01 00"))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> rewritten(Wire.bytes("05 00"))).isInstanceOf(ProtocolException.class);
    }
}
