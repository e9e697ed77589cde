package io.dbmesh.engine.route;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.key.SegmentCounter;
import io.dbmesh.engine.metadata.ColumnMetadata;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.metadata.ShardKey;
import io.dbmesh.engine.sharding.KeyCodec;
import io.dbmesh.engine.sharding.KeyUse;
import io.dbmesh.engine.sharding.KeyValue;
import io.dbmesh.engine.sharding.ShardSet;
import io.dbmesh.engine.sharding.ShardingFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a route and the values of one execution to shards. Reused, one for each event loop; not for several threads. A
 * single key costs no allocation.
 */
public final class RouteEvaluator {
    private static final ShardSet FIRST = ShardSet.single(0);

    private final KeyValue key = new KeyValue();
    private final KeyValue other = new KeyValue();
    /** The set of all shards of the schema that was asked for last, and their number. */
    private ShardSet all = ShardSet.none();

    private int allCount;

    /**
     * The shards, by their ordinals in the route, that a statement must go to; at least one: a statement that touches no
     * row is asked of the first shard, so that its answer has columns.
     */
    public ShardSet shards(Route.ByKey route, Bindings bindings) {
        ShardSet shards = evaluate(route.condition(), bindings, route.shards().size());
        return shards.isEmpty() ? FIRST : shards;
    }

    private ShardSet evaluate(KeyCondition condition, Bindings bindings, int count) {
        return switch (condition) {
            case KeyCondition.Anything anything -> all(count);
            case KeyCondition.Nothing nothing -> ShardSet.none();
            case KeyCondition.OneOf oneOf -> oneOf(oneOf, bindings, count);
            case KeyCondition.Between between -> between(between, bindings, count);
            case KeyCondition.And and -> and(and.conditions(), bindings, count);
            case KeyCondition.Or or -> or(or.conditions(), bindings, count);
        };
    }

    private ShardSet all(int count) {
        if (allCount != count) {
            all = ShardSet.all(count);
            allCount = count;
        }
        return all;
    }

    private ShardSet oneOf(KeyCondition.OneOf oneOf, Bindings bindings, int count) {
        ShardSet shards = ShardSet.none();
        List<ValueRef> values = oneOf.values();
        for (int i = 0; i < values.size(); i++) {
            read(oneOf.key(), values.get(i), bindings, key);
            switch (key.kind()) {
                case NULL -> {}
                case UNROUTABLE, OUT_OF_RANGE -> {
                    return all(count);
                }
                case LONG, BYTES -> {
                    int shard = key.shard(oneOf.key().function());
                    if (shard != ShardingFunction.NO_SHARD) {
                        shards = shards.isEmpty() ? ShardSet.single(shard) : shards.or(ShardSet.single(shard));
                    }
                }
            }
        }
        return shards;
    }

    private ShardSet between(KeyCondition.Between between, Bindings bindings, int count) {
        KeyValue low = bound(between.key(), between.low(), bindings, key);
        KeyValue high = bound(between.key(), between.high(), bindings, other);
        if (isNull(low) || isNull(high)) {
            return ShardSet.none();
        }
        if (low == null && high == null) {
            return all(count);
        }
        return between.key().function().shardsOfRange(low, between.lowIncluded(), high, between.highIncluded());
    }

    /** A bound that cannot be told is an open one: that admits more shards, never fewer. */
    private static @Nullable KeyValue bound(
            ShardKey shardKey, @Nullable ValueRef value, Bindings bindings, KeyValue into) {
        if (value == null) {
            return null;
        }
        read(shardKey, value, bindings, into);
        return switch (into.kind()) {
            case LONG, BYTES, NULL -> into;
            case UNROUTABLE, OUT_OF_RANGE -> null;
        };
    }

    private static boolean isNull(@Nullable KeyValue value) {
        return value != null && value.kind() == KeyValue.Kind.NULL;
    }

    private ShardSet and(List<KeyCondition> conditions, Bindings bindings, int count) {
        ShardSet shards = evaluate(conditions.getFirst(), bindings, count);
        for (int i = 1; i < conditions.size() && !shards.isEmpty(); i++) {
            shards = shards.and(evaluate(conditions.get(i), bindings, count));
        }
        return shards;
    }

    private ShardSet or(List<KeyCondition> conditions, Bindings bindings, int count) {
        ShardSet shards = ShardSet.none();
        for (int i = 0; i < conditions.size(); i++) {
            shards = shards.or(evaluate(conditions.get(i), bindings, count));
        }
        return shards;
    }

    private static void read(ShardKey shardKey, ValueRef value, Bindings bindings, KeyValue into) {
        bindings.key(value.ordinal(), value.negated(), shardKey.codec(), KeyUse.COMPARE, into);
    }

    /**
     * The shard of a row to be inserted.
     *
     * @param index of the key's value among the literals of the text: {@link
     *     io.dbmesh.sql.digest.Digest#literalIndex} of the row and {@link ValueRef#ordinal()}
     * @throws MeshException when the value is NULL, belongs to no shard, or its shard cannot be told
     */
    public int shardOfRow(MeshTable.Sharded table, int index, boolean negated, Bindings bindings) {
        bindings.key(index, negated, table.key().codec(), KeyUse.STORE, key);
        return shardOfKey(table);
    }

    /** The shard of a row whose sharding key the mesh has made. */
    public int shardOfGenerated(MeshTable.Sharded table, long generated) {
        table.key().codec().longValue(generated, false, KeyUse.STORE, key);
        return shardOfKey(table);
    }

    /**
     * The client's own value for an AUTO_INCREMENT column, as far as it moves the counter: 1 or more, or {@link
     * SegmentCounter#IGNORED} for a value that does not (negative, or refused by the servers).
     *
     * @param index of the value among the literals of the text
     * @throws MeshException when the number that will be stored cannot be told
     */
    public long givenKey(MeshTable table, ColumnMetadata column, int index, boolean negated, Bindings bindings) {
        int bits = column.type().isInteger() ? column.type().integerBits() : Long.SIZE;
        KeyCodec codec = KeyCodec.ofIntegers(bits, column.unsigned(), column.definition());
        bindings.key(index, negated, codec, KeyUse.STORE, key);
        return switch (key.kind()) {
            case LONG -> key.longValue() > 0 ? key.longValue() : SegmentCounter.IGNORED;
            case NULL, OUT_OF_RANGE, BYTES -> SegmentCounter.IGNORED;
            case UNROUTABLE ->
                throw new MeshException(
                        MeshError.KEY_VALUE_UNCLEAR, column.name(), table.qualifiedName(), key.reason());
        };
    }

    private int shardOfKey(MeshTable.Sharded table) {
        ShardKey shardKey = table.key();
        String column = shardKey.column().name();
        String name = table.qualifiedName();
        return switch (key.kind()) {
            case LONG, BYTES -> {
                int shard = key.shard(shardKey.function());
                if (shard == ShardingFunction.NO_SHARD) {
                    throw new MeshException(MeshError.KEY_WITHOUT_SHARD, name, key.toString(), column);
                }
                yield shard;
            }
            case NULL -> throw new MeshException(MeshError.KEY_NULL, column, name);
            case OUT_OF_RANGE ->
                throw new MeshException(
                        MeshError.KEY_OUT_OF_RANGE,
                        column,
                        key.reason(),
                        shardKey.column().definition(),
                        name);
            case UNROUTABLE -> throw new MeshException(MeshError.KEY_NOT_ROUTABLE, column, name, key.reason());
        };
    }
}
