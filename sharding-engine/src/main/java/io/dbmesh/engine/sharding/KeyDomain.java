package io.dbmesh.engine.sharding;

/**
 * Which keys have comparable canonical forms: two tables are co-located only if their keys are of one domain, besides
 * having equal functions.
 *
 * @param kind integer, date or string
 * @param equality for strings, how equality is told ({@code folded}, {@code padded}, the encoding); otherwise empty
 */
public record KeyDomain(Kind kind, String equality) {
    /** The three families of key columns. */
    public enum Kind {
        INTEGER,
        DATE,
        STRING
    }
}
