/**
 * Start-up: the command line, the transport, and the one place where the parts are wired together.
 *
 * <p>Knows nothing of packets or plans.
 */
@NullMarked
package io.dbmesh.proxy.server;

import org.jspecify.annotations.NullMarked;
