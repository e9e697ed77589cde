package io.dbmesh.engine.plan;

import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Query.SelectItem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns that the shards send: the client's, and derived ones behind them. How columns are numbered is known only
 * when all derived ones are, because behind a {@code *} they are counted from the right.
 */
final class SelectList {
    private static final String ALIAS = "_dbmesh_";

    private final List<SelectItem> items;
    private final List<List<Part>> derived = new ArrayList<>();
    private final int firstStar;
    private final int lastStar;

    SelectList(List<SelectItem> items) {
        this.items = items;
        int first = -1;
        int last = -1;
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).expression() instanceof Expression.Star) {
                first = first < 0 ? i : first;
                last = i;
            }
        }
        this.firstStar = first;
        this.lastStar = last;
    }

    /** A column, by its item or as a derived one. */
    record Place(boolean isDerived, int index) {}

    /**
     * How strings are compared outside a server.
     *
     * @param collation its name, or null when only the servers know it
     * @param collationColumn where they tell it; null when it is known
     */
    record Weight(
            Place column,
            @Nullable String collation,
            @Nullable Place collationColumn) {}

    /** A sort key whose columns have no numbers yet. */
    record Key(Place column, @Nullable Weight weight, boolean descending) {
        Key withDirection(boolean down) {
            return new Key(column, weight, down);
        }
    }

    List<SelectItem> items() {
        return items;
    }

    boolean hasStar() {
        return firstStar >= 0;
    }

    /** Whether the item's column has a number that the plan knows. */
    boolean isCountable(int item) {
        return firstStar < 0 || item < firstStar || item > lastStar;
    }

    /** Whether a position in ORDER BY or GROUP BY can be told. */
    boolean isBeforeStar(int item) {
        return firstStar < 0 || item < firstStar;
    }

    Place derive(List<Part> expression) {
        int known = derived.indexOf(expression);
        if (known >= 0) {
            return new Place(true, known);
        }
        derived.add(List.copyOf(expression));
        return new Place(true, derived.size() - 1);
    }

    boolean hasDerived() {
        return !derived.isEmpty();
    }

    int number(Place place) {
        if (!hasStar()) {
            return place.isDerived() ? items.size() + place.index() : place.index();
        }
        if (place.isDerived()) {
            return place.index() - derived.size();
        }
        return place.index() < firstStar ? place.index() : place.index() - items.size() - derived.size();
    }

    @Nullable Integer numberOrNull(@Nullable Place place) {
        return place == null ? null : Integer.valueOf(number(place));
    }

    SortKey number(Key key) {
        Weight weight = key.weight();
        return weight == null
                ? new SortKey(number(key.column()), key.descending())
                : new SortKey(
                        number(key.column()),
                        number(weight.column()),
                        key.descending(),
                        weight.collation(),
                        numberOrNull(weight.collationColumn()));
    }

    List<SortKey> number(List<Key> keys) {
        return keys.stream().map(this::number).toList();
    }

    int visibleColumns() {
        if (derived.isEmpty()) {
            return -1;
        }
        return hasStar() ? -1 - derived.size() : items.size();
    }

    /** What is put behind the client's select list. */
    List<Part> addition() {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < derived.size(); i++) {
            parts.add(new Part.Text(", "));
            parts.addAll(derived.get(i));
            parts.add(new Part.Text(" AS " + ALIAS + i + (i + 1 == derived.size() ? " " : "")));
        }
        return parts;
    }
}
