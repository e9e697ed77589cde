/**
 * The shape of a statement, found in one pass over its bytes without allocation: what is left when literals are taken out
 * is the key by which a plan is found; the literals are noted by their place.
 *
 * <p>Knows nothing of grammar and plans.
 */
@NullMarked
package io.dbmesh.sql.digest;

import org.jspecify.annotations.NullMarked;
