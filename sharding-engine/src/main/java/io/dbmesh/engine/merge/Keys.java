package io.dbmesh.engine.merge;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The decoded keys of one row; reused for many. */
final class Keys {
    static final byte NULL = 0;
    /** In {@link #numbers}, where signed order is the value's order. */
    static final byte NUMBER = 1;
    /** In {@link #bytes}. */
    static final byte BYTES = 2;
    /** In {@link #decimals}. */
    static final byte DECIMAL = 3;

    final byte[] forms;
    final long[] numbers;
    final byte[][] bytes;
    final int[] lengths;
    final @Nullable BigDecimal[] decimals;

    Keys(int count) {
        this.forms = new byte[count];
        this.numbers = new long[count];
        this.bytes = new byte[count][];
        Arrays.fill(this.bytes, new byte[0]);
        this.lengths = new int[count];
        this.decimals = new BigDecimal[count];
    }

    /** Makes room for the bytes of a key. */
    byte[] room(int key, int length) {
        if (bytes[key].length < length) {
            bytes[key] = new byte[Math.max(length, 2 * bytes[key].length)];
        }
        lengths[key] = length;
        return bytes[key];
    }

    void copyFrom(Keys other) {
        System.arraycopy(other.forms, 0, forms, 0, forms.length);
        System.arraycopy(other.numbers, 0, numbers, 0, numbers.length);
        System.arraycopy(other.decimals, 0, decimals, 0, decimals.length);
        for (int i = 0; i < forms.length; i++) {
            if (forms[i] == BYTES) {
                System.arraycopy(other.bytes[i], 0, room(i, other.lengths[i]), 0, other.lengths[i]);
            }
        }
    }
}
