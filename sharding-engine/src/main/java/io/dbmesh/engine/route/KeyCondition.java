package io.dbmesh.engine.route;

import io.dbmesh.engine.metadata.ShardKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement says about a sharding key. Whatever says nothing about it is {@link Anything}. */
public sealed interface KeyCondition {
    /** Rows of any shard may match. */
    record Anything() implements KeyCondition {}

    /** No row can match, such as {@code key = NULL}. */
    record Nothing() implements KeyCondition {}

    /** {@code key IN (a, b)}, and {@code key = a} as a list of one. */
    record OneOf(ShardKey key, List<ValueRef> values) implements KeyCondition {
        public OneOf {
            values = List.copyOf(values);
        }
    }

    /** A range of the key; a missing bound is open. */
    record Between(
            ShardKey key,
            @Nullable ValueRef low,
            boolean lowIncluded,
            @Nullable ValueRef high,
            boolean highIncluded) implements KeyCondition {}

    /** All hold. */
    record And(List<KeyCondition> conditions) implements KeyCondition {
        public And {
            conditions = List.copyOf(conditions);
        }
    }

    /** At least one holds. */
    record Or(List<KeyCondition> conditions) implements KeyCondition {
        public Or {
            conditions = List.copyOf(conditions);
        }
    }
}
