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
    /** Before the number of a derived column. */
    static final String ALIAS = "_dbmesh_";

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
     * How a string compares: what {@link SortKey} has of it, with columns that have no numbers yet.
     *
     * @param collation null when only the server knows it, which then tells it in a column
     */
    record Text(Place weight, @Nullable String collation, @Nullable Place collationColumn) {}

    /**
     * A sort key whose columns have no numbers yet.
     *
     * @param column what is compared
     * @param means whose order it is: another column than the one compared when that only stands for it (a member's
     *     number)
     * @param text null when it is certainly no string, or a binary one
     */
    record Key(Place column, Place means, @Nullable Text text, boolean descending) {
        Key withDirection(boolean down) {
            return new Key(column, means, text, down);
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
        Text text = key.text();
        return text == null
                ? new SortKey(number(key.column()), key.descending())
                : new SortKey(
                        number(key.column()),
                        number(text.weight()),
                        key.descending(),
                        text.collation(),
                        numberOrNull(text.collationColumn()));
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

    /** How many columns a rewrite puts behind the client's. */
    static int derivedColumns(Rewrite rewrite) {
        return (int) rewrite.splices().stream()
                .flatMap(splice -> splice.parts().stream())
                .filter(part -> part instanceof Part.Text text && text.sql().startsWith(" AS " + ALIAS))
                .count();
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
