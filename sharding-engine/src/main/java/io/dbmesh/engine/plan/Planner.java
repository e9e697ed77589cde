package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.plan.Plan.Effect;
import io.dbmesh.engine.plan.Plan.Many;
import io.dbmesh.engine.route.Route;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.parse.SqlSyntaxException;
import io.dbmesh.sql.parse.TooComplexException;
import io.dbmesh.sql.tree.LiteralKind;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a statement to its plan. What cannot be carried out exactly becomes a {@link Plan.Refuse}; nothing that a client
 * can write makes it throw.
 *
 * <p>Without state; safe for use by many threads.
 */
public final class Planner {
    private Planner() {}

    /** Makes the plan of a statement's shape. */
    public static PlannedStatement plan(PlanRequest request) {
        int parameters = parameters(request.digest());
        Planning planning = new Planning(request);
        try {
            Plan plan = plan(planning, request.statement());
            return new PlannedStatement(plan, planning.guards, parameters);
        } catch (MeshException refusal) {
            return new PlannedStatement(new Plan.Refuse(refusal, planning.reasons), planning.guards, parameters);
        }
    }

    /**
     * The plan for what our grammar does not know. Where everything of the current schema is in one place a server may
     * know better, so it is relayed; what it leaves behind is not known, so the connection is kept.
     */
    public static PlannedStatement onSyntaxError(
            Mesh mesh, @Nullable String schema, Digest digest, SqlSyntaxException error) {
        MeshSchema current = schema == null ? null : mesh.schema(schema);
        if (current != null && !current.config().isSharded()) {
            return new PlannedStatement(
                    relay(current.config().defaultLocation(), Set.of(Effect.PINS), "not understood: relayed"),
                    List.of(),
                    parameters(digest));
        }
        MeshException refusal = error instanceof TooComplexException
                ? new MeshException(MeshError.STATEMENT_TOO_COMPLEX, "about 300")
                : MeshException.at(
                        error.line(),
                        error.column(),
                        MeshError.SYNTAX,
                        digest.dialect().mariaDb() ? "MariaDB" : "MySQL",
                        error.near(),
                        error.line());
        return new PlannedStatement(new Plan.Refuse(refusal, List.of()), List.of(), parameters(digest));
    }

    static Plan plan(Planning planning, Statement statement) {
        return switch (statement) {
            case Query query -> new ReadPlanner(planning, query).plan();
            case Statement.Insert insert -> new InsertPlanner(planning, insert).plan();
            case Statement.Update update -> new ChangePlanner(planning).update(update);
            case Statement.Delete delete -> new ChangePlanner(planning).delete(delete);
            case Statement.Ddl ddl -> new DdlPlanner(planning, ddl).plan();
            case Statement.Transaction transaction -> local(statement, "transactions are the session's");
            case Statement.SetVariables set -> local(statement, "variables are the session's");
            case Statement.SetTransaction set -> local(statement, "transactions are the session's");
            case Statement.SetNames set -> local(statement, "character sets are the session's");
            case Statement.Use use -> local(statement, "the current schema is the session's");
            case Statement.Show show -> new AdminPlanner(planning).show(show);
            case Statement.Describe describe -> new AdminPlanner(planning).describe(describe);
            case Statement.Explain explain -> new AdminPlanner(planning).explain(explain);
            case Statement.Kill kill -> local(statement, "threads are the mesh's sessions");
            case Statement.LockTables lock -> new AdminPlanner(planning).lockTables(lock);
            case Statement.Mesh mesh -> local(statement, "a statement for the mesh itself");
            case Statement.Other other -> new AdminPlanner(planning).other(other);
        };
    }

    static Plan.Local local(Statement statement, String reason) {
        return new Plan.Local(statement, List.of(reason));
    }

    /** A statement as it came to one place, whatever it answers. */
    static Plan.Read relay(Location location, Set<Effect> effects, String reason) {
        return new Plan.Read(new Route.Fixed(location), Rewrite.NONE, onePlace(), effects, List.of(reason));
    }

    /** For routes that never lead to several places. */
    static Many onePlace() {
        return new Many.Refused(new MeshException(MeshError.INTERNAL, "a route to one place led to several"));
    }

    private static int parameters(Digest digest) {
        int count = 0;
        for (int i = 0; i < digest.literalCount(); i++) {
            if (digest.literalKind(i) == LiteralKind.PARAMETER) {
                count++;
            }
        }
        return count;
    }
}
