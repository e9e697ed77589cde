/**
 * Acceptance with the clients that people use: each runs the same statements on one server directly and through DBMesh, and
 * everything that it then sees is compared. Knows nothing of how the mesh works inside; it starts it and connects.
 */
@NullMarked
package io.dbmesh.proxy.client;

import org.jspecify.annotations.NullMarked;
