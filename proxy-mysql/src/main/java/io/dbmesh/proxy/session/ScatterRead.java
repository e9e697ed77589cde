package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec;
import java.util.List;

/** A read over several shards whose rows are merged into one result. */
final class ScatterRead implements Execution {

    private final ClientSession session;
    private final List<Request> requests;

    /**
     * A read to come.
     *
     * @param requests one for each shard, at least two; they are this object's to send or release
     * @param offset rows left out at the beginning, unsigned
     * @param count rows that pass, unsigned; -1 for all
     * @param prepared whether rows are in the binary format
     */
    ScatterRead(
            ClientSession session, List<Request> requests, MergeSpec merge, long offset, long count, boolean prepared) {
        this.session = session;
        this.requests = requests;
    }

    void start() {
        requests.forEach(Request::release);
        session.failed(MeshException.unsupported("reading from " + requests.size() + " shards", "name the sharding key"));
    }

    @Override
    public void clientWritable() {
        // Nothing is read yet.
    }

    @Override
    public void abandoned() {
        // Nothing is held yet.
    }
}
