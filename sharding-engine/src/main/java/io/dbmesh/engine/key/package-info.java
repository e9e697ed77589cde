/**
 * Keys for AUTO_INCREMENT columns of sharded tables, unique over all shards.
 *
 * <p>Knows nothing of statements and tables.
 */
@NullMarked
package io.dbmesh.engine.key;

import org.jspecify.annotations.NullMarked;
