/**
 * One result from the results of several shards, in a stream: k-way merge by ORDER BY, grouping of groups that shards
 * have already made, DISTINCT, OFFSET and LIMIT, over raw rows of the text and the binary protocol.
 *
 * <p>Knows nothing of SQL text, connections and plans' reasons: columns are numbers, and how two values compare follows
 * from the column definitions that the shards send. What cannot be compared exactly is refused.
 */
@NullMarked
package io.dbmesh.engine.merge;

import org.jspecify.annotations.NullMarked;
