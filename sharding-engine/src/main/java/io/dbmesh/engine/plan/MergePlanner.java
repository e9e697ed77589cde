package io.dbmesh.engine.plan;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec;
import io.dbmesh.engine.merge.MergeSpec.Aggregate;
import io.dbmesh.engine.merge.MergeSpec.Grouping;
import io.dbmesh.engine.metadata.ColumnType;
import io.dbmesh.engine.plan.Plan.Many;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Scope.Relation;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.plan.SelectList.Place;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each shard is asked, and how the answers become one, for a query whose sharded rows lie with their kind: {@link
 * Locality} has told so. Throws what cannot be merged exactly.
 */
final class MergePlanner {
    private final Planning planning;
    private final Query query;
    private final Query.Block block;
    private final Scope scope;
    private final ShardGroup group;
    private final SpliceList splices;
    private final SelectList list;
    private final MergeKeys keys;

    MergePlanner(Planning planning, Query query, Scope scope, ShardGroup group, SpliceList splices) {
        this.planning = planning;
        this.query = plainest(query);
        this.scope = scope;
        this.group = group;
        this.splices = splices;
        if (!(this.query.body() instanceof Query.Block body)) {
            throw refused("this form of query over several shards");
        }
        this.block = body;
        this.list = new SelectList(block.items());
        this.keys =
                new MergeKeys(planning, scope, list, splices, !body.groupBy().isEmpty());
    }

    /** Without parentheses around the whole. */
    private static Query plainest(Query query) {
        Query plain = query;
        while (plain.body() instanceof Query.Nested nested
                && plain.orderBy().isEmpty()
                && plain.limit() == null
                && plain.with().isEmpty()) {
            plain = nested.query();
        }
        return plain;
    }

    Many plan() {
        ReadPlanner.keepNames(block, splices);
        refuseWhatNeedsAllRows();
        boolean aggregated = hasAggregates();
        boolean byKey = block.groupBy().stream().anyMatch(item -> isCertainKey(item.expression()));
        if (byKey) {
            planning.because("GROUP BY has the sharding key: each group is on one shard");
        }
        if (byKey || (block.groupBy().isEmpty() && !aggregated)) {
            return block.isDistinct() && !isDistinctByKey() ? distinct() : rows();
        }
        return grouped();
    }

    private void refuseWhatNeedsAllRows() {
        if (block.rollup()) {
            throw refused("WITH ROLLUP over several shards");
        }
        boolean windows = !block.windows().isEmpty();
        for (Query.SelectItem item : block.items()) {
            windows |= contains(item.expression(), Expression.Windowed.class);
        }
        for (OrderItem item : query.orderBy()) {
            windows |= contains(item.expression(), Expression.Windowed.class);
        }
        if (windows) {
            throw refused("window functions over several shards");
        }
    }

    private boolean hasAggregates() {
        boolean found = block.having() != null && contains(block.having(), Expression.Aggregate.class);
        for (Query.SelectItem item : block.items()) {
            found |= contains(item.expression(), Expression.Aggregate.class);
        }
        for (OrderItem item : query.orderBy()) {
            found |= contains(item.expression(), Expression.Aggregate.class);
        }
        return found;
    }

    private boolean isCertainKey(Expression expression) {
        Resolved column = scope.resolve(keys.behindPosition(expression));
        return column != null
                && column.isShardKey()
                && Locality.certainMembers(group).contains(column.relation());
    }

    private boolean isDistinctByKey() {
        for (Query.SelectItem item : block.items()) {
            boolean star = item.expression() instanceof Expression.Star any
                    && (any.table() == null || starsOverKey(any.table().text()));
            if (star || isCertainKey(item.expression())) {
                return true;
            }
        }
        return false;
    }

    private boolean starsOverKey(String table) {
        for (Relation member : Locality.certainMembers(group)) {
            if (member.name.equals(table)) {
                return true;
            }
        }
        return false;
    }

    /** Each row of a shard is a row of the result. */
    private Many rows() {
        List<SelectList.Key> order = new ArrayList<>();
        for (OrderItem item : query.orderBy()) {
            SelectList.Key key = keys.orderKey(item, block.isDistinct());
            if (key != null) {
                order.add(key);
            }
        }
        limitShards();
        planning.because(
                order.isEmpty() ? "several shards: their rows one after the other" : "several shards: merged in order");
        return merged(order, null, List.of());
    }

    /** Equal rows of several shards become one: groups without aggregates. */
    private Many distinct() {
        if (list.hasStar() || !block.groupBy().isEmpty()) {
            throw refused("DISTINCT without the sharding key over several shards");
        }
        List<SelectList.Key> all = new ArrayList<>();
        for (int i = 0; i < block.items().size(); i++) {
            all.add(keys.key(new Place(false, i), block.items().get(i).expression(), false));
        }
        List<SelectList.Key> order = ordered(all);
        if (order == null) {
            throw refused("DISTINCT with ORDER BY something else over several shards");
        }
        if (query.orderBy().isEmpty() && hasBits()) {
            // MySQL makes BIGINTs of distinct BITs when it sorts them.
            order = List.of();
            planning.because("DISTINCT of BIT: the rows are not sorted, and kept in memory to be told apart");
        }
        orderShardsBy(order);
        if (list.hasDerived()) {
            // Rows that are equal under a collation can have weights that differ in spaces: a shard would count them
            // apart.
            dropLimit();
        } else {
            limitShards();
        }
        planning.because("several shards: equal rows become one");
        return merged(order, new Grouping(list.number(all), List.of()), List.of());
    }

    private boolean hasBits() {
        return block.items().stream()
                .map(item -> scope.resolve(item.expression()))
                .anyMatch(column -> column != null && column.column().type() == ColumnType.BIT);
    }

    private Many grouped() {
        if (block.having() != null) {
            throw refused("HAVING without the sharding key in GROUP BY over several shards");
        }
        if (block.isDistinct() || list.hasStar()) {
            throw refused("DISTINCT or * with aggregates over several shards");
        }
        MergeAggregates aggregates = new MergeAggregates(block, scope, list, keys, splices);
        aggregates.collect();
        if (block.groupBy().isEmpty()) {
            dropLimit();
            planning.because("several shards: one row from the row of each");
            return merged(List.of(), new Grouping(List.of(), aggregates.toSpec()), List.of());
        }
        List<SelectList.Key> groupKeys = new ArrayList<>();
        for (OrderItem item : block.groupBy()) {
            SelectList.Key key = keys.groupKey(item);
            if (key != null) {
                groupKeys.add(key);
            }
        }
        if (groupKeys.isEmpty()) {
            throw refused("GROUP BY of a constant over several shards");
        }
        List<SelectList.Key> order = ordered(groupKeys);
        List<SelectList.Key> reorder = List.of();
        if (order == null) {
            order = groupKeys;
            reorder = aggregates.orderKeys(query.orderBy(), groupKeys);
            planning.because("ORDER BY of what is known only after grouping: sorted in memory");
        }
        orderShardsBy(order);
        if (reorder.isEmpty()) {
            limitShards();
        } else {
            dropLimit();
        }
        planning.because("several shards: groups with equal keys become one");
        List<Aggregate> combined = aggregates.toSpec();
        return merged(order, new Grouping(list.number(groupKeys), combined), reorder);
    }

    /**
     * All the keys in the order that ORDER BY begins, or null when it has something else than these keys. Any order of the
     * keys brings equal ones together.
     */
    private @Nullable List<SelectList.Key> ordered(List<SelectList.Key> all) {
        List<SelectList.Key> order = new ArrayList<>();
        Set<Place> seen = new HashSet<>();
        for (OrderItem item : query.orderBy()) {
            Place place = keys.placeOf(item.expression());
            if (place == null && MergeKeys.isConstant(item.expression())) {
                continue;
            }
            SelectList.Key key = all.stream()
                    .filter(any -> any.means().equals(place))
                    .findFirst()
                    .orElse(null);
            if (key == null) {
                return null;
            }
            if (seen.add(key.column())) {
                order.add(key.withDirection(item.descending()));
            }
        }
        for (SelectList.Key key : all) {
            if (seen.add(key.column())) {
                order.add(key);
            }
        }
        return order;
    }

    /** By positions, which mean the same as the expressions and are short. */
    private void orderShardsBy(List<SelectList.Key> order) {
        StringBuilder text = new StringBuilder();
        for (SelectList.Key key : order) {
            text.append(text.isEmpty() ? "" : ", ").append(list.number(key.column()) + 1);
            text.append(key.descending() ? " DESC" : "");
        }
        if (query.orderBy().isEmpty()) {
            if (!order.isEmpty()) {
                splices.insert(block.span().end(), List.of(new Part.Text(" ORDER BY " + text + " ")));
            }
            return;
        }
        int from = query.orderBy().getFirst().span().start();
        int to = query.orderBy().getLast().span().end();
        splices.clear(from, to);
        splices.replace(from, to, new Part.Text(order.isEmpty() ? "NULL" : text.toString()));
    }

    private void limitShards() {
        Query.Limit limit = query.limit();
        if (limit != null && limit.offset() != null) {
            splices.replace(
                    limit.span().start(),
                    limit.span().end(),
                    new Part.Text("LIMIT "),
                    new Part.LimitSum(ordinal(limit.count()), ordinal(limit.offset())));
        }
    }

    private void dropLimit() {
        Query.Limit limit = query.limit();
        if (limit != null) {
            splices.replace(limit.span().start(), limit.span().end());
        }
    }

    private Many merged(List<SelectList.Key> order, @Nullable Grouping grouping, List<SelectList.Key> reorder) {
        if (list.hasDerived()) {
            splices.insert(block.itemsSpan().end(), list.addition());
        }
        Query.Limit limit = query.limit();
        MergeSpec spec =
                new MergeSpec(list.visibleColumns(), list.number(order), grouping, list.number(reorder), limit != null);
        return new Many.Merged(
                splices.toRewrite(),
                spec,
                limit == null ? null : ordinal(limit.count()),
                limit == null || limit.offset() == null ? null : ordinal(limit.offset()));
    }

    private static int ordinal(Expression number) {
        if (number instanceof Expression.Literal literal) {
            return literal.ordinal();
        }
        throw refused("LIMIT by a variable over several shards");
    }

    static boolean contains(Expression expression, Class<? extends Expression> kind) {
        return kind.isInstance(expression)
                || TreeWalk.operands(expression).stream().anyMatch(operand -> contains(operand, kind));
    }

    static MeshException refused(String construct) {
        return MeshException.unsupported(construct, "restrict the query to one shard by its sharding key");
    }
}
