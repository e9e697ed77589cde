package io.dbmesh.proxy.differential;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Few different values, so that many are equal, near each other, or equal but for case, accents and spaces. */
final class Values {
    /** The columns of {@code wide} but its key, in their order. */
    static final List<String> WIDE = List.of(
            "i", "u", "t", "de", "f", "d", "s", "ci", "la", "bi", "ch", "vb", "dt", "ts", "da", "ti", "ye", "e", "st", "b",
            "tx");

    static final List<String> NAMES = List.of("ann", "bob", "cid", "dan", "eve", "Fay", "gus", "hal", "10", "9", "a b", "-");

    private static final List<String> STRINGS = List.of(
            "Abc", "abc", "äbc", "ÄBD", "abd", "z", "", "中", "a b", "9", "10", "abc ", "Zz", "zz", "é", "E");

    private final Random random;

    Values(Random random) {
        this.random = random;
    }

    /** For a column: sometimes NULL. */
    @Nullable Object stored(String column) {
        return !column.equals("t") && random.nextInt(8) == 0 ? null : value(column);
    }

    /** A value of a column's kind. */
    Object value(String column) {
        int small = random.nextInt(20);
        return switch (column) {
            case "id", "wide_id" -> random.nextInt(Twins.ROWS + 20) - Twins.ROWS / 3 - 10;
            case "k" -> random.nextInt(90) - 45;
            case "i", "n", "t" -> small - 10;
            case "u" -> small == 0 ? new BigDecimal("18446744073709551615") : random.nextInt(1000);
            case "de" -> new BigDecimal((small - 10) + "." + random.nextInt(10));
            case "f" -> new BigDecimal((small - 10) + ".5");
            case "d" -> new BigDecimal((small - 10) + ".25").movePointRight(random.nextInt(4));
            case "dt" -> "2024-02-%02d 10:11:12.%06d".formatted(1 + small, random.nextInt(3) * 1000);
            case "ts" -> "2023-07-%02d 03:04:05".formatted(1 + small);
            case "da" -> "1999-12-%02d".formatted(1 + small);
            case "ti" -> "%s%02d:00:01.%03d".formatted(small < 4 ? "-" : "", small, random.nextInt(3));
            case "ye" -> 1990 + small;
            case "e" -> List.of("z", "a", "m").get(small % 3);
            case "st" -> List.of("q", "b,x", "", "q,b,x").get(small % 4);
            case "b" -> random.nextInt(6) * 300;
            case "la" -> List.of("Abc", "abc ", "abd", "Zz", "", "10", "9", "é", "E").get(small % 9);
            case "region" -> List.of("de", "AT", "us", "fr", "it", "jp", "DE", "nowhere").get(small % 8);
            case "name" -> NAMES.get(small % NAMES.size());
            default -> STRINGS.get(small % STRINGS.size());
        };
    }

    Object key(String column) {
        Object value = value(column);
        return switch (random.nextInt(12)) {
            case 0 -> value.toString();
            case 1 -> value instanceof Integer number ? new BigDecimal(number + ".0") : value;
            case 2 -> value instanceof String text ? text.toUpperCase(java.util.Locale.ROOT) + " " : value;
            case 3 -> value instanceof Integer number ? new BigDecimal(number + ".5") : value;
            default -> value;
        };
    }

    static String sql(@Nullable Object value) {
        return switch (value) {
            case null -> "NULL";
            case String text -> "'" + text.replace("'", "''") + "'";
            default -> value.toString();
        };
    }
}
