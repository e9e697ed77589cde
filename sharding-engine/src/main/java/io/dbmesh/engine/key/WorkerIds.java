package io.dbmesh.engine.key;

import io.dbmesh.engine.config.KeyGeneration;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker id of this process. */
public final class WorkerIds {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerIds.class);

    private WorkerIds() {}

    /**
     * The configured id, or one derived from this host's name and the port. Of a thousand ids two derived ones can be the
     * same by chance, so several processes need configured ones.
     *
     * @param port at which this process listens; not 0, as processes of one host differ by it
     */
    public static int of(KeyGeneration keys, int port) {
        if (keys.workerId().isPresent()) {
            return keys.workerId().getAsInt();
        }
        int derived = derive(hostName(), port);
        LOG.info("No keys.workerId is configured; derived {} from the host's name and port {}", derived, port);
        return derived;
    }

    /** The same for the same host and port, after every restart and in every version. Case of the name does not count. */
    static int derive(String host, int port) {
        CRC32C hash = new CRC32C();
        hash.update((host.toLowerCase(Locale.ROOT) + ":" + port).getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % (SnowflakeKeys.MAX_WORKER_ID + 1));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            // A host whose own name nothing resolves, common in containers, which set this variable.
            LOG.debug("The host's name does not resolve", unnamed);
            return String.valueOf(System.getenv("HOSTNAME"));
        }
    }
}
