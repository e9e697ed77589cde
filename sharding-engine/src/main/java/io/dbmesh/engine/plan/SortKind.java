package io.dbmesh.engine.plan;

import io.dbmesh.engine.metadata.ColumnMetadata;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.LiteralKind;

/** How values of an expression are compared by the merge, as far as the plan can tell. */
enum SortKind {
    /** By the value that the server sends. */
    VALUE,
    /** Perhaps by a collation: the server also sends WEIGHT_STRING of it. */
    WEIGHT,
    /** By the value, of which the text protocol shows six digits only: the server is asked for it as a DOUBLE. */
    SINGLE_PRECISION,
    /** By the number of the member, which the server must be asked for. */
    ENUM_NUMBER,
    /** Not comparable outside a server. */
    INCOMPARABLE;

    static SortKind of(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Column column -> {
                Resolved resolved = scope.resolve(column);
                yield resolved == null ? WEIGHT : of(resolved.column());
            }
            case Expression.Aggregate aggregate -> ofAggregate(aggregate, scope);
            case Expression.Literal literal ->
                literal.kind() == LiteralKind.INTEGER
                                || literal.kind() == LiteralKind.DECIMAL
                                || literal.kind() == LiteralKind.FLOAT
                        ? VALUE
                        : WEIGHT;
            case Expression.Binary binary ->
                switch (binary.operator()) {
                    // Bit operators can work on binary strings.
                    case BIT_AND, BIT_OR, BIT_XOR, SHIFT_LEFT, SHIFT_RIGHT, CONCAT -> WEIGHT;
                    default -> VALUE;
                };
            default -> WEIGHT;
        };
    }

    private static SortKind ofAggregate(Expression.Aggregate aggregate, Scope scope) {
        return switch (aggregate.function()) {
            case COUNT, SUM, AVG, STD, STDDEV_SAMP, VAR_POP, VAR_SAMP -> VALUE;
            case MIN, MAX -> {
                SortKind kind = of(aggregate.arguments().getFirst(), scope);
                // MIN and MAX compare members by their names.
                yield kind == ENUM_NUMBER ? WEIGHT : kind;
            }
            case ANY_VALUE -> of(aggregate.arguments().getFirst(), scope);
            case GROUP_CONCAT, BIT_AND, BIT_OR, BIT_XOR -> WEIGHT;
            case JSON_ARRAYAGG, JSON_OBJECTAGG -> INCOMPARABLE;
        };
    }

    private static SortKind of(ColumnMetadata column) {
        return switch (column.type()) {
            case TINYINT,
                    SMALLINT,
                    MEDIUMINT,
                    INT,
                    BIGINT,
                    DECIMAL,
                    DOUBLE,
                    BIT,
                    YEAR,
                    DATE,
                    TIME,
                    DATETIME,
                    TIMESTAMP,
                    BINARY,
                    VARBINARY,
                    TINYBLOB,
                    BLOB,
                    MEDIUMBLOB,
                    LONGBLOB -> VALUE;
            case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> WEIGHT;
            case FLOAT -> SINGLE_PRECISION;
            case ENUM, SET -> ENUM_NUMBER;
            case JSON, GEOMETRY, OTHER -> INCOMPARABLE;
        };
    }
}
