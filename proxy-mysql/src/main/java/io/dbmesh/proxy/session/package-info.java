/**
 * One client: its login, its session state, its transaction, and the way of each of its statements from bytes to bytes.
 * {@link io.dbmesh.proxy.session.ClientSession} is where to start reading.
 *
 * <p>Everything of a session happens on one event loop; only planning of a statement shape that has not been seen before
 * and the reload of metadata leave it.
 */
@NullMarked
package io.dbmesh.proxy.session;

import org.jspecify.annotations.NullMarked;
