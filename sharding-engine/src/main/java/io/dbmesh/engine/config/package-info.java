/**
 * The configuration of a mesh as validated, immutable records: what listens, who may log in, which servers there are,
 * which schemas are made of which databases, and how their tables are laid out.
 *
 * <p>Knows nothing of where the configuration comes from (file, ZooKeeper) and of what the servers really hold
 * ({@code io.dbmesh.engine.metadata}). A record that exists is valid in itself; references between records are
 * checked by {@link io.dbmesh.engine.config.MeshConfig}.
 */
@NullMarked
package io.dbmesh.engine.config;

import org.jspecify.annotations.NullMarked;
