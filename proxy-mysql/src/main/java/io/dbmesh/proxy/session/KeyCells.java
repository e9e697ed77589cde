package io.dbmesh.proxy.session;

import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Plan.RowTemplate;
import io.dbmesh.engine.plan.StatementRewriter;
import io.dbmesh.engine.route.ValueRef;
import java.util.List;

/** What the rows of an INSERT say of its AUTO_INCREMENT column. */
final class KeyCells {

    /** Whose keys the rows get. */
    enum Origin {
        /** All are made by the server: its answer names the first of them, which is LAST_INSERT_ID(). */
        MADE,
        /** All are the client's: the server's answer names one of them, but LAST_INSERT_ID() stays as it is. */
        GIVEN,
        /** There are both, so that only the server knows which of them its answer names. */
        MIXED
    }

    private KeyCells() {}

    static Origin origin(List<RowTemplate> templates, ClientStatement statement, SessionState state) {
        int rows = StatementRewriter.rowCount(statement.digest(), templates);
        boolean made = wantsKey(templates, statement, 0, state);
        for (int row = 1; row < rows; row++) {
            if (wantsKey(templates, statement, row, state) != made) {
                return Origin.MIXED;
            }
        }
        return made ? Origin.MADE : Origin.GIVEN;
    }

    /** NULL, DEFAULT and, unless sql_mode says otherwise, 0 ask for a key, as does a row that does not name the column. */
    static boolean wantsKey(List<RowTemplate> templates, ClientStatement statement, int row, SessionState state) {
        Plan.Cell cell = StatementRewriter.templateOf(templates, row).generatedCell();
        if (cell == null) {
            return true;
        }
        ValueRef value = cell.value();
        if (value == null) {
            return true;
        }
        int literal = StatementRewriter.literalOf(statement.digest(), templates, row, value.ordinal());
        return statement.bindings().isNull(literal)
                || (!state.noAutoValueOnZero() && statement.bindings().isZero(literal));
    }
}
