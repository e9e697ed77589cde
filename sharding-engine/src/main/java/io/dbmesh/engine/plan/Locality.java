package io.dbmesh.engine.plan;

import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.plan.Scope.Relation;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.route.KeyCondition;
import io.dbmesh.engine.route.KeyConditions;
import io.dbmesh.sql.tree.BinaryOperator;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.TableSource;
import io.dbmesh.sql.tree.TableSource.JoinKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a statement's sharded tables must be on one shard for it to be exact there.
 *
 * <p>The argument, on which every read rests: the sharded tables of each block fall into groups ({@link ShardGroup}).
 * Rows of one group are combined only when their keys are equal, hence only on one shard. A group of an inner block may
 * <em>follow</em> a group of an outer one, by an equality of keys: for each outer row it needs only rows of the same shard.
 * The other groups are independent of each other. If all rows that count of all independent groups are on one shard, the
 * statement is exact on it: that is, if the <em>union</em> of the groups' shards is one shard. If there is only one
 * independent group and it is the outermost block's own, each shard's rows are a part of the result, and the parts have
 * only to be merged.
 */
final class Locality {
    private final Planning planning;
    private final List<ShardGroup> groups = new ArrayList<>();
    /** Why rows of several shards cannot be put together, the first reason found; null when they can. */
    private @Nullable String obstacle;

    private Locality(Planning planning) {
        this.planning = planning;
    }

    /**
     * A block with what was found out about it.
     *
     * @param group of the outermost block, that alone has sharded rows; null when there is none or not only this one
     */
    record Finding(
            Scope scope,
            KeyCondition condition,
            @Nullable ShardGroup group,
            @Nullable String obstacle) {}

    /** What the FROM clause of a subtree is made of. */
    private record Part(List<ShardGroup> groups, boolean replicated) {}

    /**
     * A FROM clause that is looked at.
     *
     * @param scope filled on the way
     * @param inner receives what every joined row fulfils
     * @param outerJoins receives what is no such condition, but may have subqueries
     */
    private record From(
            Scope scope,
            @Nullable Scope outer,
            boolean outermost,
            List<Expression> inner,
            List<Expression> outerJoins) {
        From(Scope scope, @Nullable Scope outer, boolean outermost) {
            this(scope, outer, outermost, new ArrayList<>(), new ArrayList<>());
        }
    }

    static Finding of(Planning planning, Query query) {
        Locality locality = new Locality(planning);
        Scope scope = locality.query(query, null, true);
        return locality.finding(scope);
    }

    /** The rows that an UPDATE or DELETE is about. */
    static Finding ofChange(
            Planning planning,
            List<Query.CommonTable> with,
            List<TableSource> tables,
            @Nullable Expression where,
            List<Expression> others) {
        Locality locality = new Locality(planning);
        with.forEach(table -> locality.query(table.query(), null, false));
        Scope scope = new Scope(null);
        locality.rows(new From(scope, null, true), tables, where, others);
        return locality.finding(scope);
    }

    private Finding finding(Scope scope) {
        List<ShardGroup> independent =
                groups.stream().filter(group -> group.follows == null).toList();
        KeyCondition condition = KeyConditions.or(
                independent.stream().map(group -> group.condition).toList());
        boolean onlyOutermost =
                independent.size() == 1 && scope.relations().containsAll(independent.getFirst().members);
        if (obstacle == null && !onlyOutermost) {
            obstacle = independent.size() > 1
                    ? "a join or subquery over several shards without an equality of the sharding keys"
                    : "a subquery, derived table or common table expression over several shards";
        }
        return new Finding(scope, condition, onlyOutermost ? independent.getFirst() : null, obstacle);
    }

    private Scope query(Query query, @Nullable Scope outer, boolean outermost) {
        query.with().forEach(table -> query(table.query(), outer, false));
        Scope scope = body(query.body(), outer, outermost, null);
        unrelated(query);
        return scope;
    }

    private Scope body(Query.Body body, @Nullable Scope outer, boolean outermost, @Nullable Resolved equalOuter) {
        return switch (body) {
            case Query.Block block -> block(block, outer, outermost, equalOuter);
            case Query.SetOperation operation -> {
                body(operation.left(), outer, false, null);
                body(operation.right(), outer, false, null);
                obstruct(outermost, "UNION over several shards");
                yield new Scope(outer);
            }
            case Query.Nested nested -> query(nested.query(), outer, outermost);
            case Query.Values values -> {
                Scope scope = new Scope(outer);
                nested(values.rows(), scope);
                yield scope;
            }
            case Query.WholeTable whole -> {
                Scope scope = new Scope(outer);
                Relation relation = planning.relation(whole.table(), null, false);
                scope.add(relation);
                if (relation.sharded() != null) {
                    groups.add(new ShardGroup(relation));
                }
                obstruct(outermost, "TABLE over several shards; write SELECT * FROM");
                yield scope;
            }
        };
    }

    /** @param equalOuter key of an outer block that is compared by IN with this block's only column */
    private Scope block(Query.Block block, @Nullable Scope outer, boolean outermost, @Nullable Resolved equalOuter) {
        Scope scope = new Scope(outer);
        List<Expression> expressions = new ArrayList<>();
        block.items().forEach(item -> expressions.add(item.expression()));
        List<Expression> aliased = new ArrayList<>();
        block.groupBy().forEach(item -> aliased.add(item.expression()));
        if (block.having() != null) {
            aliased.add(block.having());
        }
        // There a name can be an alias of the select list: nothing is certain.
        nested(aliased, new Scope(null));
        List<ShardGroup> own = rows(new From(scope, outer, outermost), block.from(), block.where(), expressions);
        if (equalOuter != null && block.items().size() == 1) {
            follow(own, scope.resolve(block.items().getFirst().expression()), equalOuter, scope);
        }
        return scope;
    }

    /** The rows that FROM and WHERE make; and all subqueries of the block. */
    private List<ShardGroup> rows(
            From from, List<TableSource> sources, @Nullable Expression where, List<Expression> others) {
        Scope scope = from.scope();
        List<ShardGroup> own = new ArrayList<>();
        if (sources.size() > 1 && sources.stream().anyMatch(TableSource.Join.class::isInstance)) {
            scope.mixesCommasAndJoins();
        }
        for (TableSource source : sources) {
            own.addAll(source(source, false, from).groups());
        }
        List<Expression> conjuncts = new ArrayList<>(from.inner());
        if (where != null) {
            addConjuncts(where, conjuncts);
        }
        link(own, conjuncts, scope);
        for (ShardGroup group : own) {
            List<KeyCondition> all = new ArrayList<>(List.of(group.condition));
            KeyPredicates predicates = new KeyPredicates(scope, group.members);
            conjuncts.forEach(conjunct -> all.add(predicates.of(conjunct)));
            group.condition = KeyConditions.and(all);
        }
        groups.addAll(own);
        if (from.outer() != null) {
            followOuter(own, conjuncts, scope);
        }
        List<Expression> all = new ArrayList<>(conjuncts);
        all.addAll(from.outerJoins());
        all.addAll(others);
        nested(all, scope);
        return own;
    }

    private Part source(TableSource source, boolean nullable, From from) {
        return switch (source) {
            case TableSource.Named named -> {
                Relation relation = planning.relation(named.name(), named.alias(), nullable);
                from.scope().add(relation);
                boolean sharded = relation.sharded() != null;
                yield new Part(sharded ? List.of(new ShardGroup(relation)) : List.of(), !sharded);
            }
            case TableSource.Derived derived -> {
                query(derived.query(), derived.lateral() ? from.scope() : from.outer(), false);
                Identifier alias = derived.alias();
                from.scope().add(new Relation(alias == null ? "" : alias.text(), null, null, nullable));
                yield new Part(List.of(), true);
            }
            case TableSource.Function function -> {
                Identifier alias = function.alias();
                from.scope().add(new Relation(alias == null ? "" : alias.text(), null, null, nullable));
                from.outerJoins().addAll(function.arguments());
                yield new Part(List.of(), true);
            }
            case TableSource.Join join -> join(join, nullable, from);
        };
    }

    private Part join(TableSource.Join join, boolean nullable, From from) {
        Scope scope = from.scope();
        int first = scope.relations().size();
        Part left = source(join.left(), nullable || join.kind() == JoinKind.RIGHT, from);
        int middle = scope.relations().size();
        Part right = source(join.right(), nullable || join.kind() == JoinKind.LEFT, from);
        List<Expression> conjuncts = new ArrayList<>();
        if (join.on() != null) {
            addConjuncts(join.on(), conjuncts);
        }
        if (join.natural() || !join.using().isEmpty()) {
            scope.merge(join.kind() == JoinKind.RIGHT);
        }
        List<Relation> relations = scope.relations();
        Relation[] merged =
                mergedKeys(join, relations.subList(first, middle), relations.subList(middle, relations.size()));
        if (join.kind() == JoinKind.INNER) {
            // Within the nullable side of an outer join they are required of its rows only, not of every joined row.
            (nullable ? from.outerJoins() : from.inner()).addAll(conjuncts);
            List<ShardGroup> both = new ArrayList<>(left.groups());
            both.addAll(right.groups());
            if (merged != null) {
                unite(both, merged[0], merged[1]);
            }
            link(both, conjuncts, scope);
            return new Part(both, left.replicated() && right.replicated());
        }
        from.outerJoins().addAll(conjuncts);
        boolean leftKept = join.kind() == JoinKind.LEFT;
        Part kept = leftKept ? left : right;
        Part optional = leftKept ? right : left;
        obstruct(
                from.outermost() && kept.replicated() && !optional.replicated(),
                "an outer join over several shards that keeps the rows of an unsharded table");
        return attach(kept, optional, conjuncts, scope, merged);
    }

    /**
     * An outer join. Its condition says nothing about the rows that are kept, so groups among them must not be joined by
     * it; each group of the other side may become part of one of theirs.
     *
     * @param merged two tables whose keys are one column of USING or NATURAL
     */
    private static Part attach(
            Part kept, Part optional, List<Expression> conjuncts, Scope scope, Relation @Nullable [] merged) {
        List<ShardGroup> all = new ArrayList<>(kept.groups());
        List<ShardGroup> others = new ArrayList<>(optional.groups());
        link(others, conjuncts, scope);
        for (ShardGroup other : others) {
            KeyPredicates predicates = new KeyPredicates(scope, other.members);
            List<KeyCondition> conditions = new ArrayList<>(List.of(other.condition));
            conjuncts.forEach(conjunct -> conditions.add(predicates.of(conjunct)));
            other.condition = KeyConditions.and(conditions);
            ShardGroup target = merged == null
                    ? targetOf(other, kept.groups(), conjuncts, scope)
                    : targetOf(other, kept.groups(), merged[0], merged[1]);
            if (target == null) {
                all.add(other);
            } else {
                // The kept row tells the shard; what is said of the other side does not restrict it.
                target.members.addAll(other.members);
            }
        }
        return new Part(all, kept.replicated() && optional.replicated());
    }

    private static @Nullable ShardGroup targetOf(
            ShardGroup other, List<ShardGroup> kept, List<Expression> conjuncts, Scope scope) {
        for (Expression equality : conjuncts) {
            Resolved[] sides = keyEquality(equality, scope);
            if (sides == null) {
                continue;
            }
            ShardGroup target = areColocated(sides[0], sides[1])
                    ? targetOf(other, kept, sides[0].relation(), sides[1].relation())
                    : null;
            if (target != null) {
                return target;
            }
        }
        return null;
    }

    /** The kept group that has one of two tables with equal keys while the other group has the other one. */
    private static @Nullable ShardGroup targetOf(
            ShardGroup other, List<ShardGroup> kept, Relation one, Relation another) {
        for (ShardGroup group : kept) {
            boolean straight = group.contains(one) && other.contains(another);
            boolean mirrored = group.contains(another) && other.contains(one);
            if (straight || mirrored) {
                return group;
            }
        }
        return null;
    }

    /** Two tables whose keys USING or NATURAL makes equal. Only where each side has one table: then it is certain. */
    private static Relation @Nullable [] mergedKeys(TableSource.Join join, List<Relation> left, List<Relation> right) {
        if ((!join.natural() && join.using().isEmpty()) || left.size() != 1 || right.size() != 1) {
            return null;
        }
        MeshTable.Sharded one = left.getFirst().sharded();
        MeshTable.Sharded other = right.getFirst().sharded();
        if (one == null || other == null || !one.isColocatedWith(other)) {
            return null;
        }
        String key = one.key().column().name();
        boolean equal = key.equalsIgnoreCase(other.key().column().name())
                && (join.natural()
                        || join.using().stream()
                                .anyMatch(column -> column.text().equalsIgnoreCase(key)));
        return equal ? new Relation[] {left.getFirst(), right.getFirst()} : null;
    }

    /** Unites groups whose keys the conditions make equal, until nothing changes. */
    private static void link(List<ShardGroup> groups, List<Expression> conjuncts, Scope scope) {
        for (Expression conjunct : conjuncts) {
            Resolved[] sides = keyEquality(conjunct, scope);
            if (sides != null && areColocated(sides[0], sides[1])) {
                unite(groups, sides[0].relation(), sides[1].relation());
            }
        }
    }

    private static void unite(List<ShardGroup> groups, Relation one, Relation other) {
        ShardGroup first = groupOf(groups, one);
        ShardGroup second = groupOf(groups, other);
        if (first != null && second != null && first != second) {
            first.members.addAll(second.members);
            first.condition = KeyConditions.and(List.of(first.condition, second.condition));
            groups.remove(second);
        }
    }

    private static @Nullable ShardGroup groupOf(List<ShardGroup> groups, Relation relation) {
        return groups.stream()
                .filter(group -> group.contains(relation))
                .findFirst()
                .orElse(null);
    }

    /** The two sides of an equality of sharding keys, or null when it is none. */
    private static Resolved @Nullable [] keyEquality(Expression expression, Scope scope) {
        if (!(expression instanceof Expression.Binary binary) || binary.operator() != BinaryOperator.EQUAL) {
            return null;
        }
        Resolved left = scope.resolve(binary.left());
        Resolved right = scope.resolve(binary.right());
        return left != null && right != null && left.isShardKey() && right.isShardKey()
                ? new Resolved[] {left, right}
                : null;
    }

    private static boolean areColocated(Resolved one, Resolved other) {
        MeshTable.Sharded first = one.relation().sharded();
        MeshTable.Sharded second = other.relation().sharded();
        return first != null && second != null && first.isColocatedWith(second);
    }

    private void followOuter(List<ShardGroup> own, List<Expression> conjuncts, Scope scope) {
        for (Expression conjunct : conjuncts) {
            Resolved[] sides = keyEquality(conjunct, scope);
            if (sides != null) {
                follow(own, sides[0], sides[1], scope);
                follow(own, sides[1], sides[0], scope);
            }
        }
    }

    /** A group follows an outer table when its key is equal to that table's. */
    private static void follow(List<ShardGroup> own, @Nullable Resolved key, Resolved outer, Scope scope) {
        if (key == null
                || !key.isShardKey()
                || !outer.isShardKey()
                || scope.relations().contains(outer.relation())
                || !areColocated(key, outer)) {
            return;
        }
        ShardGroup group = groupOf(own, key.relation());
        if (group != null && group.follows == null) {
            group.follows = outer.relation();
        }
    }

    /** Looks into the subqueries of expressions. */
    private void nested(List<Expression> expressions, Scope scope) {
        TreeWalk walk = new TreeWalk() {
            @Override
            void expression(Expression expression) {
                TreeWalk.operands(expression).forEach(this::expression);
                Query query = TreeWalk.subquery(expression);
                if (query != null) {
                    Locality.this.subquery(expression, query, scope);
                }
            }
        };
        walk.expressions(expressions);
    }

    private void subquery(Expression expression, Query query, Scope scope) {
        Resolved value = expression instanceof Expression.InQuery in ? scope.resolve(in.value()) : null;
        boolean plain = query.body() instanceof Query.Block block
                && query.with().isEmpty()
                && query.limit() == null
                && block.groupBy().isEmpty()
                && block.having() == null;
        if (value != null && value.isShardKey() && !value.relation().nullable && plain) {
            body(query.body(), scope, false, value);
            unrelated(query);
        } else {
            query(query, scope, false);
        }
    }

    private void unrelated(Query query) {
        nested(query.orderBy().stream().map(OrderItem::expression).toList(), new Scope(null));
    }

    private void obstruct(boolean when, String why) {
        if (when && obstacle == null) {
            obstacle = why;
        }
    }

    static void addConjuncts(Expression expression, List<Expression> into) {
        if (expression instanceof Expression.Binary binary && binary.operator() == BinaryOperator.AND) {
            addConjuncts(binary.left(), into);
            addConjuncts(binary.right(), into);
        } else {
            into.add(expression);
        }
    }

    /** The members that no outer join can fill with NULL. */
    static Set<Relation> certainMembers(ShardGroup group) {
        Set<Relation> certain = new LinkedHashSet<>();
        group.members.stream().filter(member -> !member.nullable).forEach(certain::add);
        return certain;
    }
}
