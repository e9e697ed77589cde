/**
 * From the bytes of a statement to its tokens: the one place that knows how MySQL cuts words, literals and comments. Both
 * the digest and the ANTLR parser live on it, so that they can never disagree on where a literal is.
 *
 * <p>Knows nothing of grammar. Works on bytes, in any character set whose bytes below 0x80 are ASCII's.
 */
@NullMarked
package io.dbmesh.sql.lexer;

import org.jspecify.annotations.NullMarked;
