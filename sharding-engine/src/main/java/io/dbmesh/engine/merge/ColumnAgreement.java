package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the columns that hold the values of two sources. */
final class ColumnAgreement {
    private ColumnAgreement() {}

    /**
     * The first ones, widened where the second need it.
     *
     * @throws MeshException SHARDS_DIFFER when their number or types differ
     */
    static List<ResultColumn> of(
            List<ResultColumn> first, List<ResultColumn> second, String firstName, String secondName) {
        if (first.size() != second.size()) {
            String counts = first.size() + " columns and " + second.size();
            throw new MeshException(MeshError.SHARDS_DIFFER, tableOf(first, 0), firstName, secondName, counts);
        }
        List<ResultColumn> both = new ArrayList<>(first.size());
        for (int i = 0; i < first.size(); i++) {
            String difference = first.get(i).differenceTo(second.get(i));
            if (difference != null) {
                throw new MeshException(MeshError.SHARDS_DIFFER, tableOf(first, i), firstName, secondName, difference);
            }
            both.add(first.get(i).widened(second.get(i)));
        }
        return both;
    }

    private static String tableOf(List<ResultColumn> columns, int column) {
        @Nullable ResultColumn found = column < columns.size() ? columns.get(column) : null;
        return found == null || found.table().isEmpty() ? "the result" : "Table " + found.table();
    }
}
