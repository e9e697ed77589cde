package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.plan.PlanRequest;
import io.dbmesh.engine.plan.PlannedStatement;
import io.dbmesh.engine.plan.Planner;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.parse.SqlParser;
import io.dbmesh.sql.parse.SqlSyntaxException;
import io.dbmesh.sql.parse.TooComplexException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From a statement's text to its plan: from the cache when its shape has been seen before, else by the parser and the
 * planner on a virtual thread, while the client waits.
 */
final class Statements {

    private static final SqlParser PARSER = new SqlParser();
    /** As the parser has it, for the message. */
    private static final int MAX_NESTING = 500;

    private final ClientSession session;
    private final PlanRunner runner;

    Statements(ClientSession session, SingleExecution single) {
        this.session = session;
        this.runner = new PlanRunner(session, single);
    }

    PlanRunner runner() {
        return runner;
    }

    LocalStatements local() {
        return runner.local();
    }

    /** The whole way of a COM_QUERY. */
    void query(ByteBuf packet) {
        TextStatement statement = session.loop().textStatement();
        statement.begin(session, packet);
        PlannedStatement planned =
                find(statement.digest(), statement.schema(), session.state().dialect());
        if (planned != null) {
            runner.run(planned.plan(), statement);
        } else {
            planThenRun(statement.digest(), packet.retain());
        }
    }

    /** The event loop's statement is another session's meanwhile, so the packet is read once more. */
    private void planThenRun(Digest digest, ByteBuf packet) {
        session.started(new Execution() {
            @Override
            public void clientWritable() {
                // Nothing has been answered yet.
            }

            @Override
            public void abandoned() {
                packet.release();
            }
        });
        plan(copyOf(digest), session.state().schema(), session.state().dialect(), planned -> {
            try {
                TextStatement statement = session.loop().textStatement();
                statement.begin(session, packet);
                runner.run(planned.plan(), statement);
            } finally {
                packet.release();
            }
        });
    }

    private static byte[] copyOf(Digest digest) {
        return Arrays.copyOfRange(digest.text(), digest.textStart(), digest.textEnd());
    }

    /** The plan of a shape that has been seen before, or null. */
    @Nullable PlannedStatement find(Digest digest, @Nullable String schema, Dialect dialect) {
        if (digest.tokenCount() == 0 && !digest.isMalformed()) {
            throw new MeshException(MeshError.EMPTY_QUERY);
        }
        return session.proxy()
                .plans()
                .find(digest, schema, dialect, session.mesh().version());
    }

    /** Parses and plans on a virtual thread, and goes on with the plan on the event loop. */
    void plan(byte[] sql, @Nullable String schema, Dialect dialect, Consumer<PlannedStatement> then) {
        Mesh mesh = session.mesh();
        AtomicReference<@Nullable PlannedStatement> made = new AtomicReference<>();
        session.inBackground(() -> made.set(plan(mesh, sql, schema, dialect)), () -> {
            PlannedStatement planned = made.get();
            if (planned == null) {
                throw new IllegalStateException("planning gave nothing");
            }
            then.accept(planned);
        });
    }

    private PlannedStatement plan(Mesh mesh, byte[] sql, @Nullable String schema, Dialect dialect) {
        Digest digest = new Digest();
        digest.read(sql, 0, sql.length, dialect);
        try {
            PlannedStatement planned =
                    Planner.plan(new PlanRequest(mesh, schema, dialect, digest, PARSER.parse(digest)));
            session.proxy().plans().put(digest, schema, dialect, mesh.version(), planned);
            return planned;
        } catch (TooComplexException tooDeep) {
            throw new MeshException(MeshError.STATEMENT_TOO_COMPLEX, MAX_NESTING);
        } catch (SqlSyntaxException error) {
            // Not cached: its message quotes the client's literals.
            return Planner.onSyntaxError(mesh, schema, digest, error);
        }
    }
}
