package io.dbmesh.engine.plan;

import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is made from.
 *
 * @param mesh the snapshot that the plan holds for
 * @param schema the session's current schema, null when none is chosen
 * @param digest of the statement that is planned; a literal's value may only be looked at through a {@link Guard}
 */
public record PlanRequest(Mesh mesh, @Nullable String schema, Dialect dialect, Digest digest, Statement statement) {}
