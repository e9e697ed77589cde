package io.dbmesh.engine.plan;

/**
 * A literal that shaped the plan, such as the 2 of {@code ORDER BY 2}: the plan holds only for statements with the same
 * one.
 *
 * @param ordinal of the literal
 * @param text its bytes, as ISO-8859-1
 */
public record Guard(int ordinal, String text) {}
