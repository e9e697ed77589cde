package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the values of one row lie. Reused from row to row; the places are absolute indexes of the row's buffer. */
final class RowLayout {
    /** The bits of the first two columns in a binary row's bitmap are not used. */
    private static final int BITMAP_OFFSET = 2;

    private final RowFormat format;
    private final int[] types;
    /** Where the encoded value begins; one more than there are columns, the last is the row's end. */
    private final int[] field;
    /** Where the value's own bytes begin. */
    private final int[] start;
    /** The value's own bytes; -1 for NULL. */
    private final int[] length;

    RowLayout(RowFormat format, List<ResultColumn> columns) {
        this.format = format;
        this.types = columns.stream().mapToInt(ResultColumn::type).toArray();
        this.field = new int[types.length + 1];
        this.start = new int[types.length];
        this.length = new int[types.length];
    }

    RowFormat format() {
        return format;
    }

    int columns() {
        return types.length;
    }

    /** Index of a column that may be counted from the right. */
    int index(int column) {
        int index = column < 0 ? types.length + column : column;
        if (index < 0 || index >= types.length) {
            throw new IndexOutOfBoundsException("column " + column + " of " + types.length);
        }
        return index;
    }

    /**
     * Finds all values.
     *
     * @throws IndexOutOfBoundsException when the row has not as many
     */
    void locate(ByteBuf row) {
        int end = format == RowFormat.TEXT ? locateText(row) : locateBinary(row);
        if (end > row.writerIndex()) {
            throw new IndexOutOfBoundsException("a row of " + types.length + " columns ends early");
        }
        field[types.length] = end;
    }

    private int locateText(ByteBuf row) {
        int at = row.readerIndex();
        for (int i = 0; i < types.length; i++) {
            field[i] = at;
            int first = row.getUnsignedByte(at);
            if (first == LengthEncoding.NULL) {
                start[i] = at + 1;
                length[i] = -1;
                at++;
            } else {
                at = locatePrefixed(row, i, at);
            }
        }
        return at;
    }

    private int locateBinary(ByteBuf row) {
        int bitmap = row.readerIndex() + 1;
        int at = bitmap + bitmapLength(types.length);
        for (int i = 0; i < types.length; i++) {
            field[i] = at;
            int bit = i + BITMAP_OFFSET;
            if ((row.getByte(bitmap + (bit >> 3)) & 1 << (bit & 7)) != 0) {
                start[i] = at;
                length[i] = -1;
                continue;
            }
            int width = WireType.fixedWidth(types[i]);
            if (width >= 0) {
                start[i] = at;
                length[i] = width;
                at += width;
            } else {
                at = locatePrefixed(row, i, at);
            }
        }
        return at;
    }

    private int locatePrefixed(ByteBuf row, int column, int at) {
        start[column] = at + LengthEncoding.bytes(row, at);
        length[column] = LengthEncoding.length(row, at);
        long end = (long) start[column] + length[column];
        if (end > row.writerIndex()) {
            throw new IndexOutOfBoundsException("a row ends before its column " + column);
        }
        return (int) end;
    }

    static int bitmapLength(int columns) {
        return (columns + 7 + BITMAP_OFFSET) / 8;
    }

    boolean isNull(int column) {
        return length[column] < 0;
    }

    int start(int column) {
        return start[column];
    }

    /** -1 for NULL. */
    int length(int column) {
        return length[column];
    }

    /** A copy of the value's own bytes, or null. */
    byte @Nullable [] copy(ByteBuf row, int column) {
        if (length[column] < 0) {
            return null;
        }
        byte[] value = new byte[length[column]];
        row.getBytes(start[column], value);
        return value;
    }

    /**
     * Takes columns from the right end of a located row, in place and without copying values.
     *
     * @param visible how many columns stay
     */
    void trim(ByteBuf row, int visible) {
        if (visible == types.length) {
            return;
        }
        row.writerIndex(field[visible]);
        if (format == RowFormat.TEXT) {
            return;
        }
        int from = row.readerIndex();
        int kept = bitmapLength(visible);
        int shift = bitmapLength(types.length) - kept;
        // The values stay where they are: the shorter head moves towards them.
        for (int i = kept; i >= 1; i--) {
            row.setByte(from + shift + i, row.getByte(from + i));
        }
        row.setByte(from + shift, 0);
        int usedBits = (visible + BITMAP_OFFSET) & 7;
        if (usedBits != 0) {
            int last = from + shift + kept;
            row.setByte(last, row.getByte(last) & (1 << usedBits) - 1);
        }
        row.readerIndex(from + shift);
    }

    /**
     * Writes a located row with some values replaced.
     *
     * @param columns how many columns from the left are written
     * @param replaced for which columns {@code values} counts; a null there is NULL
     */
    void write(ByteBuf row, ByteBuf out, int columns, boolean[] replaced, byte[] @Nullable [] values) {
        if (format == RowFormat.BINARY) {
            int head = out.writerIndex();
            out.writeZero(1 + bitmapLength(columns));
            for (int i = 0; i < columns; i++) {
                if (replaced[i] ? values[i] == null : length[i] < 0) {
                    int bit = i + BITMAP_OFFSET;
                    int at = head + 1 + (bit >> 3);
                    out.setByte(at, out.getByte(at) | 1 << (bit & 7));
                }
            }
        }
        for (int i = 0; i < columns; i++) {
            if (replaced[i]) {
                writeValue(out, i, values[i]);
            } else {
                out.writeBytes(row, field[i], field[i + 1] - field[i]);
            }
        }
    }

    private void writeValue(ByteBuf out, int column, byte @Nullable [] value) {
        if (value == null) {
            if (format == RowFormat.TEXT) {
                out.writeByte(LengthEncoding.NULL);
            }
        } else if (format == RowFormat.BINARY && WireType.fixedWidth(types[column]) >= 0) {
            out.writeBytes(value);
        } else {
            LengthEncoding.write(out, value);
        }
    }
}
