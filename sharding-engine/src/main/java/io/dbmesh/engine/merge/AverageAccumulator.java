package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** AVG: the shards' sums by their counts; NULL when nothing was counted. */
final class AverageAccumulator extends Accumulator {
    /** The servers hold decimals in words of so many digits. */
    private static final int WORD_DIGITS = 9;

    private final int index;
    private final int decimals;
    private final boolean floating;
    private final Total sum;
    private final Total count;
    private final ValueWriter writer;

    AverageAccumulator(int index, ResultColumn column, Total sum, Total count, ValueWriter writer) {
        this.index = index;
        this.decimals = column.decimals();
        this.floating = WireType.isFloating(column.type());
        this.sum = sum;
        this.count = count;
        this.writer = writer;
    }

    @Override
    void reset() {
        sum.reset();
        count.reset();
    }

    @Override
    void add(ByteBuf row, RowLayout layout) {
        sum.add(row, layout);
        count.add(row, layout);
    }

    @Override
    void result(Replacements out) {
        if (!sum.hasValue() || count.exact().signum() == 0) {
            out.set(index, null);
        } else if (floating) {
            out.set(index, writer.floating(sum.floating() / count.floating()));
        } else {
            out.set(index, writer.decimal(divide(sum.exact(), count.exact(), sum.scale(), decimals)));
        }
    }

    /**
     * Divides as the servers do: the quotient is computed to whole words, cut off there, and only then rounded to the
     * digits of the column. So it is cut off and not rounded when these fill the words, as for DECIMAL(n, 5).
     */
    static BigDecimal divide(BigDecimal sum, BigDecimal count, int sumScale, int decimals) {
        int words = wholeWords(sumScale);
        int increment = Math.max(0, decimals - sumScale - (words - sumScale));
        int computed = wholeWords(words + increment);
        return sum.divide(count, computed, RoundingMode.DOWN).setScale(decimals, RoundingMode.HALF_UP);
    }

    private static int wholeWords(int digits) {
        return (digits + WORD_DIGITS - 1) / WORD_DIGITS * WORD_DIGITS;
    }
}
