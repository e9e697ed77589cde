package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.SchemaRename;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ANALYZE TABLE, CHECK TABLE and their like in several places, one after another. Each answers by rows that say how it went; a
 * row that several places answer alike is told once, so that a fault of one place is seen.
 */
final class Maintenance implements Execution, Connections.AllReceiver {

    /** A place answers by one row for each table and finding. */
    private static final int MAX_ROWS = 10_000;

    private final ClientSession session;
    private final List<Request> requests;
    private final boolean binary;
    private final Set<List<@Nullable String>> rows = new LinkedHashSet<>();
    private List<ColumnDefinition> columns = List.of();
    private List<BackendConnection> connections = List.of();
    private int sent;

    Maintenance(ClientSession session, List<Request> requests, boolean binary) {
        this.session = session;
        this.requests = requests;
        this.binary = binary;
    }

    /** They commit what is open. */
    void start() {
        session.started(this);
        session.transactions().commitThen(this::acquire);
    }

    private void acquire() {
        session.started(this);
        List<Location> locations = requests.stream().map(Request::location).toList();
        session.connections().acquireAll(locations, List.of(), this);
    }

    @Override
    public void acquired(List<BackendConnection> acquired) {
        connections = acquired;
        next();
    }

    @Override
    public void unavailable(ErrorPacket reason) {
        releaseUnsent();
        session.failed(reason);
    }

    private void next() {
        if (sent == requests.size()) {
            releaseConnections();
            session.answerRows(columns, List.copyOf(rows), binary);
            return;
        }
        Request request = requests.get(sent);
        BackendConnection connection = connections.get(sent);
        sent++;
        RowsExchange exchange = new RowsExchange(connection.profile().deprecateEof(), MAX_ROWS) {
            @Override
            protected void rows(
                    BackendConnection from, List<ColumnDefinition> defined, List<List<byte @Nullable []>> told) {
                columns = columns.isEmpty() ? List.copyOf(defined) : columns;
                told.forEach(row -> rows.add(logical(request.location(), row)));
                next();
            }

            @Override
            protected void error(BackendConnection from, ErrorPacket reason) {
                releaseUnsent();
                releaseConnections();
                session.failed(session.logical(request.location(), reason));
            }
        };
        byte[] text = request.preparedText();
        if (text == null) {
            connection.send(request.packet(), exchange);
        } else {
            // It has no parameters.
            request.release();
            connection.send(CommandByte.QUERY, text, exchange);
        }
        connection.flush();
    }

    /** The first column names the table with its database. */
    private List<@Nullable String> logical(Location location, List<byte @Nullable []> row) {
        SchemaRename rename = session.renames().at(location);
        List<@Nullable String> texts = new ArrayList<>();
        for (byte @Nullable [] value : row) {
            String text = value == null ? null : new String(value, StandardCharsets.UTF_8);
            boolean namesTable = text != null && rename != null && texts.isEmpty();
            texts.add(namesTable ? rename.qualifiedName(text) : text);
        }
        return texts;
    }

    private void releaseConnections() {
        for (int i = 0; i < connections.size(); i++) {
            session.connections().release(requests.get(i).location(), connections.get(i));
        }
        connections = List.of();
    }

    private void releaseUnsent() {
        requests.subList(sent, requests.size()).forEach(Request::release);
        sent = requests.size();
    }

    @Override
    public void clientWritable() {
        // Few rows, written at once.
    }

    @Override
    public void abandoned() {
        releaseUnsent();
    }
}
