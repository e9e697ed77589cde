package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.sharding.HashSharding;
import io.dbmesh.engine.sharding.KeyCodec;
import io.dbmesh.engine.sharding.KeyDomain;
import io.dbmesh.engine.sharding.KeyUse;
import io.dbmesh.engine.sharding.KeyValue;
import io.dbmesh.engine.sharding.ListSharding;
import io.dbmesh.engine.sharding.ModSharding;
import io.dbmesh.engine.sharding.RangeSharding;
import io.dbmesh.engine.sharding.ShardingFunction;
import io.dbmesh.engine.sharding.StringEquality;
import io.dbmesh.engine.sharding.StringEquality.Stripped;
import io.dbmesh.engine.sharding.TextEncoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a sharded table's rule exact by its columns, or tells why the table does not fit the rule. */
final class ShardKeyResolution {
    private final String qualifiedTable;
    private final TableMetadata table;
    private final ShardedRule rule;
    private final int shards;

    ShardKeyResolution(String qualifiedTable, TableMetadata table, ShardedRule rule, int shards) {
        this.qualifiedTable = qualifiedTable;
        this.table = table;
        this.rule = rule;
        this.shards = shards;
    }

    /**
     * The key.
     *
     * @throws MeshException when the table does not fit its rule
     */
    ShardKey resolve() {
        int index = table.columnIndex(rule.key());
        if (index < 0) {
            throw new MeshException(MeshError.KEY_COLUMN_ABSENT, rule.key(), qualifiedTable);
        }
        ColumnMetadata column = table.columns().get(index);
        if (column.generated()) {
            throw unfitType(column, "it is generated, so an INSERT does not say its value");
        }
        KeyCodec codec = codecOf(column);
        for (KeyMetadata key : table.uniqueKeys()) {
            if (!key.contains(column.name())) {
                throw new MeshException(
                        MeshError.UNIQUE_KEY_WITHOUT_SHARD_KEY,
                        key.isPrimary() ? "PRIMARY KEY" : "UNIQUE INDEX",
                        key.name(),
                        qualifiedTable,
                        column.name());
            }
        }
        return new ShardKey(column, index, codec, functionOf(column, codec));
    }

    private KeyCodec codecOf(ColumnMetadata column) {
        return switch (column.type()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT ->
                KeyCodec.ofIntegers(column.type().integerBits(), column.unsigned(), column.definition());
            case DATE -> KeyCodec.ofDates(true, 0);
            case DATETIME -> KeyCodec.ofDates(false, column.precision());
            case VARBINARY -> KeyCodec.ofStrings(bytesWithout(Stripped.NOTHING), column.length());
            case BINARY -> KeyCodec.ofStrings(bytesWithout(Stripped.ZEROS), column.length());
            case CHAR, VARCHAR -> {
                StringEquality equality = KnownCollations.equalityOf(column);
                if (equality == null) {
                    throw unfitType(
                            column,
                            "DBMesh does not know which strings are equal under collation " + column.collation());
                }
                yield KeyCodec.ofStrings(equality, column.length());
            }
            case TIMESTAMP -> throw unfitType(column, "what a TIMESTAMP stores depends on the session's time zone");
            case DECIMAL, FLOAT, DOUBLE -> throw unfitType(column, "equal numbers are spelt in several ways");
            case BIT,
                    YEAR,
                    TIME,
                    TINYTEXT,
                    TEXT,
                    MEDIUMTEXT,
                    LONGTEXT,
                    TINYBLOB,
                    BLOB,
                    MEDIUMBLOB,
                    LONGBLOB,
                    ENUM,
                    SET,
                    JSON,
                    GEOMETRY,
                    OTHER -> throw unfitType(column, "its type is " + column.definition());
        };
    }

    private ShardingFunction functionOf(ColumnMetadata column, KeyCodec codec) {
        return switch (rule.by()) {
            case ShardBy.Hash hash -> new HashSharding(shards);
            case ShardBy.Mod mod -> {
                if (codec.domain().kind() != KeyDomain.Kind.INTEGER) {
                    throw unfitType(column, "`by: mod` is for integers");
                }
                yield new ModSharding(shards);
            }
            case ShardBy.Range range -> rangeOf(column, codec, range.bounds());
            case ShardBy.Values values -> listOf(column, codec, values);
        };
    }

    private ShardingFunction rangeOf(ColumnMetadata column, KeyCodec codec, List<String> bounds) {
        if (codec.domain().kind() == KeyDomain.Kind.STRING) {
            throw unfitType(column, "`by: { range }` is for integers and dates");
        }
        long[] canonical = new long[bounds.size()];
        for (int i = 0; i < canonical.length; i++) {
            canonical[i] = canonical(column, codec, bounds.get(i)).longValue();
            boolean ascending = i == 0
                    || (column.unsigned()
                            ? Long.compareUnsigned(canonical[i - 1], canonical[i]) < 0
                            : canonical[i - 1] < canonical[i]);
            if (!ascending) {
                throw unfitBound(
                        column, "bound " + bounds.get(i) + " is not above " + bounds.get(i - 1) + " before it");
            }
        }
        if (canonical.length + 1 != shards) {
            throw unfitBound(
                    column,
                    bounds.size() + " bounds make " + (bounds.size() + 1) + " ranges for " + shards + " shards");
        }
        return new RangeSharding(canonical, column.unsigned());
    }

    private ShardingFunction listOf(ColumnMetadata column, KeyCodec codec, ShardBy.Values values) {
        Map<Long, Integer> byNumber = new HashMap<>();
        Map<byte[], Integer> byString = new TreeMap<>(Arrays::compareUnsigned);
        values.values().forEach((shard, listed) -> {
            for (String text : listed) {
                KeyValue value = canonical(column, codec, text);
                Integer other = value.kind() == KeyValue.Kind.LONG
                        ? byNumber.put(value.longValue(), shard)
                        : byString.put(Arrays.copyOf(value.bytes(), value.length()), shard);
                if (other != null && !other.equals(shard)) {
                    throw unfitBound(column, "'" + text + "' equals another value, which is on shard " + other);
                }
            }
        });
        Integer others = values.others();
        int rest = others == null ? ShardingFunction.NO_SHARD : others;
        return codec.domain().kind() == KeyDomain.Kind.STRING
                ? ListSharding.ofStrings(shards, byString, rest)
                : ListSharding.ofNumbers(shards, byNumber, rest);
    }

    private KeyValue canonical(ColumnMetadata column, KeyCodec codec, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        KeyValue value = new KeyValue();
        if (codec.domain().kind() == KeyDomain.Kind.INTEGER) {
            boolean negative = text.startsWith("-");
            int start = negative ? 1 : 0;
            if (bytes.length == start || !text.substring(start).chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw unfitBound(column, "'" + text + "' is no integer");
            }
            codec.integer(bytes, start, bytes.length, negative, KeyUse.STORE, value);
        } else {
            codec.string(bytes, 0, bytes.length, TextEncoding.UTF8, KeyUse.STORE, value);
        }
        if (!value.isRoutable()) {
            throw unfitBound(column, "'" + text + "': " + value);
        }
        return value;
    }

    private MeshException unfitType(ColumnMetadata column, String reason) {
        return new MeshException(MeshError.KEY_TYPE, column.name(), qualifiedTable, reason);
    }

    private MeshException unfitBound(ColumnMetadata column, String reason) {
        return new MeshException(MeshError.BOUND_INVALID, qualifiedTable, column.name(), column.definition(), reason);
    }

    private static StringEquality bytesWithout(Stripped stripped) {
        return new StringEquality(TextEncoding.BINARY, false, stripped, false);
    }
}
