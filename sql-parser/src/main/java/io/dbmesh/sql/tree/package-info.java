/**
 * The syntax tree of a statement: sealed interfaces and records, with the range of tokens of each node, so
 * that a rewrite can splice the client's own words.
 *
 * <p>Knows nothing of what names mean: no metadata, no shards. Values of literals are not in the tree: it is the tree of
 * a statement's <em>shape</em>, which many statements share; a {@link io.dbmesh.sql.tree.Expression.Literal} has an
 * ordinal, by which its value is found in the {@link io.dbmesh.sql.digest.Digest} of each statement.
 */
@NullMarked
package io.dbmesh.sql.tree;

import org.jspecify.annotations.NullMarked;
