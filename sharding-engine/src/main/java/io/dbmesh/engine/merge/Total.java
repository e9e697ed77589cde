package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A sum of one column: exact for integers and decimals, in floating point for floating point. */
final class Total {
    /** What the servers' own sums hold. */
    private static final int MAX_DIGITS = 81;

    private final int index;
    private final ResultColumn column;
    private final boolean floating;
    private final int scale;
    private boolean any;
    private long small;
    private @Nullable BigDecimal big;
    private double sum;

    /** @throws MeshException UNSUPPORTED when the column is no number */
    Total(int index, ResultColumn column) {
        this.index = index;
        this.column = column;
        this.floating = WireType.isFloating(column.type());
        this.scale = WireType.isDecimal(column.type()) ? column.decimals() : 0;
        if (!floating && !WireType.isDecimal(column.type()) && !WireType.isInteger(column.type())) {
            throw MeshException.unsupported(
                    "the sum over several shards of column '" + column.name() + "', which is no number",
                    "cast the value to DECIMAL or DOUBLE");
        }
    }

    void reset() {
        any = false;
        small = 0;
        big = null;
        sum = 0;
    }

    void add(ByteBuf row, RowLayout layout) {
        if (layout.isNull(index)) {
            return;
        }
        any = true;
        int at = layout.start(index);
        int length = layout.length(index);
        if (floating) {
            sum += ValueReader.floating(layout.format(), row, at, length);
        } else if (WireType.isInteger(column.type())) {
            addInteger(ValueReader.integer(layout.format(), row, at, length, column.isUnsigned()));
        } else {
            long scaled = ValueReader.scaled(row, at, length, scale);
            if (scaled == ValueReader.TOO_LONG) {
                addBig(ValueReader.decimal(row, at, length));
            } else {
                addSmall(scaled);
            }
        }
    }

    private void addInteger(long value) {
        if (column.isUnsigned() && value < 0) {
            addBig(new BigDecimal(Long.toUnsignedString(value)));
        } else {
            addSmall(value);
        }
    }

    private void addSmall(long value) {
        long next = small + value;
        if (((small ^ next) & (value ^ next)) < 0) {
            addBig(BigDecimal.valueOf(small, scale));
            small = value;
        } else {
            small = next;
        }
    }

    private void addBig(BigDecimal value) {
        BigDecimal next = big == null ? value : big.add(value);
        if (next.precision() - next.scale() + scale > MAX_DIGITS) {
            throw MeshException.unsupported(
                    "a sum of several shards of more than " + MAX_DIGITS + " digits in column '" + column.name() + "'",
                    "sum smaller values");
        }
        big = next;
    }

    /** Whether there was a value that is not NULL. */
    boolean hasValue() {
        return any;
    }

    boolean isFloating() {
        return floating;
    }

    int scale() {
        return scale;
    }

    BigDecimal exact() {
        BigDecimal rest = BigDecimal.valueOf(small, scale);
        return big == null ? rest : big.add(rest);
    }

    double floating() {
        return floating ? sum : exact().doubleValue();
    }
}
