package io.dbmesh.sql.tree;

/**
 * A range of tokens. Not of bytes: statements of one shape differ in their bytes (other literals, other spaces) but have
 * the same tokens, and share one tree and one plan. {@link io.dbmesh.sql.digest.Digest#tokenStart} tells where a token
 * lies in the text of a particular statement.
 *
 * @param start first token, from 0
 * @param end after the last token, at least {@code start}
 */
public record Span(int start, int end) {
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("span " + start + ".." + end);
        }
    }

    /** The smallest range that holds both. */
    public Span to(Span other) {
        return new Span(Math.min(start, other.start), Math.max(end, other.end));
    }
}
