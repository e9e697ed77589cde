/**
 * Connections to the MySQL servers behind the mesh: login, pools, replay of session state, and the exchanges that read
 * what a server answers. One event loop owns each connection and each pool, so nothing here is synchronised.
 *
 * <p>Knows nothing of plans, shards or clients: an {@link io.dbmesh.proxy.backend.Exchange} decides what to do with the
 * bytes of an answer.
 */
@NullMarked
package io.dbmesh.proxy.backend;

import org.jspecify.annotations.NullMarked;
