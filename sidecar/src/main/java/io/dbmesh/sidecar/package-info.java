/**
 * The engine beside one application: interception of its connections, fallback to a remote proxy, hot upgrade. Empty
 * until that is built.
 */
@NullMarked
package io.dbmesh.sidecar;

import org.jspecify.annotations.NullMarked;
