package io.dbmesh.engine.plan;

import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.plan.SelectList.Place;
import io.dbmesh.engine.plan.SelectList.Text;
import io.dbmesh.sql.tree.AggregateFunction;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The aggregates of a block, each as it is combined from those of the shards. */
final class MergeAggregates {
    private final Query.Block block;
    private final Scope scope;
    private final SelectList list;
    private final MergeKeys keys;
    private final SpliceList splices;
    private final Map<Place, Draft> drafts = new LinkedHashMap<>();

    MergeAggregates(Query.Block block, Scope scope, SelectList list, MergeKeys keys, SpliceList splices) {
        this.block = block;
        this.scope = scope;
        this.list = list;
        this.keys = keys;
        this.splices = splices;
    }

    /** An aggregate whose columns have no numbers yet; what the two others are depends on the function. */
    private record Draft(
            Expression.Aggregate aggregate,
            @Nullable Place first,
            @Nullable Place second,
            @Nullable Text text) {
        Draft(Expression.Aggregate aggregate) {
            this(aggregate, null, null, null);
        }
    }

    /** The select list's. */
    void collect() {
        for (int i = 0; i < block.items().size(); i++) {
            Expression expression = block.items().get(i).expression();
            if (expression instanceof Expression.Aggregate aggregate) {
                add(new Place(false, i), aggregate);
            } else {
                requireTakenFromAnyRow(expression);
            }
        }
    }

    private void requireTakenFromAnyRow(Expression expression) {
        if (MergePlanner.contains(expression, Expression.Aggregate.class)) {
            throw MergePlanner.refused("expressions over aggregates over several shards");
        }
        if (hasSubquery(expression)) {
            throw MergePlanner.refused("subqueries beside aggregates over several shards");
        }
        if (block.groupBy().isEmpty() && MergePlanner.contains(expression, Expression.Column.class)) {
            // A shard without rows says NULL, which need not be what any row has.
            throw MergePlanner.refused("columns beside aggregates without GROUP BY over several shards");
        }
    }

    private static boolean hasSubquery(Expression expression) {
        return TreeWalk.subquery(expression) != null
                || TreeWalk.operands(expression).stream().anyMatch(MergeAggregates::hasSubquery);
    }

    private void add(Place place, Expression.Aggregate aggregate) {
        boolean extreme =
                switch (aggregate.function()) {
                    case MIN, MAX -> true;
                    default -> false;
                };
        if (aggregate.distinct() && !extreme) {
            throw MergePlanner.refused(aggregate.function() + "(DISTINCT) without the sharding key in GROUP BY");
        }
        if (Facts.isNotDeterministic(aggregate)) {
            throw MergePlanner.refused("aggregates of random values over several shards");
        }
        Expression argument =
                aggregate.arguments().isEmpty() ? null : aggregate.arguments().getFirst();
        switch (aggregate.function()) {
            case COUNT, SUM -> drafts.put(place, new Draft(aggregate));
            case AVG -> {
                Expression averaged = aggregate.arguments().getFirst();
                Place sum = list.derive(keys.call("SUM(", averaged, ")"));
                Place count = list.derive(keys.call("COUNT(", averaged, ")"));
                drafts.put(place, new Draft(aggregate, sum, count, null));
            }
            case MIN, MAX -> drafts.put(place, new Draft(aggregate, null, null, extremeText(aggregate)));
            case BIT_AND, BIT_OR, BIT_XOR -> {
                requireNumber(argument, aggregate);
                drafts.put(place, new Draft(aggregate));
            }
            case ANY_VALUE -> {
                if (block.groupBy().isEmpty()) {
                    throw unsplittable(aggregate);
                }
            }
            case GROUP_CONCAT, STD, STDDEV_SAMP, VAR_POP, VAR_SAMP, JSON_ARRAYAGG, JSON_OBJECTAGG ->
                throw unsplittable(aggregate);
        }
    }

    private static RuntimeException unsplittable(Expression.Aggregate aggregate) {
        return MergePlanner.refused(aggregate.function() + "() without the sharding key in GROUP BY");
    }

    /** Of FLOATs that are shown alike any one will do. */
    private @Nullable Text extremeText(Expression.Aggregate aggregate) {
        return switch (SortKind.of(aggregate, scope)) {
            case VALUE, SINGLE_PRECISION -> null;
            case WEIGHT, ENUM_NUMBER -> keys.text(aggregate);
            case INCOMPARABLE -> throw unsplittable(aggregate);
        };
    }

    /** Of binary strings they are strings, of any length. */
    private void requireNumber(@Nullable Expression argument, Expression.Aggregate aggregate) {
        Resolved column = argument == null ? null : scope.resolve(argument);
        boolean number = column != null
                && (column.column().type().isInteger()
                        || switch (column.column().type()) {
                            case BIT, DECIMAL, FLOAT, DOUBLE, YEAR -> true;
                            default -> false;
                        });
        if (!number) {
            throw unsplittable(aggregate);
        }
    }

    /** ORDER BY of groups by more than their keys: by columns of the whole result, after grouping. */
    List<SelectList.Key> orderKeys(List<OrderItem> order, List<SelectList.Key> groupKeys) {
        List<SelectList.Key> result = new ArrayList<>();
        for (OrderItem item : order) {
            Expression expression = item.expression();
            if (MergeKeys.isConstant(expression)) {
                continue;
            }
            Place place = keys.placeOf(expression);
            if (place == null && expression instanceof Expression.Aggregate aggregate) {
                place = list.derive(splices.partsOf(
                        expression.span().start(), expression.span().end()));
                add(place, aggregate);
            }
            if (place == null) {
                SelectList.Key key = derivedGroupKey(item, groupKeys);
                result.add(key);
                continue;
            }
            result.add(resultKey(place, item.descending()));
        }
        return result;
    }

    private SelectList.Key derivedGroupKey(OrderItem item, List<SelectList.Key> groupKeys) {
        SelectList.Key key = keys.groupKey(item);
        if (key != null) {
            for (SelectList.Key group : groupKeys) {
                if (group.column().equals(key.column())) {
                    return group.withDirection(item.descending());
                }
            }
        }
        throw MergePlanner.refused("ORDER BY something else than group keys and aggregates over several shards");
    }

    private SelectList.Key resultKey(Place place, boolean descending) {
        Draft draft = drafts.get(place);
        if (draft == null) {
            return keys.key(place, list.items().get(place.index()).expression(), descending);
        }
        return new SelectList.Key(place, place, draft.text(), descending);
    }

    /** When all derived columns are known. */
    List<Aggregate> toSpec() {
        List<Aggregate> spec = new ArrayList<>();
        drafts.forEach((place, draft) -> spec.add(toSpec(list.number(place), draft)));
        return spec;
    }

    private Aggregate toSpec(int column, Draft draft) {
        Integer first = list.numberOrNull(draft.first());
        Integer second = list.numberOrNull(draft.second());
        return switch (draft.aggregate().function()) {
            case COUNT -> new Aggregate.Count(column);
            case SUM -> new Aggregate.Sum(column);
            case AVG -> new Aggregate.Average(column, first == null ? column : first, second == null ? column : second);
            case MIN, MAX -> extreme(column, draft);
            case BIT_AND, BIT_OR, BIT_XOR ->
                new Aggregate.Bits(
                        column,
                        Aggregate.Bits.Operator.valueOf(draft.aggregate()
                                .function()
                                .name()
                                .substring("BIT_".length())
                                .toUpperCase(Locale.ROOT)));
            default -> throw new IllegalStateException(draft.aggregate().function() + " is not combined");
        };
    }

    private Aggregate extreme(int column, Draft draft) {
        boolean max = draft.aggregate().function() == AggregateFunction.MAX;
        Text text = draft.text();
        return text == null
                ? new Aggregate.Extreme(column, null, max)
                : new Aggregate.Extreme(
                        column,
                        list.number(text.weight()),
                        max,
                        text.collation(),
                        list.numberOrNull(text.collationColumn()));
    }
}
