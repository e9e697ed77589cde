package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column to compare by, with how its values compare.
 *
 * @param column where the value is read: of strings with a collation their weight column
 * @param scale digits after the point of DECIMAL
 * @param padding of strings, see {@link Padding}
 * @param comparable bytes of a string that a server sorts by (the default of max_sort_length)
 */
record KeyColumn(int column, Kind kind, boolean descending, int scale, byte[] padding, int comparable) {
    private static final int MAX_SORT_LENGTH = 1024;

    /** WEIGHT_STRING under utf8mb4_bin has three bytes for each character, of at least one byte. */
    private static final int MAX_SORT_CHARACTERS = MAX_SORT_LENGTH / 3;

    /** How a value is decoded. */
    enum Kind {
        SIGNED,
        UNSIGNED,
        DECIMAL,
        FLOATING,
        DATE_TIME,
        TIME,
        BIT,
        BYTES
    }

    /** What the key is for, which decides how far a value must be exact. */
    enum Use {
        COMPARE,
        /** One of the values is only chosen, so that equal ones need no telling apart. */
        CHOOSE
    }

    /**
     * Finds out how a column compares.
     *
     * @param collation name of the key's collation, or null when the plan did not give it
     * @throws MeshException UNSUPPORTED when it cannot be compared exactly
     */
    static KeyColumn of(
            MergeSpec.SortKey key, @Nullable String collation, List<ResultColumn> columns, RowFormat format, Use use) {
        int index = index(key.column(), columns.size());
        ResultColumn column = columns.get(index);
        int type = column.type();
        boolean named = (column.flags() & (WireType.ENUM_FLAG | WireType.SET_FLAG)) != 0
                || type == WireType.ENUM
                || type == WireType.SET;
        if (named && use == Use.COMPARE) {
            throw refused(column, "an ENUM or SET, which sorts by its number");
        }
        Kind kind = kindOf(type, column);
        if (kind == Kind.FLOATING && type == WireType.FLOAT && format == RowFormat.TEXT && use == Use.COMPARE) {
            throw refused(column, "a FLOAT, of which only six digits are shown");
        }
        if (kind != Kind.BYTES) {
            return new KeyColumn(index, kind, key.descending(), column.decimals(), Padding.NONE, MAX_SORT_LENGTH);
        }
        return ofString(key, collation, index, columns);
    }

    private static Kind kindOf(int type, ResultColumn column) {
        return switch (type) {
            case WireType.TINY, WireType.SHORT, WireType.LONG, WireType.INT24, WireType.LONGLONG, WireType.YEAR ->
                column.isUnsigned() ? Kind.UNSIGNED : Kind.SIGNED;
            case WireType.DECIMAL, WireType.NEWDECIMAL -> Kind.DECIMAL;
            case WireType.FLOAT, WireType.DOUBLE -> Kind.FLOATING;
            case WireType.DATE, WireType.DATETIME, WireType.TIMESTAMP -> Kind.DATE_TIME;
            case WireType.TIME -> Kind.TIME;
            case WireType.BIT -> Kind.BIT;
            case WireType.JSON -> throw refused(column, "JSON");
            case WireType.GEOMETRY -> throw refused(column, "a geometry");
            default -> Kind.BYTES;
        };
    }

    private static KeyColumn ofString(
            MergeSpec.SortKey key, @Nullable String collation, int index, List<ResultColumn> columns) {
        ResultColumn column = columns.get(index);
        boolean descending = key.descending();
        if (column.isBinary() || column.type() == WireType.NULL) {
            return new KeyColumn(index, Kind.BYTES, descending, 0, Padding.NONE, MAX_SORT_LENGTH);
        }
        if (collation == null) {
            throw refused(column, "a string whose collation is not known");
        }
        Integer weight = key.weight();
        if (weight != null) {
            int weightIndex = index(weight, columns.size());
            byte[] padding = Padding.ofWeights(collation);
            return new KeyColumn(weightIndex, Kind.BYTES, descending, 0, padding, MAX_SORT_LENGTH);
        }
        byte[] padding = byteOrder(collation.toLowerCase(Locale.ROOT));
        if (padding == null) {
            throw refused(column, "a string of collation " + collation + " without its weight");
        }
        return new KeyColumn(index, Kind.BYTES, descending, 0, padding, MAX_SORT_CHARACTERS);
    }

    /** The padding of a collation under which UTF-8 bytes order as the strings do, else null. */
    private static byte @Nullable [] byteOrder(String collation) {
        return switch (collation) {
            case "utf8mb4_bin", "utf8mb3_bin", "utf8_bin", "ascii_bin" -> new byte[] {' '};
            case "utf8mb4_nopad_bin", "utf8mb3_nopad_bin", "ascii_nopad_bin" -> Padding.NONE;
            default -> null;
        };
    }

    private static MeshException refused(ResultColumn column, String what) {
        return MeshException.unsupported(
                "sorting or grouping the rows of several shards by column '" + column.name() + "', " + what,
                "sort by a column or expression of another type, or restrict the query to one shard");
    }

    static int index(int column, int columns) {
        int index = column < 0 ? columns + column : column;
        if (index < 0 || index >= columns) {
            throw new IndexOutOfBoundsException("column " + column + " of " + columns);
        }
        return index;
    }
}
