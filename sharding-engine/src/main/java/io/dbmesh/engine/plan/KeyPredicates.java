package io.dbmesh.engine.plan;

import io.dbmesh.engine.metadata.ShardKey;
import io.dbmesh.engine.plan.Scope.Relation;
import io.dbmesh.engine.plan.Scope.Resolved;
import io.dbmesh.engine.route.KeyCondition;
import io.dbmesh.engine.route.KeyConditions;
import io.dbmesh.engine.route.ValueRef;
import io.dbmesh.sql.tree.BinaryOperator;
import io.dbmesh.sql.tree.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a predicate says about the sharding keys of some tables: every row of theirs for which the predicate is true lies
 * on a shard that the answer admits. What is not understood admits all.
 */
final class KeyPredicates {
    private final Scope scope;
    private final Set<Relation> members;

    /**
     * @param members tables whose keys count; the joined rows of all of them lie on one shard, so that what is said about one
     *     key holds for all
     */
    KeyPredicates(Scope scope, Set<Relation> members) {
        this.scope = scope;
        this.members = members;
    }

    KeyCondition of(Expression predicate) {
        return switch (predicate) {
            case Expression.Binary binary -> ofBinary(binary);
            case Expression.Between between -> ofBetween(between);
            case Expression.InList in -> in.negated() ? KeyConditions.ANYTHING : ofInList(in);
            case Expression.Is is -> ofIs(is);
            case Expression.Constant constant ->
                constant.keyword() == Expression.Constant.Keyword.FALSE
                                || constant.keyword() == Expression.Constant.Keyword.NULL
                        ? KeyConditions.NOTHING
                        : KeyConditions.ANYTHING;
            default -> KeyConditions.ANYTHING;
        };
    }

    private KeyCondition ofBinary(Expression.Binary binary) {
        return switch (binary.operator()) {
            case AND -> KeyConditions.and(List.of(of(binary.left()), of(binary.right())));
            case OR -> KeyConditions.or(List.of(of(binary.left()), of(binary.right())));
            case EQUAL, NULL_SAFE_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
                KeyCondition straight = compare(binary.operator(), binary.left(), binary.right());
                yield straight != KeyConditions.ANYTHING
                        ? straight
                        : compare(binary.operator().mirrored(), binary.right(), binary.left());
            }
            default -> KeyConditions.ANYTHING;
        };
    }

    private KeyCondition compare(BinaryOperator operator, Expression left, Expression right) {
        if (operator == BinaryOperator.EQUAL
                && left instanceof Expression.Row row
                && right instanceof Expression.Row values
                && row.items().size() == values.items().size()) {
            return ofRows(row.items(), values.items());
        }
        Resolved column = memberKey(left);
        if (column == null) {
            return KeyConditions.ANYTHING;
        }
        boolean nullSafe = operator == BinaryOperator.NULL_SAFE_EQUAL;
        if (nullSafe && column.relation().nullable) {
            // NULL stands for a row that an outer join did not find, and such a row can be anywhere.
            return KeyConditions.ANYTHING;
        }
        if (isNull(right)) {
            return KeyConditions.NOTHING;
        }
        ValueRef value = value(right);
        if (value == null) {
            return KeyConditions.ANYTHING;
        }
        ShardKey key = keyOf(column);
        return switch (operator) {
            case EQUAL, NULL_SAFE_EQUAL -> new KeyCondition.OneOf(key, List.of(value));
            case LESS -> new KeyCondition.Between(key, null, false, value, false);
            case LESS_OR_EQUAL -> new KeyCondition.Between(key, null, false, value, true);
            case GREATER -> new KeyCondition.Between(key, value, false, null, false);
            case GREATER_OR_EQUAL -> new KeyCondition.Between(key, value, true, null, false);
            default -> KeyConditions.ANYTHING;
        };
    }

    private KeyCondition ofRows(List<Expression> columns, List<Expression> values) {
        List<KeyCondition> all = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            all.add(compare(BinaryOperator.EQUAL, columns.get(i), values.get(i)));
        }
        return KeyConditions.and(all);
    }

    private KeyCondition ofBetween(Expression.Between between) {
        Resolved column = memberKey(between.value());
        if (between.negated() || column == null) {
            return KeyConditions.ANYTHING;
        }
        if (isNull(between.low()) || isNull(between.high())) {
            return KeyConditions.NOTHING;
        }
        ValueRef low = value(between.low());
        ValueRef high = value(between.high());
        // With bounds of two kinds MySQL compares all three values in a third way.
        boolean alike = between.low() instanceof Expression.Literal from
                && between.high() instanceof Expression.Literal to
                && from.kind() == to.kind();
        return low == null || high == null || !alike
                ? KeyConditions.ANYTHING
                : new KeyCondition.Between(keyOf(column), low, true, high, true);
    }

    private KeyCondition ofInList(Expression.InList in) {
        if (in.value() instanceof Expression.Row row) {
            return ofRowList(row, in.items());
        }
        Resolved column = memberKey(in.value());
        if (column == null) {
            return KeyConditions.ANYTHING;
        }
        List<ValueRef> values = new ArrayList<>();
        for (Expression item : in.items()) {
            ValueRef value = value(item);
            if (value != null) {
                values.add(value);
            } else if (!isNull(item)) {
                return KeyConditions.ANYTHING;
            }
        }
        return values.isEmpty() ? KeyConditions.NOTHING : new KeyCondition.OneOf(keyOf(column), values);
    }

    private KeyCondition ofRowList(Expression.Row columns, List<Expression> items) {
        List<KeyCondition> any = new ArrayList<>();
        for (Expression item : items) {
            if (!(item instanceof Expression.Row row)
                    || row.items().size() != columns.items().size()) {
                return KeyConditions.ANYTHING;
            }
            any.add(ofRows(columns.items(), row.items()));
        }
        return KeyConditions.or(any);
    }

    private KeyCondition ofIs(Expression.Is is) {
        Resolved column = memberKey(is.value());
        boolean never =
                column != null && !column.relation().nullable && is.test() == Expression.Is.Test.NULL && !is.negated();
        return never ? KeyConditions.NOTHING : KeyConditions.ANYTHING;
    }

    private @Nullable Resolved memberKey(Expression expression) {
        Resolved column = scope.resolve(expression);
        return column != null && column.isShardKey() && members.contains(column.relation()) ? column : null;
    }

    private static ShardKey keyOf(Resolved column) {
        return Objects.requireNonNull(column.relation().sharded(), "only keys are asked for")
                .key();
    }

    static boolean isNull(Expression expression) {
        return expression instanceof Expression.Constant constant
                && constant.keyword() == Expression.Constant.Keyword.NULL;
    }

    static @Nullable ValueRef value(Expression expression) {
        return expression instanceof Expression.Literal literal
                ? new ValueRef(literal.ordinal(), literal.negated())
                : null;
    }
}
