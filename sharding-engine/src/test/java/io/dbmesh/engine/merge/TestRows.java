package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes rows of some columns. Values are strings as a text row shows them, or byte arrays as they are, or
 * null.
 */
record TestRows(RowFormat format, List<Column> columns) {
    static TestRows of(RowFormat format, Column... columns) {
        return new TestRows(format, List.of(columns));
    }

    TestRows visible(int count) {
        return new TestRows(format, columns.subList(0, count));
    }

    List<ResultColumn> definitions() {
        return columns.stream().map(Column::column).toList();
    }

    ByteBuf encode(@Nullable Object... values) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        if (format == RowFormat.BINARY) {
            byte[] bitmap = new byte[(values.length + 9) / 8];
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null) {
                    bitmap[(i + 2) / 8] |= (byte) (1 << ((i + 2) % 8));
                }
            }
            out.writeByte(0).writeBytes(bitmap);
        }
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value == null) {
                if (format == RowFormat.TEXT) {
                    out.writeByte(0xfb);
                }
            } else if (format == RowFormat.TEXT || !binary(out, columns.get(i), value.toString())) {
                LengthEncoding.write(out, bytes(value));
            }
        }
        return out;
    }

    private static byte[] bytes(Object value) {
        return value instanceof byte[] bytes ? bytes : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean binary(ByteBuf out, Column column, String text) {
        switch (column.type()) {
            case WireType.TINY -> out.writeByte(Integer.parseInt(text));
            case WireType.SHORT, WireType.YEAR -> out.writeShortLE(Integer.parseInt(text));
            case WireType.LONG, WireType.INT24 -> out.writeIntLE((int) Long.parseLong(text));
            case WireType.LONGLONG ->
                out.writeLongLE(text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text));
            case WireType.FLOAT -> out.writeFloatLE(Float.parseFloat(text));
            case WireType.DOUBLE -> out.writeDoubleLE(Double.parseDouble(text));
            case WireType.DATE, WireType.DATETIME, WireType.TIMESTAMP -> dateTime(out, text);
            case WireType.TIME -> time(out, text);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void dateTime(ByteBuf out, String text) {
        String[] parts = text.split("[-: .]");
        int length = parts.length == 3 ? 4 : parts.length == 6 ? 7 : 11;
        out.writeByte(length).writeShortLE(Integer.parseInt(parts[0]));
        for (int i = 1; i < Math.min(6, parts.length); i++) {
            out.writeByte(Integer.parseInt(parts[i]));
        }
        if (length == 11) {
            out.writeIntLE(Integer.parseInt((parts[6] + "000000").substring(0, 6)));
        }
    }

    private static void time(ByteBuf out, String text) {
        boolean negative = text.startsWith("-");
        String[] parts = (negative ? text.substring(1) : text).split("[:.]");
        int hours = Integer.parseInt(parts[0]);
        out.writeByte(parts.length == 4 ? 12 : 8).writeByte(negative ? 1 : 0).writeIntLE(hours / 24);
        out.writeByte(hours % 24).writeByte(Integer.parseInt(parts[1])).writeByte(Integer.parseInt(parts[2]));
        if (parts.length == 4) {
            out.writeIntLE(Integer.parseInt((parts[3] + "000000").substring(0, 6)));
        }
    }

    /** The values of a row, numbers and strings as text rows show them; releases it. */
    List<@Nullable String> decode(ByteBuf row) {
        try {
            List<@Nullable String> values = new ArrayList<>();
            RowLayout layout = new RowLayout(format, definitions());
            layout.locate(row);
            for (int i = 0; i < columns.size(); i++) {
                values.add(layout.isNull(i) ? null : decode(row, layout, i));
            }
            int end = layout.start(columns.size() - 1) + Math.max(0, layout.length(columns.size() - 1));
            if (end != row.writerIndex()) {
                throw new IllegalStateException((row.writerIndex() - end) + " bytes behind the row");
            }
            return values;
        } finally {
            row.release();
        }
    }

    private String decode(ByteBuf row, RowLayout layout, int index) {
        Column column = columns.get(index);
        int at = layout.start(index);
        int length = layout.length(index);
        boolean unsigned = (column.flags() & WireType.UNSIGNED_FLAG) != 0;
        if (format == RowFormat.BINARY && WireType.isInteger(column.type())) {
            long value = ValueReader.integer(format, row, at, length, unsigned);
            return unsigned ? Long.toUnsignedString(value) : Long.toString(value);
        }
        if (format == RowFormat.BINARY && WireType.isFloating(column.type())) {
            return String.format(Locale.ROOT, "%s", ValueReader.floating(format, row, at, length));
        }
        return row.toString(at, length, StandardCharsets.UTF_8);
    }

    static ByteBuf garbage() {
        return Unpooled.wrappedBuffer(new byte[] {0, 5, 1});
    }
}
