package io.dbmesh.sql.tree;

/** Operators with two operands. */
public enum BinaryOperator {
    EQUAL,
    NULL_SAFE_EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    AND,
    OR,
    XOR,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    INTEGER_DIVIDE,
    MODULO,
    BIT_AND,
    BIT_OR,
    BIT_XOR,
    SHIFT_LEFT,
    SHIFT_RIGHT,
    /** {@code ||} under PIPES_AS_CONCAT. */
    CONCAT;

    public boolean isComparison() {
        return compareTo(GREATER_OR_EQUAL) <= 0;
    }

    /** The operator with its operands exchanged; only for comparisons. */
    public BinaryOperator mirrored() {
        return switch (this) {
            case LESS -> GREATER;
            case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
            case GREATER -> LESS;
            case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
            case EQUAL, NULL_SAFE_EQUAL, NOT_EQUAL -> this;
            case AND,
                    OR,
                    XOR,
                    ADD,
                    SUBTRACT,
                    MULTIPLY,
                    DIVIDE,
                    INTEGER_DIVIDE,
                    MODULO,
                    BIT_AND,
                    BIT_OR,
                    BIT_XOR,
                    SHIFT_LEFT,
                    SHIFT_RIGHT,
                    CONCAT -> throw new IllegalArgumentException(this + " compares nothing");
        };
    }
}
