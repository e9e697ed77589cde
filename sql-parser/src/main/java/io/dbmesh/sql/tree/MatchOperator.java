package io.dbmesh.sql.tree;

/** Pattern matching. */
public enum MatchOperator {
    LIKE,
    REGEXP,
    SOUNDS_LIKE,
    MEMBER_OF
}
