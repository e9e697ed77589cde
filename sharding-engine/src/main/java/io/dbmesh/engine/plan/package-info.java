/**
 * From a syntax tree and the mesh's metadata to a plan, which says where a statement goes, how its text is rewritten for
 * each place, and how the answers become one. Plans are immutable, hold for every statement of one shape, and are cached.
 *
 * <p>Knows nothing of connections and packets. {@link io.dbmesh.engine.plan.Planner} is where to start reading.
 */
@NullMarked
package io.dbmesh.engine.plan;

import org.jspecify.annotations.NullMarked;
