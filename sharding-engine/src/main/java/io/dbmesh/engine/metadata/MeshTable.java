package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.engine.error.MeshException;
import java.util.List;

/** A table that exists, as a statement sees it: what the servers hold joined with the configured rule. */
public sealed interface MeshTable {
    /** The logical schema. */
    String schema();

    TableMetadata metadata();

    /** Where the table is; all shards in their order, or the one place. */
    List<Location> locations();

    default String name() {
        return metadata().name();
    }

    /** {@code schema.table}, for messages. */
    default String qualifiedName() {
        return schema() + "." + name();
    }

    /** Each row on one shard. */
    record Sharded(String schema, TableMetadata metadata, List<Location> locations, ShardedRule rule, ShardKey key)
            implements MeshTable {
        public Sharded {
            locations = List.copyOf(locations);
        }

        /**
         * Whether rows of both tables with equal keys are always on the same shard, so that a join on the keys may be
         * pushed down whole.
         */
        public boolean isColocatedWith(Sharded other) {
            return key.function().equals(other.key.function())
                    && key.codec().domain().equals(other.key.codec().domain())
                    && locations.equals(other.locations);
        }
    }

    /** The whole table on every shard. */
    record Reference(String schema, TableMetadata metadata, List<Location> locations, ReferenceRule rule)
            implements MeshTable {
        public Reference {
            locations = List.copyOf(locations);
        }
    }

    /** The whole table in the schema's default location. */
    record Single(String schema, TableMetadata metadata, Location location) implements MeshTable {
        @Override
        public List<Location> locations() {
            return List.of(location);
        }
    }

    /**
     * A table that exists but does not fit its rule (the key's type, a unique key without it). Its statements are
     * refused by the fault, except those that can mend it: DDL.
     */
    record Unfit(String schema, TableMetadata metadata, List<Location> locations, TableRule rule, MeshException fault)
            implements MeshTable {
        public Unfit {
            locations = List.copyOf(locations);
        }
    }
}
