/**
 * From the tokens of a statement to its syntax tree, by way of an ANTLR grammar.
 *
 * <p>Knows nothing of bytes but where to find names, and nothing of what names mean. The parse tree of ANTLR does not leave
 * this package.
 */
@NullMarked
package io.dbmesh.sql.parse;

import org.jspecify.annotations.NullMarked;
