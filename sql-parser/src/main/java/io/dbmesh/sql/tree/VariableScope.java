package io.dbmesh.sql.tree;

/** Where a system variable lives. */
public enum VariableScope {
    GLOBAL,
    SESSION,
    PERSIST,
    PERSIST_ONLY
}
