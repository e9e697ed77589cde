/**
 * What the middle costs: sysbench through nothing, haproxy, a bare Netty forwarder and DBMesh, interleaved in one run on
 * one machine, with the CPU time that each middle process used for each query.
 *
 * <p>Knows of DBMesh only its command line: the proxy that is measured is a process of its own.
 */
@NullMarked
package io.dbmesh.bench;

import org.jspecify.annotations.NullMarked;
