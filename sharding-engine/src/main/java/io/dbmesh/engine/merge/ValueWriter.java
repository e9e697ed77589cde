package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Encodes computed values as a server would in a column. */
final class ValueWriter {
    private final RowFormat format;
    private final ResultColumn column;

    ValueWriter(RowFormat format, ResultColumn column) {
        this.format = format;
        this.column = column;
    }

    byte[] integer(long value) {
        if (format == RowFormat.TEXT || WireType.fixedWidth(column.type()) < 0) {
            String text = column.isUnsigned() ? Long.toUnsignedString(value) : Long.toString(value);
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        return littleEndian(value, WireType.fixedWidth(column.type()));
    }

    byte[] decimal(BigDecimal value) {
        if (WireType.isInteger(column.type())) {
            return integer(exactLong(value));
        }
        return value.toPlainString().getBytes(StandardCharsets.US_ASCII);
    }

    private long exactLong(BigDecimal value) {
        int bits = column.isUnsigned() ? 64 : 63;
        if ((value.signum() < 0 && column.isUnsigned()) || value.toBigInteger().bitLength() > bits) {
            throw MeshException.unsupported(
                    "a sum of several shards beyond 64 bits in column '" + column.name() + "'",
                    "sum CAST(value AS DECIMAL(65))");
        }
        return value.toBigInteger().longValue();
    }

    byte[] floating(double value) {
        if (format == RowFormat.TEXT) {
            return DoubleText.bytes(value, column.decimals());
        }
        return column.type() == WireType.FLOAT
                ? littleEndian(Float.floatToIntBits((float) value), 4)
                : littleEndian(Double.doubleToLongBits(value), 8);
    }

    private static byte[] littleEndian(long value, int width) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return bytes;
    }
}
