package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.KeyColumn.Kind;
import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** Decodes the keys of rows and compares them as the servers do. */
final class KeyReader {
    private final KeyColumn[] columns;
    private final RowLayout layout;

    KeyReader(List<KeyColumn> columns, RowLayout layout) {
        this.columns = columns.toArray(KeyColumn[]::new);
        this.layout = layout;
    }

    Keys newKeys() {
        return new Keys(columns.length);
    }

    int count() {
        return columns.length;
    }

    /** Decodes the keys of a row that the layout has located. */
    void read(ByteBuf row, Keys into) {
        for (int i = 0; i < columns.length; i++) {
            int column = columns[i].column();
            if (layout.isNull(column)) {
                into.forms[i] = Keys.NULL;
            } else {
                readValue(row, i, layout.start(column), layout.length(column), into);
            }
        }
    }

    private void readValue(ByteBuf row, int key, int at, int length, Keys into) {
        KeyColumn column = columns[key];
        RowFormat format = layout.format();
        into.forms[key] = Keys.NUMBER;
        switch (column.kind()) {
            case SIGNED -> into.numbers[key] = ValueReader.integer(format, row, at, length, false);
            case UNSIGNED -> into.numbers[key] = Long.MIN_VALUE ^ ValueReader.integer(format, row, at, length, true);
            case BIT -> into.numbers[key] = Long.MIN_VALUE ^ ValueReader.bits(row, at, length);
            case DATE_TIME -> into.numbers[key] = ValueReader.dateTime(format, row, at, length);
            case TIME -> into.numbers[key] = ValueReader.time(format, row, at, length);
            case FLOATING -> into.numbers[key] = sortable(ValueReader.floating(format, row, at, length));
            case DECIMAL -> readDecimal(row, key, at, length, into);
            case BYTES -> {
                into.forms[key] = Keys.BYTES;
                row.getBytes(at, into.room(key, length), 0, length);
            }
        }
    }

    private void readDecimal(ByteBuf row, int key, int at, int length, Keys into) {
        int scale = columns[key].scale();
        long scaled = ValueReader.scaled(row, at, length, scale);
        if (scaled != ValueReader.TOO_LONG) {
            into.numbers[key] = scaled;
            return;
        }
        into.forms[key] = Keys.DECIMAL;
        BigDecimal value = ValueReader.decimal(row, at, length);
        into.decimals[key] = value.scale() < scale ? value.setScale(scale) : value;
    }

    /** Bits whose signed order is the order of the numbers; both zeros are one. */
    private static long sortable(double value) {
        long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
        return bits ^ (bits >> 63 & Long.MAX_VALUE);
    }

    /**
     * Compares two rows.
     *
     * @throws MeshException UNSUPPORTED when the servers do not sort by the part of a value that makes the difference
     */
    int compare(Keys left, Keys right) {
        for (int i = 0; i < columns.length; i++) {
            int order = compareKey(i, left, right);
            if (order != 0) {
                return columns[i].descending() ? -order : order;
            }
        }
        return 0;
    }

    private int compareKey(int key, Keys left, Keys right) {
        byte leftForm = left.forms[key];
        byte rightForm = right.forms[key];
        if (leftForm == Keys.NUMBER && rightForm == Keys.NUMBER) {
            return Long.compare(left.numbers[key], right.numbers[key]);
        }
        if (leftForm == Keys.NULL || rightForm == Keys.NULL) {
            return Boolean.compare(leftForm != Keys.NULL, rightForm != Keys.NULL);
        }
        if (columns[key].kind() == Kind.BYTES) {
            return compareBytes(columns[key], left.bytes[key], left.lengths[key], right.bytes[key], right.lengths[key]);
        }
        return decimal(left, key).compareTo(decimal(right, key));
    }

    private BigDecimal decimal(Keys keys, int key) {
        BigDecimal value = keys.decimals[key];
        return keys.forms[key] == Keys.DECIMAL && value != null
                ? value
                : BigDecimal.valueOf(keys.numbers[key], columns[key].scale());
    }

    private static int compareBytes(KeyColumn column, byte[] left, int leftLength, byte[] right, int rightLength) {
        int common = Math.min(leftLength, rightLength);
        int at = Arrays.mismatch(left, 0, common, right, 0, common);
        if (at >= 0) {
            requireSorted(column, at);
            return Integer.compare(left[at] & 0xff, right[at] & 0xff);
        }
        if (leftLength == rightLength) {
            return 0;
        }
        byte[] padding = column.padding();
        if (padding.length == 0) {
            requireSorted(column, common);
            return Integer.compare(leftLength, rightLength);
        }
        return leftLength > rightLength
                ? comparePadded(column, left, leftLength, common)
                : -comparePadded(column, right, rightLength, common);
    }

    /** The rest of the longer string against as many spaces. */
    private static int comparePadded(KeyColumn column, byte[] longer, int length, int from) {
        byte[] padding = column.padding();
        for (int i = from; i < length; i++) {
            int order = Integer.compare(longer[i] & 0xff, padding[i % padding.length] & 0xff);
            if (order != 0) {
                requireSorted(column, i);
                return order;
            }
        }
        return 0;
    }

    private static void requireSorted(KeyColumn column, int at) {
        if (at >= column.comparable()) {
            throw MeshException.unsupported(
                    "sorting or grouping the rows of several shards by strings that differ only behind "
                            + column.comparable() + " bytes",
                    "servers sort by the first max_sort_length bytes alone; sort by LEFT(column, n) or another column");
        }
    }

    /** Appends bytes that are equal for two rows just when their keys are. */
    void writeCanonical(Keys keys, ByteBuf out) {
        for (int i = 0; i < columns.length; i++) {
            out.writeByte(keys.forms[i]);
            switch (keys.forms[i]) {
                case Keys.NULL -> {}
                case Keys.NUMBER -> out.writeLong(keys.numbers[i]);
                case Keys.BYTES -> {
                    int length = unpadded(columns[i].padding(), keys.bytes[i], keys.lengths[i]);
                    out.writeInt(length).writeBytes(keys.bytes[i], 0, length);
                }
                default -> {
                    byte[] digits = decimal(keys, i).unscaledValue().toByteArray();
                    out.writeInt(digits.length).writeBytes(digits);
                }
            }
        }
    }

    private static int unpadded(byte[] padding, byte[] bytes, int length) {
        if (padding.length == 0) {
            return length;
        }
        int end = length;
        int step = padding.length;
        while (end >= step && Arrays.equals(bytes, end - step, end, padding, 0, step)) {
            end -= step;
        }
        return end;
    }
}
