package io.dbmesh.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Servers that the tests of one JVM share, because a start costs about a second. They end with the JVM. Who uses one
 * makes databases of its own, leaves global settings as they were, and neither kills nor closes it.
 */
public final class Servers {
    private static final Map<Key, DatabaseServer> RUNNING = new ConcurrentHashMap<>();

    private Servers() {}

    private record Key(Flavor flavor, int index) {}

    /** The server of that flavour and number, started at the first call. Numbers from 0; use the low ones first. */
    public static DatabaseServer shared(Flavor flavor, int index) {
        return RUNNING.computeIfAbsent(new Key(flavor, index), key -> DatabaseServer.start(key.flavor()));
    }
}
