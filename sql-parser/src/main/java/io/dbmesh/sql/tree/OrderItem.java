package io.dbmesh.sql.tree;

/** One item of ORDER BY, or of GROUP BY (where MariaDB and old MySQL allow a direction). */
public record OrderItem(Span span, Expression expression, boolean descending) {}
