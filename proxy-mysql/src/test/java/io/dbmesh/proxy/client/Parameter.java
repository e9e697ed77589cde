package io.dbmesh.proxy.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value for a {@code ?}, written as an SQL literal: {@code NULL}, a number, {@code 'text'} with doubled quotes inside, or
 * {@code x'00ff'}.
 */
record Parameter(String literal) {
    /** How the scripts tell the kinds apart. */
    enum Kind {
        NULL,
        INTEGER,
        DECIMAL,
        TEXT,
        BYTES
    }

    Kind kind() {
        if (literal.equals("NULL")) {
            return Kind.NULL;
        }
        if (literal.startsWith("'")) {
            return Kind.TEXT;
        }
        if (literal.startsWith("x'")) {
            return Kind.BYTES;
        }
        return literal.matches("-?\\d+") ? Kind.INTEGER : Kind.DECIMAL;
    }

    /** What a JDBC driver takes by {@code setObject}. */
    @Nullable Object value() {
        return switch (kind()) {
            case NULL -> null;
            case INTEGER -> integer();
            case DECIMAL -> new BigDecimal(literal);
            case TEXT -> text();
            case BYTES -> HexFormat.of().parseHex(text());
        };
    }

    /** Without quotes; the digits of numbers and of bytes. */
    String text() {
        int quote = literal.indexOf('\'');
        return quote < 0
                ? literal
                : literal.substring(quote + 1, literal.length() - 1).replace("''", "'");
    }

    private Number integer() {
        BigInteger number = new BigInteger(literal);
        // Boxed apart: a conditional expression would make one type of both.
        if (number.bitLength() < Long.SIZE) {
            return number.longValueExact();
        }
        return number;
    }
}
