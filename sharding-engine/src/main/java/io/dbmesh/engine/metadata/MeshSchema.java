package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.SchemaContents.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A logical schema with its tables. Immutable.
 *
 * <p>Names of tables are compared exactly, as with lower_case_table_names=0.
 */
public final class MeshSchema {
    private final Schema config;
    private final Map<String, MeshTable> tables;
    private final SchemaContents contents;

    private MeshSchema(Schema config, Map<String, MeshTable> tables, SchemaContents contents) {
        this.config = config;
        this.tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        this.contents = contents;
    }

    /**
     * Joins the configuration with what the servers hold. A table that does not fit its rule becomes {@link
     * MeshTable.Unfit}.
     *
     * @param onShards tables of the first shard; those without a rule are not looked at
     * @param onDefault tables of the default location; those with a rule are not looked at
     */
    public static MeshSchema of(
            Schema config, Collection<TableMetadata> onShards, Collection<TableMetadata> onDefault) {
        return of(config, new SchemaContents(Part.of(onShards), Part.of(onDefault)));
    }

    static MeshSchema of(Schema config, SchemaContents contents) {
        Map<String, MeshTable> tables = new LinkedHashMap<>();
        for (TableMetadata table : contents.onDefault().tables()) {
            if (config.rule(table.name()) == null) {
                tables.put(table.name(), new MeshTable.Single(config.name(), table, config.defaultLocation()));
            }
        }
        for (TableMetadata table : contents.onShards().tables()) {
            TableRule rule = config.rule(table.name());
            if (rule != null) {
                tables.put(table.name(), resolve(config, table, rule));
            }
        }
        return new MeshSchema(config, tables, contents);
    }

    private static MeshTable resolve(Schema config, TableMetadata table, TableRule rule) {
        return switch (rule) {
            case ReferenceRule reference -> new MeshTable.Reference(config.name(), table, config.shards(), reference);
            case ShardedRule sharded -> {
                try {
                    ShardKey key = resolveKey(config, table, sharded);
                    yield new MeshTable.Sharded(config.name(), table, config.shards(), sharded, key);
                } catch (MeshException fault) {
                    yield new MeshTable.Unfit(config.name(), table, config.shards(), rule, fault);
                }
            }
        };
    }

    /**
     * The sharding key of a table that may not exist yet, for checking a CREATE or ALTER TABLE before it runs.
     *
     * @throws MeshException why the table would not fit its rule
     */
    public static ShardKey resolveKey(Schema config, TableMetadata table, ShardedRule rule) {
        return new ShardKeyResolution(
                        config.name() + "." + table.name(),
                        table,
                        rule,
                        config.shards().size())
                .resolve();
    }

    /**
     * What an operator should mend: locations that do not answer, tables that differ between shards or do not fit their
     * rule, and promises of co-location that fail.
     */
    public List<MeshException> problems() {
        List<MeshException> problems = new ArrayList<>(contents.missing());
        contents.differences().values().forEach(problems::addAll);
        for (MeshTable table : tables.values()) {
            if (table instanceof MeshTable.Unfit unfit) {
                problems.add(unfit.fault());
            }
            if (table instanceof MeshTable.Sharded sharded) {
                String with = sharded.rule().with();
                if (with != null
                        && tables.get(with) instanceof MeshTable.Sharded other
                        && !sharded.isColocatedWith(other)) {
                    problems.add(new MeshException(
                            MeshError.NOT_COLOCATED,
                            table.qualifiedName(),
                            with,
                            sharded.key().column().definition(),
                            other.key().column().definition()));
                }
            }
        }
        return problems;
    }

    public String name() {
        return config.name();
    }

    public Schema config() {
        return config;
    }

    /** The tables that are known to exist, by name. */
    public Map<String, MeshTable> tables() {
        return tables;
    }

    /** The configured rule, whether or not the table exists yet; null for a single table. */
    public @Nullable TableRule rule(String table) {
        return config.rule(table);
    }

    /** The table, or null when it is not known to exist. */
    public @Nullable MeshTable find(String table) {
        return tables.get(table);
    }

    /**
     * The table, for a statement that reads or writes it.
     *
     * @throws MeshException when it does not exist, is not known because its server did not answer, or is unfit
     */
    public MeshTable require(String table) {
        MeshTable found = tables.get(table);
        if (found instanceof MeshTable.Unfit unfit) {
            throw unfit.fault();
        }
        if (found != null) {
            return found;
        }
        MeshException unknown = fault(table);
        throw unknown != null ? unknown : new MeshException(MeshError.UNKNOWN_TABLE, name(), table);
    }

    /** Why nothing is known of the table, or null when its absence is certain. */
    public @Nullable MeshException fault(String table) {
        return rule(table) == null
                ? contents.onDefault().fault()
                : contents.onShards().fault();
    }

    /** Whether every location answered and has its database; otherwise it is worth loading again. */
    public boolean isComplete() {
        return contents.missing().isEmpty();
    }

    SchemaContents contents() {
        return contents;
    }
}
