package io.dbmesh.sql.tree;

/** Operators with one operand. */
public enum UnaryOperator {
    MINUS,
    PLUS,
    BIT_NOT,
    NOT,
    BINARY
}
