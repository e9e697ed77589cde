package io.dbmesh.engine.config;

/** How a table is laid out over the shards. A table without a rule is single: it lives in its schema's default. */
public sealed interface TableRule permits ShardedRule, ReferenceRule {}
