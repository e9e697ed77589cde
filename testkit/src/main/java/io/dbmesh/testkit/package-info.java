/**
 * Real MariaDB and MySQL servers for tests and demos, on free ports of 127.0.0.1, which end with the JVM that started
 * them. Must not know anything of DBMesh: it stands below every other module.
 */
@NullMarked
package io.dbmesh.testkit;

import org.jspecify.annotations.NullMarked;
