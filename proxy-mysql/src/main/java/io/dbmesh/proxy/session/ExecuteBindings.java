package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.engine.sharding.KeyCodec;
import io.dbmesh.engine.sharding.KeyDomain;
import io.dbmesh.engine.sharding.KeyUse;
import io.dbmesh.engine.sharding.KeyValue;
import io.dbmesh.engine.sharding.TextEncoding;
import io.dbmesh.proxy.protocol.ExecuteRequest;
import io.dbmesh.proxy.protocol.FieldType;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.tree.LiteralKind;
import java.nio.charset.StandardCharsets;

/** The values of a COM_STMT_EXECUTE: parameters of the packet, and the literals that the text has besides. */
final class ExecuteBindings implements Bindings {

    /** 2^53: below it a double is each whole number. */
    private static final double MAX_EXACT = 0x1p53;

    private final ExecuteRequest request;
    private final Bindings literals;
    /** By literal of the text: which parameter it is, or -1. */
    private final int[] parameters;
    /** MariaDB takes a DOUBLE for the number of rows, MySQL does not. */
    private final boolean limitTakesDouble;

    private TextEncoding encoding = TextEncoding.UTF8;

    /**
     * @param literals of the text
     * @param digest of the text; looked at only here
     */
    ExecuteBindings(ExecuteRequest request, Bindings literals, Digest digest) {
        this.request = request;
        this.literals = literals;
        this.limitTakesDouble = digest.dialect().mariaDb();
        this.parameters = new int[digest.literalCount()];
        int next = 0;
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = digest.literalKind(i) == LiteralKind.PARAMETER ? next++ : -1;
        }
    }

    /** Of the strings of the execution to come. */
    void setEncoding(TextEncoding ofClient) {
        encoding = ofClient;
    }

    /** The number of the parameter at a literal's place, or -1 for a literal. */
    int parameter(int index) {
        return parameters[index];
    }

    @Override
    public void key(int index, boolean negated, KeyCodec codec, KeyUse use, KeyValue into) {
        int parameter = parameters[index];
        if (parameter < 0) {
            literals.key(index, negated, codec, use, into);
        } else if (request.isNull(parameter)) {
            into.setNull();
        } else if (negated) {
            negatedKey(parameter, codec, use, into);
        } else {
            key(parameter, codec, use, into);
        }
    }

    /** {@code -?}: whole numbers only. */
    private void negatedKey(int parameter, KeyCodec codec, KeyUse use, KeyValue into) {
        if (!isInteger(request.type(parameter))) {
            into.setUnroutable("a minus stands before a parameter that is no whole number");
            return;
        }
        byte[] digits = integer(parameter).replace("-", "").getBytes(StandardCharsets.US_ASCII);
        codec.integer(digits, 0, digits.length, !integer(parameter).startsWith("-"), use, into);
    }

    private void key(int parameter, KeyCodec codec, KeyUse use, KeyValue into) {
        switch (request.type(parameter)) {
            case FieldType.TINY, FieldType.SHORT, FieldType.YEAR, FieldType.INT24, FieldType.LONG, FieldType.LONGLONG ->
                codec.longValue(request.longValue(parameter), request.isUnsigned(parameter), use, into);
            case FieldType.FLOAT, FieldType.DOUBLE -> floatingPoint(request.doubleValue(parameter), codec, use, into);
            case FieldType.DECIMAL, FieldType.NEWDECIMAL -> decimal(request.bytes(parameter), codec, use, into);
            case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP ->
                date(request.bytes(parameter), codec, use, into);
            case FieldType.TIME, FieldType.BIT, FieldType.GEOMETRY ->
                into.setUnroutable("a parameter of this type tells no shard");
            default -> {
                byte[] bytes = request.bytes(parameter);
                codec.string(bytes, 0, bytes.length, encoding, use, into);
            }
        }
    }

    /** Clients of JavaScript send all numbers so; what is stored in an integer column is certain for whole ones. */
    private static void floatingPoint(double value, KeyCodec codec, KeyUse use, KeyValue into) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < MAX_EXACT;
        if (whole && use == KeyUse.STORE && codec.domain().kind() == KeyDomain.Kind.INTEGER) {
            codec.longValue((long) value, false, use, into);
        } else {
            codec.floatingPoint(into);
        }
    }

    private static void decimal(byte[] text, KeyCodec codec, KeyUse use, KeyValue into) {
        boolean negative = text.length > 0 && text[0] == '-';
        int start = negative ? 1 : 0;
        boolean digits = text.length > start;
        boolean point = false;
        for (int i = start; i < text.length; i++) {
            point |= text[i] == '.';
            digits &= text[i] == '.' || (text[i] >= '0' && text[i] <= '9');
        }
        if (!digits) {
            into.setUnroutable("a decimal parameter is not written as digits");
        } else if (point) {
            codec.decimal(text, start, text.length, negative, use, into);
        } else {
            codec.integer(text, start, text.length, negative, use, into);
        }
    }

    /** ProtocolBinary::MYSQL_TYPE_DATETIME: of 0, 4, 7 or 11 bytes; what is left out is zero. */
    private static void date(byte[] value, KeyCodec codec, KeyUse use, KeyValue into) {
        int year = value.length < 4 ? 0 : (value[0] & 0xff) | ((value[1] & 0xff) << 8);
        int month = value.length < 4 ? 0 : value[2];
        int day = value.length < 4 ? 0 : value[3];
        int hour = value.length < 7 ? 0 : value[4];
        int minute = value.length < 7 ? 0 : value[5];
        int second = value.length < 7 ? 0 : value[6];
        int micros = value.length < 11
                ? 0
                : (value[7] & 0xff) | ((value[8] & 0xff) << 8) | ((value[9] & 0xff) << 16) | ((value[10] & 0xff) << 24);
        codec.date(year, month, day, hour, minute, second, micros, use, into);
    }

    private static boolean isInteger(int type) {
        return switch (type) {
            case FieldType.TINY, FieldType.SHORT, FieldType.YEAR, FieldType.INT24, FieldType.LONG, FieldType.LONGLONG ->
                true;
            default -> false;
        };
    }

    private static boolean isFloatingPoint(int type) {
        return type == FieldType.FLOAT || type == FieldType.DOUBLE;
    }

    private String integer(int parameter) {
        long value = request.longValue(parameter);
        return request.isUnsigned(parameter) ? Long.toUnsignedString(value) : Long.toString(value);
    }

    @Override
    public boolean isNull(int index) {
        int parameter = parameters[index];
        return parameter < 0 ? literals.isNull(index) : request.isNull(parameter);
    }

    @Override
    public boolean isZero(int index) {
        int parameter = parameters[index];
        if (parameter < 0) {
            return literals.isZero(index);
        }
        if (request.isNull(parameter)) {
            return false;
        }
        int type = request.type(parameter);
        if (isInteger(type)) {
            return request.longValue(parameter) == 0;
        }
        if (isFloatingPoint(type)) {
            return Math.rint(request.doubleValue(parameter)) == 0;
        }
        return isZero(request.bytes(parameter));
    }

    /** A string that is stored as 0: an optional sign, zeros, a fraction of zeros. */
    private static boolean isZero(byte[] text) {
        String string = new String(text, StandardCharsets.ISO_8859_1).trim();
        return string.matches("[+-]?0+(\\.0*)?");
    }

    @Override
    public long wholeNumber(int index) {
        int parameter = parameters[index];
        if (parameter < 0) {
            return literals.wholeNumber(index);
        }
        if (!request.isNull(parameter) && isInteger(request.type(parameter))) {
            long value = request.longValue(parameter);
            if (value >= 0 || request.isUnsigned(parameter)) {
                return value;
            }
        } else if (!request.isNull(parameter) && isFloatingPoint(request.type(parameter))) {
            double value = request.doubleValue(parameter);
            if (limitTakesDouble && value == Math.rint(value) && value >= 0 && value < MAX_EXACT) {
                return (long) value;
            }
        } else if (!request.isNull(parameter)) {
            String text = new String(request.bytes(parameter), StandardCharsets.ISO_8859_1);
            if (text.matches("[0-9]{1,18}")) {
                return Long.parseLong(text);
            }
        }
        throw new MeshException(MeshError.WRONG_ARGUMENTS, "LIMIT");
    }
}
