/**
 * What the servers hold, joined with the configuration: {@link io.dbmesh.engine.metadata.Mesh} is the immutable
 * snapshot that a statement sees from start to end.
 *
 * <p>Knows nothing of statements, plans and sessions. Loading is blocking and belongs to virtual threads; a snapshot
 * never asks a server.
 */
@NullMarked
package io.dbmesh.engine.metadata;

import org.jspecify.annotations.NullMarked;
