package io.dbmesh.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class ColumnDefinitionTest {
    private static final byte[] ID = Wire.bytes("""
            03 'def'
            04 'shop'
            01 'o'
            06 'orders'
            02 'nr'
            02 'id'
            0c             # length of what follows
            3f 00          # binary
            14 00 00 00    # 20 characters
            08             # LONGLONG
            03 42          # NOT_NULL, PRI_KEY, AUTO_INCREMENT, PART_KEY
            00             # decimals
            00 00
            """);

    @Test
    void definition_isReadAndWritten() {
        ColumnDefinition id = ColumnDefinition.read(Unpooled.wrappedBuffer(ID));
        assertThat(id)
                .isEqualTo(
                        new ColumnDefinition("shop", "o", "orders", "nr", "id", 63, 20, FieldType.LONGLONG, 0x4203, 0));
        ByteBuf out = Unpooled.buffer();
        id.write(out, 5, false);
        assertThat(Wire.read(out)).isEqualTo(Wire.packet(5, ID));
    }

    @Test
    void lengthOf32Bits_isUnsigned() {
        ColumnDefinition text = new ColumnDefinition("s", "t", "t", "c", "c", 255, 0xffffffffL, 0xfc, 0xffff, 31);
        ByteBuf out = Unpooled.buffer();
        text.write(out, 0, false);
        out.skipBytes(Packets.HEADER_LENGTH);
        assertThat(ColumnDefinition.read(out)).isEqualTo(text);
    }

    @Test
    void definitionThatIsCutAnywhere_isRefused() {
        for (int length = 0; length < ID.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(ID, 0, length);
            assertThatThrownBy(() -> ColumnDefinition.read(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void ownColumns_areReadable() {
        for (ColumnDefinition own :
                new ColumnDefinition[] {ColumnDefinition.text("a"), ColumnDefinition.integer("b")}) {
            ByteBuf out = Unpooled.buffer();
            own.write(out, 0, true);
            out.skipBytes(Packets.HEADER_LENGTH);
            assertThat(ColumnDefinition.read(out)).isEqualTo(own);
        }
    }
}
