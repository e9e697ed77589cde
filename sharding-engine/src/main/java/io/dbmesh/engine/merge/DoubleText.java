package io.dbmesh.engine.merge;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Floating point numbers as the servers write them in text rows. */
final class DoubleText {
    /** Beyond these powers of ten the exponent form is used; above only for whole numbers. */
    private static final int MAX_POINT = 15;

    private static final int MIN_POINT = -14;

    /** Numbers below it may have a shortest form of one digit, of which Java shows two. */
    private static final double SINGLE_DIGIT_BELOW = 1e-320;

    private DoubleText() {}

    /** @param decimals digits after the point; {@link WireType#NOT_FIXED} for the shortest that is exact */
    static byte[] bytes(double value, int decimals) {
        String text = decimals >= WireType.NOT_FIXED
                ? shortest(value)
                // Exact ties go to the even digit.
                : signed(value, new BigDecimal(Math.abs(value)).setScale(decimals, RoundingMode.HALF_EVEN));
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String signed(double value, BigDecimal magnitude) {
        String text = magnitude.toPlainString();
        return value < 0 || 1 / value < 0 ? "-" + text : text;
    }

    private static String shortest(double value) {
        String sign = value < 0 || 1 / value < 0 ? "-" : "";
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return sign + "0";
        }
        BigDecimal decimal = shortestDecimal(magnitude);
        String digits = decimal.unscaledValue().toString();
        // The number is 0.DIGITS times ten to the point.
        int point = digits.length() - decimal.scale();
        if (point < MIN_POINT || (point > MAX_POINT && digits.length() <= point)) {
            String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
            return sign + digits.charAt(0) + rest + "e" + (point - 1);
        }
        return sign + decimal.toPlainString();
    }

    private static BigDecimal shortestDecimal(double magnitude) {
        BigDecimal decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
        if (magnitude < SINGLE_DIGIT_BELOW && decimal.precision() == 2) {
            BigDecimal shorter = decimal.setScale(decimal.scale() - 1, RoundingMode.HALF_EVEN);
            if (shorter.doubleValue() == magnitude) {
                return shorter;
            }
        }
        return decimal;
    }
}
