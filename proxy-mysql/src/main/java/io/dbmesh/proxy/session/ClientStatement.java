package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Rewrite;
import io.dbmesh.engine.plan.StatementRewriter.RowChoice;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.sql.digest.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants carried out: a text, or an execution of a prepared statement. Good only until the event loop goes on to
 * something else, so that all requests for servers are made at once.
 */
interface ClientStatement {

    Digest digest();

    Bindings bindings();

    /** The schema in which unqualified names are meant. */
    @Nullable String schema();

    /** Whether it is a prepared one, whose rows are in the binary format. */
    boolean isPrepared();

    /** The client's words. */
    StatementText words();

    /** What a place is sent. */
    Request request(Location location, Rewrite rewrite);

    /** What the only place of a reading statement is sent: the rows stay there when the client has asked for a cursor. */
    default Request reading(Location location, Rewrite rewrite) {
        return request(location, rewrite);
    }

    /** What a place is sent of the rows of an INSERT. */
    Request rows(Location location, Plan.InsertRows plan, RowChoice choice);

    /** Keeps it while the event loop does something else. */
    Kept keep();

    /** A statement that waits. Whoever has it calls {@link #release} once. */
    interface Kept {
        /** The statement as it was; the one that it was kept from is good for nothing any more. */
        ClientStatement again();

        void release();
    }
}
