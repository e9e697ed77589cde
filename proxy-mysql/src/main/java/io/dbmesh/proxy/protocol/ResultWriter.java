package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a whole small result set of text and numbers, for statements that the proxy answers itself. */
public final class ResultWriter {

    private ResultWriter() {}

    /**
     * How a client wants its results.
     *
     * @param binary whether rows are encoded as COM_STMT_EXECUTE wants them
     * @param extendedMetadata whether column definitions are MariaDB's longer ones
     */
    public record Layout(boolean binary, boolean deprecateEof, boolean extendedMetadata) {}

    /**
     * Writes column definitions, rows and end.
     *
     * @param rows values as text, in the order of the columns; null for NULL
     * @param status {@link ServerStatus} flags
     */
    public static void write(
            ByteBuf out, List<ColumnDefinition> columns, List<List<@Nullable String>> rows, Layout layout, int status) {
        int sequence = 1;
        int start = Packets.begin(out, sequence++);
        LengthEncoded.writeInteger(out, columns.size());
        Packets.end(out, start);
        for (ColumnDefinition column : columns) {
            column.write(out, sequence++, layout.extendedMetadata());
        }
        if (!layout.deprecateEof()) {
            OkPacket.writeEof(out, sequence++, status, 0);
        }
        for (List<@Nullable String> row : rows) {
            start = Packets.begin(out, sequence++);
            if (layout.binary()) {
                writeBinary(out, columns, row);
            } else {
                writeText(out, row);
            }
            Packets.end(out, start);
        }
        OkPacket.writeEnd(out, sequence, layout.deprecateEof(), status, 0);
    }

    private static void writeText(ByteBuf out, List<@Nullable String> row) {
        for (String value : row) {
            if (value == null) {
                out.writeByte(LengthEncoded.NULL);
            } else {
                LengthEncoded.writeString(out, value);
            }
        }
    }

    /** The null bitmap of a row has an offset of two bits. */
    private static void writeBinary(ByteBuf out, List<ColumnDefinition> columns, List<@Nullable String> row) {
        byte[] nulls = new byte[(row.size() + 9) / 8];
        for (int i = 0; i < row.size(); i++) {
            if (row.get(i) == null) {
                nulls[(i + 2) / 8] |= (byte) (1 << (i + 2) % 8);
            }
        }
        out.writeByte(0).writeBytes(nulls);
        for (int i = 0; i < row.size(); i++) {
            String value = row.get(i);
            if (value == null) {
                continue;
            }
            switch (columns.get(i).type()) {
                case FieldType.LONGLONG -> out.writeLongLE(Long.parseLong(value));
                case FieldType.LONG -> out.writeIntLE(Integer.parseInt(value));
                case FieldType.DOUBLE -> out.writeDoubleLE(Double.parseDouble(value));
                default -> LengthEncoded.writeBytes(out, value.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
