package io.dbmesh.proxy.backend;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The {@code SET} statements that each data source is known to accept. Setting the same variables to the same values
 * does not fail on the same server, so such a statement may be followed by the client's statement without waiting.
 */
final class AcceptedSettings {

    /** Past this many the rest is waited for, one round trip each: memory stays bounded. */
    private static final int MAX_REMEMBERED = 10_000;

    private record Accepted(String dataSource, String statement) {}

    private final Set<Accepted> accepted = ConcurrentHashMap.newKeySet();

    boolean contains(String dataSource, String statement) {
        return accepted.contains(new Accepted(dataSource, statement));
    }

    void add(String dataSource, String statement) {
        if (accepted.size() < MAX_REMEMBERED) {
            accepted.add(new Accepted(dataSource, statement));
        }
    }
}
