package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.TableRule;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
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
    private final @Nullable MeshException shardsFault;
    private final @Nullable MeshException defaultFault;

    /**
     * @param tables that exist, by name
     * @param shardsFault why the tables with a rule are not known: the first shard did not answer
     * @param defaultFault why the tables without a rule are not known: the default location did not answer
     */
    public MeshSchema(
            Schema config,
            Map<String, MeshTable> tables,
            @Nullable MeshException shardsFault,
            @Nullable MeshException defaultFault) {
        this.config = config;
        this.tables = Map.copyOf(tables);
        this.shardsFault = shardsFault;
        this.defaultFault = defaultFault;
    }

    public MeshSchema(Schema config, Map<String, MeshTable> tables) {
        this(config, tables, null, null);
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
        return rule(table) == null ? defaultFault : shardsFault;
    }

    /** Whether everything could be loaded. */
    public boolean isComplete() {
        return shardsFault == null && defaultFault == null;
    }
}
