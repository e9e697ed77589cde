/**
 * Reads the configuration document (YAML) into the records of {@code io.dbmesh.engine.config}, and reports every fault of
 * a bad one together, each with its line and column.
 *
 * <p>Knows nothing of servers and tables: whether the data sources answer and the tables fit their rules is seen later.
 */
@NullMarked
package io.dbmesh.governance.config;

import org.jspecify.annotations.NullMarked;
