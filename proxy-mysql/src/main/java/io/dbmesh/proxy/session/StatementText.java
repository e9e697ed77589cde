package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.protocol.ExecuteRequest;
import io.dbmesh.proxy.protocol.FieldType;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.LiteralValue;
import io.dbmesh.sql.tree.LiteralKind;
import io.dbmesh.sql.tree.Span;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The client's words, for statements that the session answers itself. Looks into a digest, so it is good only as long as that
 * has not read another statement.
 *
 * @param parameters of a prepared statement; null for a text
 */
record StatementText(Digest digest, @Nullable ExecuteRequest parameters) {

    /** The text of some tokens, each char one byte; parameters are written as literals. */
    String of(Span span) {
        StringBuilder text = new StringBuilder();
        int end = digest.tokenEnd(span.end() - 1);
        int at = digest.tokenStart(span.start());
        int parameter = 0;
        for (int i = 0; i < digest.literalCount(); i++) {
            if (digest.literalKind(i) != LiteralKind.PARAMETER) {
                continue;
            }
            int start = digest.literalStart(i);
            if (start >= at && start < end) {
                text.append(bytes(at, start)).append(literal(parameter));
                at = digest.literalEnd(i);
            }
            parameter++;
        }
        return text.append(bytes(at, end)).toString();
    }

    private String bytes(int start, int end) {
        return new String(digest.text(), start, end - start, StandardCharsets.ISO_8859_1);
    }

    private String literal(int parameter) {
        ExecuteRequest values = parameters;
        if (values == null || values.count() <= parameter) {
            throw MeshException.unsupported("? in a statement that is not prepared", "write the value");
        }
        if (values.isNull(parameter)) {
            return "NULL";
        }
        return switch (values.type(parameter)) {
            case FieldType.TINY,
                    FieldType.SHORT,
                    FieldType.LONG,
                    FieldType.INT24,
                    FieldType.LONGLONG,
                    FieldType.YEAR -> {
                long value = values.longValue(parameter);
                yield values.isUnsigned(parameter) ? Long.toUnsignedString(value) : Long.toString(value);
            }
            case FieldType.FLOAT, FieldType.DOUBLE -> Double.toString(values.doubleValue(parameter));
            case FieldType.DATE, FieldType.TIME, FieldType.DATETIME, FieldType.TIMESTAMP ->
                throw MeshException.unsupported("a date as a parameter of this statement", "give it as a string");
            default -> "_utf8mb4 x'" + HexFormat.of().formatHex(values.bytes(parameter)) + "'";
        };
    }

    /** The value of a string literal or parameter, decoded as UTF-8. */
    String string(int ordinal) {
        if (digest.literalKind(ordinal) == LiteralKind.PARAMETER) {
            ExecuteRequest values = parameters;
            if (values == null) {
                throw MeshException.unsupported("? in a statement that is not prepared", "write the value");
            }
            return new String(values.bytes(parameterNumber(ordinal)), StandardCharsets.UTF_8);
        }
        LiteralValue value = new LiteralValue();
        value.read(digest, ordinal);
        return new String(value.bytes(), 0, value.length(), StandardCharsets.UTF_8);
    }

    /** A whole number literal or parameter, unsigned; -1 when it has more than 64 bits. */
    long wholeNumber(int ordinal) {
        if (digest.literalKind(ordinal) == LiteralKind.PARAMETER && parameters != null) {
            return parameters.longValue(parameterNumber(ordinal));
        }
        String text = bytes(digest.literalStart(ordinal), digest.literalEnd(ordinal));
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException tooLong) {
            return -1;
        }
    }

    private int parameterNumber(int ordinal) {
        int number = 0;
        for (int i = 0; i < ordinal; i++) {
            number += digest.literalKind(i) == LiteralKind.PARAMETER ? 1 : 0;
        }
        return number;
    }
}
