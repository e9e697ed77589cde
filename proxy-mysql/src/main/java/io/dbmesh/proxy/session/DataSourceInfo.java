package io.dbmesh.proxy.session;

/**
 * One line of MESH SHOW DATA SOURCES.
 *
 * @param state {@code up}, {@code unknown}, or {@code down: } and why
 * @param version as the server says it; empty when it has never answered
 * @param open connections of all event loops, busy and idle
 * @param waiting sessions that wait for a connection
 */
public record DataSourceInfo(
        String name, String address, String state, String version, int open, int idle, int waiting, int max) {}
