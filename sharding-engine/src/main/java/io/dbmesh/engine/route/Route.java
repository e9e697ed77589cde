package io.dbmesh.engine.route;

import io.dbmesh.engine.config.Location;
import java.util.List;

/** Where a statement goes. */
public sealed interface Route {
    /** One place, whatever the literals. */
    record Fixed(Location location) implements Route {}

    /** Any one of these: reads of reference tables. A session prefers a place where it already has a connection. */
    record AnyOf(List<Location> locations) implements Route {
        public AnyOf {
            locations = List.copyOf(locations);
        }
    }

    /** All of these: DDL, writes to reference tables. */
    record AllOf(List<Location> locations) implements Route {
        public AllOf {
            locations = List.copyOf(locations);
        }
    }

    /**
     * The shards that the key's values tell. {@link KeyCondition.Anything} means all; no shard at all means the statement
     * touches no row, and then one shard (the first) is asked, so that the answer has its columns.
     *
     * @param shards by ordinal
     */
    record ByKey(List<Location> shards, KeyCondition condition) implements Route {
        public ByKey {
            shards = List.copyOf(shards);
        }
    }
}
