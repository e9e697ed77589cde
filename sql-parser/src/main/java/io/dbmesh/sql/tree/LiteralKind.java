package io.dbmesh.sql.tree;

/** What kind of value a literal is. The kind belongs to a statement's shape, except within the rows of an INSERT. */
public enum LiteralKind {
    /** Digits. */
    INTEGER,
    /** With a decimal point, without exponent. */
    DECIMAL,
    /** With an exponent. */
    FLOAT,
    /** {@code '...'}, {@code "..."}, adjacent ones joined. */
    STRING,
    /** {@code N'...'} or with an introducer ({@code _latin1'...'}). */
    NATIONAL_OR_INTRODUCED,
    /** {@code 0x1f}, {@code x'1f'}. */
    HEX,
    /** {@code 0b101}, {@code b'101'}. */
    BIT,
    /** {@code DATE '...'}, {@code TIME '...'}, {@code TIMESTAMP '...'}. */
    TEMPORAL,
    /** {@code ?}. */
    PARAMETER,
    /** NULL as a cell of an INSERT's row. */
    NULL
}
