package io.dbmesh.engine.merge;

/** How the values of a row are encoded; follows from the client's command. */
public enum RowFormat {
    /** Of COM_QUERY: every value a length-encoded string. */
    TEXT,
    /** Of COM_STMT_EXECUTE: values by their column's type, behind a bitmap of NULLs. */
    BINARY
}
