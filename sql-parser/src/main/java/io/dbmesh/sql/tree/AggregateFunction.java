package io.dbmesh.sql.tree;

/** The aggregate functions. */
public enum AggregateFunction {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    GROUP_CONCAT,
    BIT_AND,
    BIT_OR,
    BIT_XOR,
    STD,
    STDDEV_SAMP,
    VAR_POP,
    VAR_SAMP,
    JSON_ARRAYAGG,
    JSON_OBJECTAGG,
    ANY_VALUE
}
