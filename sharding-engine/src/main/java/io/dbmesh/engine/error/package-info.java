/**
 * The one catalogue of errors that DBMesh itself raises: stable id, MySQL errno and SQLSTATE, whose fault it is, the
 * message and what to do about it. Errors of a backend are relayed as they came and have no entry here.
 *
 * <p>Knows nothing of the wire protocol, of plans or of configuration files.
 */
@NullMarked
package io.dbmesh.engine.error;

import org.jspecify.annotations.NullMarked;
