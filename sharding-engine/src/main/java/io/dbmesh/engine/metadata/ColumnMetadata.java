package io.dbmesh.engine.metadata;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column as information_schema.COLUMNS has it.
 *
 * @param definition the whole type as written: {@code int(10) unsigned}
 * @param charset null for types without characters
 * @param collation null for types without characters
 * @param length characters, or bytes for binary types; 0 for others
 * @param precision digits of a number; of a time, the digits of its fraction
 * @param scale digits after the decimal point
 * @param hasDefault whether an INSERT may leave it out without an error
 * @param generated whether it is computed from others (VIRTUAL or STORED)
 * @param invisible whether {@code SELECT *} leaves it out
 */
public record ColumnMetadata(
        String name,
        ColumnType type,
        String definition,
        boolean unsigned,
        boolean nullable,
        @Nullable String charset,
        @Nullable String collation,
        long length,
        int precision,
        int scale,
        boolean hasDefault,
        boolean autoIncrement,
        boolean generated,
        boolean invisible) {

    /** A short way for tests and for columns of which only the type matters. */
    public static ColumnMetadata integer(String name, ColumnType type, boolean unsigned) {
        return new ColumnMetadata(
                name,
                type,
                type.name().toLowerCase(Locale.ROOT) + (unsigned ? " unsigned" : ""),
                unsigned,
                false,
                null,
                null,
                0,
                0,
                0,
                false,
                false,
                false,
                false);
    }

    /** A VARCHAR with a collation; its character set is the collation's first word. */
    public static ColumnMetadata varchar(String name, int length, String collation) {
        int end = collation.indexOf('_');
        return new ColumnMetadata(
                name,
                ColumnType.VARCHAR,
                "varchar(" + length + ")",
                false,
                true,
                end < 0 ? collation : collation.substring(0, end),
                collation,
                length,
                0,
                0,
                true,
                false,
                false,
                false);
    }

    /** The same column as AUTO_INCREMENT. */
    public ColumnMetadata withAutoIncrement() {
        return new ColumnMetadata(
                name,
                type,
                definition,
                unsigned,
                nullable,
                charset,
                collation,
                length,
                precision,
                scale,
                true,
                true,
                generated,
                invisible);
    }
}
