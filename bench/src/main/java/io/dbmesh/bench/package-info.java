/**
 * Measures what DBMesh costs against a server asked directly. Sees DBMesh as a client does, and nothing depends on it.
 */
@NullMarked
package io.dbmesh.bench;

import org.jspecify.annotations.NullMarked;
