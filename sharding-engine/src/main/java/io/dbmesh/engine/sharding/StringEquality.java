package io.dbmesh.engine.sharding;

import java.util.Locale;

/**
 * How the equality of a string column is told.
 *
 * @param encoding of the column; not {@link TextEncoding#WIDE}
 * @param foldCase whether the collation ignores case; then only printable ASCII is told
 * @param stripped what does not count at the end
 * @param threeByteUtf8 whether the character set is utf8mb3, which cannot hold characters beyond the BMP
 */
public record StringEquality(TextEncoding encoding, boolean foldCase, Stripped stripped, boolean threeByteUtf8) {
    /** Bytes at the end that do not count. */
    public enum Stripped {
        NOTHING,
        /** Of PAD SPACE collations, and of CHAR columns, which never keep them. */
        SPACES,
        /** Of BINARY columns, which are filled with them. */
        ZEROS
    }

    public StringEquality {
        if (encoding == TextEncoding.WIDE) {
            throw new IllegalArgumentException("keys in a wide encoding cannot be told");
        }
    }

    KeyDomain domain() {
        String exactness = foldCase ? "folded" : encoding.name().toLowerCase(Locale.ROOT);
        return new KeyDomain(
                KeyDomain.Kind.STRING,
                exactness + ", stripped of " + stripped.name().toLowerCase(Locale.ROOT));
    }
}
