/**
 * Online migration and resharding: jobs that copy rows, follow changes with dual write, verify and cut over. Empty until
 * those jobs are built; nothing outside may depend on it.
 */
@NullMarked
package io.dbmesh.migration;

import org.jspecify.annotations.NullMarked;
