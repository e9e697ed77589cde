/**
 * From the value of a sharding key to its shard: canonical forms of keys ({@link io.dbmesh.engine.sharding.KeyCodec}),
 * the functions from a canonical key to a shard ({@link io.dbmesh.engine.sharding.ShardingFunction}, the plug-in
 * point), and sets of shards.
 *
 * <p>Knows nothing of statements and plans, and of where a shard is. Everything that a statement's binding calls works
 * without allocation.
 */
@NullMarked
package io.dbmesh.engine.sharding;

import org.jspecify.annotations.NullMarked;
