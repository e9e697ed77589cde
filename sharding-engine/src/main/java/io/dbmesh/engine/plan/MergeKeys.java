package io.dbmesh.engine.plan;

import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.plan.SelectList.Place;
import io.dbmesh.engine.plan.SelectList.Text;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.tree.AggregateFunction;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.LiteralKind;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Query.SelectItem;
import io.dbmesh.sql.tree.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the columns that ORDER BY and GROUP BY mean, or derives them. */
final class MergeKeys {
    private final Planning planning;
    private final Scope scope;
    private final SelectList list;
    private final SpliceList splices;
    private final boolean isGrouped;

    /** @param isGrouped whether the block has GROUP BY */
    MergeKeys(Planning planning, Scope scope, SelectList list, SpliceList splices, boolean isGrouped) {
        this.isGrouped = isGrouped;
        this.planning = planning;
        this.scope = scope;
        this.list = list;
        this.splices = splices;
    }

    /** Whether an ORDER BY item orders nothing: NULL, a string, a parameter. A whole number is a position. */
    static boolean isConstant(Expression expression) {
        return expression instanceof Expression.Constant
                || (expression instanceof Expression.Literal literal && !isPosition(literal));
    }

    private static boolean isPosition(Expression.Literal literal) {
        return literal.kind() == LiteralKind.INTEGER && !literal.negated();
    }

    /** What a position stands for, or the expression itself. */
    Expression behindPosition(Expression expression) {
        int item = position(expression);
        return item >= 0 && item < list.items().size() && list.isBeforeStar(item)
                ? list.items().get(item).expression()
                : expression;
    }

    /** The item that a position means from 0, or -1. */
    private int position(Expression expression) {
        if (!(expression instanceof Expression.Literal literal) || !isPosition(literal)) {
            return -1;
        }
        String digits = planning.guarded(literal.ordinal());
        return digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits) - 1;
    }

    /** The client's column that an ORDER BY item means, or null when it is none of them. */
    @Nullable Place placeOf(Expression expression) {
        int position = position(expression);
        if (position >= 0) {
            if (!list.isBeforeStar(position)) {
                throw MergePlanner.refused("ORDER BY or GROUP BY of a position behind * over several shards");
            }
            return position < list.items().size() ? new Place(false, position) : null;
        }
        if (expression instanceof Expression.Column column && column.table() == null) {
            for (int i = 0; i < list.items().size(); i++) {
                SelectItem item = list.items().get(i);
                if (item.alias() != null && TreeWalk.sameName(item.alias(), column.name()) && list.isCountable(i)) {
                    return new Place(false, i);
                }
            }
        }
        return sameItem(expression);
    }

    private @Nullable Place sameItem(Expression expression) {
        Resolved resolved = scope.resolve(expression);
        for (int i = 0; i < list.items().size(); i++) {
            Expression other = list.items().get(i).expression();
            boolean same = (resolved != null && other instanceof Expression.Column)
                    ? resolved.equals(scope.resolve(other))
                    : isSameText(expression.span(), other.span());
            if (same && list.isCountable(i)) {
                return new Place(false, i);
            }
        }
        return null;
    }

    /** Whether two ranges have the same tokens and no literals, whose values may differ from statement to statement. */
    private boolean isSameText(Span one, Span other) {
        Digest digest = planning.digest();
        int length = one.end() - one.start();
        if (length != other.end() - other.start()) {
            return false;
        }
        for (int literal = 0; literal < digest.literalCount(); literal++) {
            int token = digest.tokenOfLiteral(literal);
            if (token >= one.start() && token < one.end()) {
                return false;
            }
        }
        for (int i = 0; i < length; i++) {
            int a = one.start() + i;
            int b = other.start() + i;
            if (!Arrays.equals(
                    digest.text(),
                    digest.tokenStart(a),
                    digest.tokenEnd(a),
                    digest.text(),
                    digest.tokenStart(b),
                    digest.tokenEnd(b))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The key of an ORDER BY item; null when it orders nothing.
     *
     * @param distinct whether no column may be added that could make equal rows differ
     */
    SelectList.@Nullable Key orderKey(OrderItem item, boolean distinct) {
        Expression expression = item.expression();
        if (isConstant(expression)) {
            return null;
        }
        Place place = placeOf(expression);
        if (place != null) {
            Expression meant = list.items().get(place.index()).expression();
            return key(place, meant, item.descending());
        }
        if (expression instanceof Expression.Literal) {
            return null; // A position beyond the columns: each shard reports it.
        }
        if (distinct) {
            throw MergePlanner.refused("DISTINCT with ORDER BY something else over several shards");
        }
        return derivedKey(expression, item.descending());
    }

    /** The key of a GROUP BY item; null when it is constant. A name means a table's column before an alias. */
    SelectList.@Nullable Key groupKey(OrderItem item) {
        Expression expression = item.expression();
        if (isConstant(expression)) {
            return null;
        }
        Place place = scope.resolve(expression) == null ? placeOf(expression) : sameItem(expression);
        if (place != null) {
            return key(place, list.items().get(place.index()).expression(), item.descending());
        }
        if (expression instanceof Expression.Literal) {
            return null;
        }
        return derivedKey(expression, item.descending());
    }

    private SelectList.Key derivedKey(Expression expression, boolean descending) {
        requireDerivable(expression, true);
        return switch (SortKind.of(expression, scope)) {
            case VALUE, WEIGHT, INCOMPARABLE -> key(list.derive(call("(", expression, ")")), expression, descending);
            case SINGLE_PRECISION, ENUM_NUMBER -> asNumber(null, expression, descending);
        };
    }

    /** @param means the expression's column; null when it has none */
    private SelectList.Key asNumber(@Nullable Place means, Expression expression, boolean descending) {
        String zero = SortKind.of(expression, scope) == SortKind.SINGLE_PRECISION ? ")+0e0" : ")+0";
        Place number = list.derive(call("(", expression, zero));
        return new SelectList.Key(number, means == null ? number : means, null, descending);
    }

    /** A key by a column whose expression is known. */
    SelectList.Key key(Place column, Expression expression, boolean descending) {
        return switch (SortKind.of(expression, scope)) {
            case VALUE -> new SelectList.Key(column, column, null, descending);
            case WEIGHT -> new SelectList.Key(column, column, text(expression), descending);
            case SINGLE_PRECISION, ENUM_NUMBER -> asNumber(column, expression, descending);
            case INCOMPARABLE ->
                throw MergePlanner.refused(
                        "sorting or grouping by JSON, geometries or a type that MySQL does not have");
        };
    }

    /** How an expression compares that may be a string. */
    Text text(Expression expression) {
        requireDerivable(expression, false);
        // ONLY_FULL_GROUP_BY does not see that a function of a group's expression has one value; MIN of it has.
        boolean ofGroup = isGrouped
                && !(expression instanceof Expression.Column)
                && !MergePlanner.contains(expression, Expression.Aggregate.class);
        String before = ofGroup ? "(MIN(" : "(";
        String after = ofGroup ? "))" : ")";
        Place weight = list.derive(call("WEIGHT_STRING" + before, expression, after));
        Resolved column = scope.resolve(argumentOfExtreme(expression));
        String collation = column == null ? null : column.column().collation();
        return collation == null
                ? new Text(weight, null, list.derive(call("COLLATION" + before, expression, after)))
                : new Text(weight, collation, null);
    }

    /** What MIN and MAX choose from has their collation. */
    private static Expression argumentOfExtreme(Expression expression) {
        boolean extreme = expression instanceof Expression.Aggregate aggregate
                && (aggregate.function() == AggregateFunction.MIN || aggregate.function() == AggregateFunction.MAX);
        return extreme ? TreeWalk.operands(expression).getFirst() : expression;
    }

    /** The text of a function of an expression. */
    List<Part> call(String before, Expression argument, String after) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part.Text(before));
        parts.addAll(splices.partsOf(argument.span().start(), argument.span().end()));
        parts.add(new Part.Text(after));
        return parts;
    }

    /**
     * @param aliases whether it stands where names can be aliases, of which a derived column would know nothing
     */
    private void requireDerivable(Expression expression, boolean aliases) {
        boolean bare = expression instanceof Expression.Column;
        if (TreeWalk.subquery(expression) != null || Facts.isNotDeterministic(expression)) {
            throw MergePlanner.refused("ORDER BY or GROUP BY of a subquery or a random value over several shards");
        }
        if (aliases && !bare) {
            requireKnownColumns(expression);
        }
        TreeWalk.operands(expression).forEach(operand -> requireDerivable(operand, false));
    }

    private void requireKnownColumns(Expression expression) {
        if (expression instanceof Expression.Column column && column.table() == null && scope.resolve(column) == null) {
            throw MergePlanner.refused("ORDER BY or GROUP BY of an expression over an alias");
        }
        TreeWalk.operands(expression).forEach(this::requireKnownColumns);
    }
}
