package io.dbmesh.engine.sharding;

/** What becomes of a key's value; MySQL's rules for storing and for comparing differ. */
public enum KeyUse {
    /** It is stored in the column (INSERT): the canonical form must be that of the stored value, or it is refused. */
    STORE,
    /** It is compared with the column (WHERE): a value that cannot be told exactly asks all shards. */
    COMPARE
}
