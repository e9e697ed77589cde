package io.dbmesh.proxy.session;

import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL that gives values a server has computed once more, of the same type, whatever the settings. */
final class SqlLiterals {

    private static final int BINARY = 63;

    private SqlLiterals() {}

    /**
     * The literals of a row.
     *
     * @param row for each value two columns: itself as text, and its UTF-8 in hexadecimal digits
     */
    static List<String> of(List<ColumnDefinition> columns, List<byte @Nullable []> row) {
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < row.size(); i += 2) {
            literals.add(literal(columns.get(i), row.get(i), row.get(i + 1)));
        }
        return literals;
    }

    private static String literal(ColumnDefinition column, byte @Nullable [] value, byte @Nullable [] utf8Hex) {
        if (value == null) {
            return "NULL";
        }
        String text = new String(value, StandardCharsets.ISO_8859_1);
        return switch (column.type()) {
            case FieldType.TINY,
                    FieldType.SHORT,
                    FieldType.INT24,
                    FieldType.LONG,
                    FieldType.LONGLONG,
                    FieldType.YEAR,
                    FieldType.DECIMAL,
                    FieldType.NEWDECIMAL -> text;
            case FieldType.FLOAT, FieldType.DOUBLE -> text.contains("e") ? text : text + "e0";
            case FieldType.DATE, FieldType.TIME, FieldType.DATETIME, FieldType.TIMESTAMP -> "'" + text + "'";
            default ->
                column.charset() == BINARY || utf8Hex == null
                        ? "x'" + HexFormat.of().formatHex(value) + "'"
                        : string(HexFormat.of().parseHex(new String(utf8Hex, StandardCharsets.US_ASCII)));
        };
    }

    private static String string(byte[] utf8) {
        for (byte each : utf8) {
            if (each < ' ' || each == 0x7f || each == '\'' || each == '\\') {
                return "_utf8mb4 x'" + HexFormat.of().formatHex(utf8) + "'";
            }
        }
        return "'" + new String(utf8, StandardCharsets.US_ASCII) + "'";
    }
}
