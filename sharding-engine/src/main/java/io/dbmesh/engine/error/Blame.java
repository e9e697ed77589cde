package io.dbmesh.engine.error;

/** Whose fault an error is: tells operators where to look, and whether a stack trace is worth its cost. */
public enum Blame {
    /** The statement, its values or the login are wrong; one MySQL server would refuse them too. */
    USER,
    /** The statement is good MySQL, but DBMesh cannot yet answer it exactly, so it refuses. */
    UNSUPPORTED,
    /** A backend server did not answer, or broke off. */
    BACKEND,
    /** A limit was reached: connections, memory, time. */
    OVERLOAD,
    /** The mesh's configuration does not fit the servers or the tables. */
    CONFIGURATION,
    /** DBMesh is at fault. */
    BUG
}
