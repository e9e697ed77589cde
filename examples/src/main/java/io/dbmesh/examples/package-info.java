/**
 * The demo: a shop on four shards of two database servers which it starts itself. {@link io.dbmesh.examples.Demo} is the
 * command; what it runs lies as files in {@code examples/shop}, to be copied.
 *
 * <p>Uses the mesh as its users do, by a configuration document and a MySQL connection. Must not know plans or packets.
 */
@NullMarked
package io.dbmesh.examples;

import org.jspecify.annotations.NullMarked;
