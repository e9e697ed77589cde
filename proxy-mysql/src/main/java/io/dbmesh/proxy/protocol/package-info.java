/**
 * MySQL's client/server protocol, once for both sides: towards clients and towards servers. Stateless readers and writers
 * over {@code ByteBuf}, two small state machines for the logins, and the scanner that finds the end of an answer.
 *
 * <p>Knows nothing of sessions, pools or plans. The facts are from the MySQL internals manual, "Client/Server Protocol".
 */
@NullMarked
package io.dbmesh.proxy.protocol;

import org.jspecify.annotations.NullMarked;
