package io.dbmesh.proxy.session;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions of a server by their ids, which are what {@code KILL} takes. Safe for all threads. */
public final class SessionRegistry {

    private final Map<Integer, ClientSession> sessions = new ConcurrentSkipListMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private final AtomicInteger count = new AtomicInteger();

    /** An id that no session has had; it grows by one for each connection. */
    int add(ClientSession session) {
        int id = lastId.incrementAndGet();
        sessions.put(id, session);
        count.incrementAndGet();
        return id;
    }

    void remove(int id) {
        if (sessions.remove(id) != null) {
            count.decrementAndGet();
        }
    }

    /** Clients connected, those that are still logging in included. */
    public int size() {
        return count.get();
    }

    @Nullable ClientSession find(long id) {
        return id < 0 || id > Integer.MAX_VALUE ? null : sessions.get((int) id);
    }

    /** In order of their ids. */
    Collection<ClientSession> all() {
        return sessions.values();
    }

    /** Tells every client that the server shuts down, at once where nothing is under way, else after that. */
    public void shutDown() {
        all().forEach(ClientSession::shutDown);
    }

    /** Ends every session, whatever it does. */
    public void abort() {
        all().forEach(ClientSession::abort);
    }
}
