package io.dbmesh.engine.merge;

/** Types and flags in column definitions (enum_field_types and the column flags of the manual). */
final class WireType {
    static final int DECIMAL = 0x00;
    static final int TINY = 0x01;
    static final int SHORT = 0x02;
    static final int LONG = 0x03;
    static final int FLOAT = 0x04;
    static final int DOUBLE = 0x05;
    static final int NULL = 0x06;
    static final int TIMESTAMP = 0x07;
    static final int LONGLONG = 0x08;
    static final int INT24 = 0x09;
    static final int DATE = 0x0a;
    static final int TIME = 0x0b;
    static final int DATETIME = 0x0c;
    static final int YEAR = 0x0d;
    static final int BIT = 0x10;
    static final int JSON = 0xf5;
    static final int NEWDECIMAL = 0xf6;
    static final int ENUM = 0xf7;
    static final int SET = 0xf8;
    static final int GEOMETRY = 0xff;

    static final int NOT_NULL_FLAG = 0x0001;
    static final int UNSIGNED_FLAG = 0x0020;
    static final int ENUM_FLAG = 0x0100;
    static final int SET_FLAG = 0x0800;

    /** Collation id of what has no character set. */
    static final int BINARY_CHARSET = 63;

    /** Decimals of a floating point column that shows as many digits as it has. */
    static final int NOT_FIXED = 31;

    private WireType() {}

    /** Bytes of a value in a binary row; -1 when its length comes before it. */
    static int fixedWidth(int type) {
        return switch (type) {
            case NULL -> 0;
            case TINY -> 1;
            case SHORT, YEAR -> 2;
            case LONG, INT24, FLOAT -> 4;
            case LONGLONG, DOUBLE -> 8;
            default -> -1;
        };
    }

    static boolean isInteger(int type) {
        return switch (type) {
            case TINY, SHORT, LONG, INT24, LONGLONG, YEAR -> true;
            default -> false;
        };
    }

    static boolean isDecimal(int type) {
        return type == DECIMAL || type == NEWDECIMAL;
    }

    static boolean isFloating(int type) {
        return type == FLOAT || type == DOUBLE;
    }
}
