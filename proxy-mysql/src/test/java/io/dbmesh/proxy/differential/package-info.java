/**
 * Random statements on one database and on the same rows spread over shards: all that a client sees must be equal. Knows
 * nothing of how the mesh works inside; it starts it and connects.
 */
@NullMarked
package io.dbmesh.proxy.differential;

import org.jspecify.annotations.NullMarked;
