package io.dbmesh.engine.config;

/** The whole table is on every shard: written to all, read from any. */
public record ReferenceRule() implements TableRule {
    @Override
    public String toString() {
        return "reference";
    }
}
