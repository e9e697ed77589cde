package io.dbmesh.engine.metadata;

import io.dbmesh.engine.sharding.KeyCodec;
import io.dbmesh.engine.sharding.ShardingFunction;

/**
 * The sharding key of a table that exists: the rule of the configuration, made exact by the column's type.
 *
 * @param columnIndex the column's place in the table from 0
 */
public record ShardKey(ColumnMetadata column, int columnIndex, KeyCodec codec, ShardingFunction function) {}
