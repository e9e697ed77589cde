package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.PlannedStatement;
import io.dbmesh.engine.plan.Rewrite;
import io.dbmesh.engine.plan.StatementRewriter;
import io.dbmesh.engine.plan.StatementRewriter.RowChoice;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.engine.route.TextBindings;
import io.dbmesh.proxy.protocol.ExecuteRequest;
import io.dbmesh.proxy.protocol.ExecuteRequest.Value;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.LiteralKind;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement of a client, and its execution under way. What servers are told of it differs from place to place;
 * each server's own statement is prepared on a connection when it is first executed there.
 */
final class PreparedStatement implements ClientStatement {

    /** What a {@code ?} of a server's statement stands for. */
    private sealed interface Marker {
        record Parameter(int number) implements Marker {}

        record LimitSum(int countOrdinal, @Nullable Integer offsetOrdinal) implements Marker {}

        record Key(int row) implements Marker {}
    }

    /**
     * A statement as one place has it.
     *
     * @param parameters the values when all markers are the client's parameters, else null
     */
    private record Template(byte[] sql, List<Marker> markers, Value @Nullable [] parameters) {}

    /** What a template depends on besides the statement. */
    private record TemplateKey(Location location, @Nullable Rewrite rewrite) {}

    private final ClientSession session;
    private final int id;
    private final byte[] sql;
    private final @Nullable String schema;
    private final Dialect dialect;
    private final Digest digest = new Digest();
    private final TextBindings literals = new TextBindings();
    private final ExecuteRequest values;
    private final ExecuteBindings bindings;
    private final Value[] ownParameters;
    private final Map<TemplateKey, Template> templates = new HashMap<>();
    private PlannedStatement planned;
    private long meshVersion;
    private boolean kept;

    PreparedStatement(
            ClientSession session,
            int id,
            byte[] sql,
            @Nullable String schema,
            Dialect dialect,
            PlannedStatement planned) {
        this.session = session;
        this.id = id;
        this.sql = sql;
        this.schema = schema;
        this.dialect = dialect;
        this.planned = planned;
        digest.read(sql, 0, sql.length, dialect);
        literals.reset(digest, session.state().encoding());
        int parameters = parameters(digest);
        this.values = new ExecuteRequest(parameters);
        this.bindings = new ExecuteBindings(values, literals, digest);
        this.ownParameters = new Value[parameters];
        Arrays.setAll(ownParameters, Value.OfClient::new);
    }

    /** Counted here: the plan may be that of the same INSERT with values in place of its parameters. */
    private static int parameters(Digest digest) {
        int parameters = 0;
        for (int i = 0; i < digest.literalCount(); i++) {
            parameters += digest.literalKind(i) == LiteralKind.PARAMETER ? 1 : 0;
        }
        return parameters;
    }

    int id() {
        return id;
    }

    byte[] sql() {
        return sql;
    }

    Dialect dialect() {
        return dialect;
    }

    ExecuteRequest values() {
        return values;
    }

    PlannedStatement planned() {
        return planned;
    }

    /** Whether the plan is that of the mesh as the session sees it. */
    boolean isCurrent(long version) {
        return meshVersion == version;
    }

    @SuppressWarnings("ReferenceEquality") // templates belong to one planning, not to plans that are equal
    void replanned(PlannedStatement anew, long version) {
        if (planned != anew) {
            templates.clear();
        }
        planned = anew;
        meshVersion = version;
    }

    /** Takes an execution's parameters. */
    void begin(ByteBuf payload) {
        values.read(payload);
        literals.reset(digest, session.state().encoding());
        bindings.setEncoding(session.state().encoding());
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public Bindings bindings() {
        return bindings;
    }

    @Override
    public @Nullable String schema() {
        return schema;
    }

    @Override
    public boolean isPrepared() {
        return true;
    }

    @Override
    public StatementText words() {
        return new StatementText(digest, values);
    }

    @Override
    public Request request(Location location, Rewrite rewrite) {
        return execute(location, template(location, rewrite), null, false);
    }

    @Override
    public Request reading(Location location, Rewrite rewrite) {
        return execute(location, template(location, rewrite), null, values.wantsCursor());
    }

    /** The text that a place is to prepare. */
    byte[] text(Location location, Rewrite rewrite) {
        return template(location, rewrite).sql();
    }

    private Template template(Location location, Rewrite rewrite) {
        TemplateKey key = new TemplateKey(location, rewrite);
        Template known = templates.get(key);
        if (known == null) {
            known = rewrite.isEmpty()
                    ? new Template(sql, List.of(), ownParameters)
                    : made(meanings -> session.loop()
                            .rewriter()
                            .template(
                                    digest,
                                    rewrite,
                                    location,
                                    session.literals().within(schema),
                                    meanings));
            if (!rewrite.hasSessionValue()) {
                templates.put(key, known);
            }
        }
        return known;
    }

    @Override
    public Request rows(Location location, Plan.InsertRows plan, RowChoice choice) {
        return execute(location, rowsTemplate(location, plan, choice), choice, false);
    }

    /** Its parameters have been taken out of the client's packet, so they only must not be cleared. */
    @Override
    public Kept keep() {
        kept = true;
        return new Kept() {
            @Override
            public ClientStatement again() {
                return PreparedStatement.this;
            }

            @Override
            public void release() {
                kept = false;
                values.clearLongData();
            }
        };
    }

    /** An execution is over, or waits: only then its long parameters are still needed. */
    void executed() {
        if (!kept) {
            values.clearLongData();
        }
    }

    /** The text that a place is to prepare for the first row of an INSERT. */
    byte[] rowsText(Location location, Plan.InsertRows plan, RowChoice choice) {
        return rowsTemplate(location, plan, choice).sql();
    }

    /** With several rows, each choice of them is another text; the usual single row is not written twice. */
    private Template rowsTemplate(Location location, Plan.InsertRows plan, RowChoice choice) {
        boolean always = StatementRewriter.rowCount(digest, plan) == 1
                && (plan.generated() == null || plan.rows().get(0).generatedCell() == null)
                && !plan.rewrite().hasSessionValue();
        TemplateKey key = new TemplateKey(location, null);
        Template known = always ? templates.get(key) : null;
        if (known == null) {
            known = made(meanings -> session.loop()
                    .rewriter()
                    .insertTemplate(
                            digest, plan, location, choice, session.literals().within(schema), meanings));
            if (always) {
                templates.put(key, known);
            }
        }
        return known;
    }

    private interface Writing {
        void write(StatementRewriter.Markers meanings);
    }

    private Template made(Writing writing) {
        List<Marker> markers = new ArrayList<>();
        writing.write(new StatementRewriter.Markers() {
            @Override
            public void parameter(int parameter) {
                markers.add(new Marker.Parameter(parameter));
            }

            @Override
            public void limitSum(int countOrdinal, @Nullable Integer offsetOrdinal) {
                markers.add(new Marker.LimitSum(countOrdinal, offsetOrdinal));
            }

            @Override
            public void key(int row) {
                markers.add(new Marker.Key(row));
            }
        });
        StatementRewriter rewriter = session.loop().rewriter();
        byte[] written = Arrays.copyOf(rewriter.bytes(), rewriter.length());
        return new Template(written, markers, parameters(markers));
    }

    private static Value @Nullable [] parameters(List<Marker> markers) {
        Value[] parameters = new Value[markers.size()];
        for (int i = 0; i < parameters.length; i++) {
            if (!(markers.get(i) instanceof Marker.Parameter parameter)) {
                return null;
            }
            parameters[i] = new Value.OfClient(parameter.number());
        }
        return parameters;
    }

    private Request execute(Location location, Template template, @Nullable RowChoice choice, boolean cursor) {
        Value[] sent = template.parameters();
        if (sent == null) {
            sent = template.markers().stream()
                    .map(marker -> value(marker, choice))
                    .toArray(Value[]::new);
        }
        ByteBuf out = session.channel().alloc().buffer(256);
        int start = Packets.begin(out, 0);
        values.write(out, 0, cursor, sent);
        int length = out.writerIndex() - start - Packets.HEADER_LENGTH;
        if (length < Packets.MAX_PAYLOAD) {
            Packets.end(out, start);
            return new Request(location, out, template.sql(), cursor ? id : 0);
        }
        ByteBuf parts = session.channel().alloc().buffer(length + 64);
        Packets.write(parts, out.skipBytes(Packets.HEADER_LENGTH), 0);
        out.release();
        return new Request(location, parts, template.sql(), cursor ? id : 0);
    }

    private Value value(Marker marker, @Nullable RowChoice choice) {
        return switch (marker) {
            case Marker.Parameter parameter -> new Value.OfClient(parameter.number());
            case Marker.LimitSum sum ->
                new Value.OfMesh(StatementRewriter.sumOf(sum.countOrdinal(), sum.offsetOrdinal(), bindings), true);
            case Marker.Key key -> {
                long[] keys = choice == null ? null : choice.keys();
                if (keys == null) {
                    throw new IllegalStateException("no key for row " + key.row());
                }
                yield new Value.OfMesh(keys[key.row()], false);
            }
        };
    }
}
