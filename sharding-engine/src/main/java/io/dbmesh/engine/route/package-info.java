/**
 * Where a statement must go: what a WHERE clause says about the sharding key, kept as a tree whose leaves name the
 * statement's literals, and its evaluation with the literals of one statement.
 *
 * <p>Knows nothing of plans and rewriting. Evaluation is on the hot path: it allocates nothing for a single key.
 */
@NullMarked
package io.dbmesh.engine.route;

import org.jspecify.annotations.NullMarked;
