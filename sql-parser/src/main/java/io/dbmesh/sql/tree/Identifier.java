package io.dbmesh.sql.tree;

/**
 * A name as the statement writes it.
 *
 * @param text without quotes, escapes resolved, decoded as UTF-8
 * @param span with its quotes
 */
public record Identifier(String text, Span span) {}
