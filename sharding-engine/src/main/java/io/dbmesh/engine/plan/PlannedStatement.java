package io.dbmesh.engine.plan;

import java.util.List;

/**
 * What the plan cache holds for a shape.
 *
 * @param guards literals that must be the same for the plan to hold, usually none
 * @param parameters how many {@code ?} the statement has
 */
public record PlannedStatement(Plan plan, List<Guard> guards, int parameters) {
    public PlannedStatement {
        guards = List.copyOf(guards);
    }
}
