package io.dbmesh.engine.route;

/**
 * Where a plan finds a value of the statement.
 *
 * @param ordinal of the literal in the statement's shape
 * @param negated whether an odd number of minus signs stands before it
 */
public record ValueRef(int ordinal, boolean negated) {}
