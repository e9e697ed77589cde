package io.dbmesh.engine.metadata;

import io.dbmesh.engine.sharding.StringEquality;
import io.dbmesh.engine.sharding.StringEquality.Stripped;
import io.dbmesh.engine.sharding.TextEncoding;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The collations whose equality is told exactly: all binary ones, and those case-insensitive ones under which two
 * printable ASCII strings are equal just when they differ in case alone ({@code KnownCollationsIT} proves it on the
 * servers, character by character).
 */
final class KnownCollations {
    /** Names without their character set, which pad with spaces. */
    static final Set<String> PADDING =
            Set.of("general_ci", "unicode_ci", "unicode_520_ci", "swedish_ci", "uca1400_ai_ci", "uca1400_as_ci");

    /** Names without their character set, under which trailing spaces count. */
    static final Set<String> NOT_PADDING = Set.of(
            "0900_ai_ci",
            "0900_as_ci",
            "general_nopad_ci",
            "unicode_nopad_ci",
            "unicode_520_nopad_ci",
            "swedish_nopad_ci",
            "uca1400_nopad_ai_ci",
            "uca1400_nopad_as_ci");

    /**
     * MySQL's 0900_bin does not pad, MariaDB's does. Taken as padding it is right for both: what differs in trailing spaces
     * alone goes to one shard, and there the server tells it apart or does not.
     */
    static final String SERVERS_DIFFER = "0900_bin";

    private static final Set<String> CASE_FOLDING_CHARSETS = Set.of("utf8mb4", "utf8mb3", "utf8", "latin1", "ascii");

    private KnownCollations() {}

    /** How a CHAR or VARCHAR column tells equality, or null when that is not known. */
    static @Nullable StringEquality equalityOf(ColumnMetadata column) {
        String charset = column.charset();
        String collation = column.collation();
        if (charset == null || collation == null) {
            return null;
        }
        TextEncoding encoding = TextEncoding.ofCharset(charset);
        String name = collation.toLowerCase(Locale.ROOT);
        int end = name.indexOf('_');
        if (encoding == TextEncoding.WIDE || end < 0) {
            return null;
        }
        String order = name.substring(end + 1);
        boolean binary = order.equals("bin") || order.equals("nopad_bin") || order.equals(SERVERS_DIFFER);
        boolean folding = CASE_FOLDING_CHARSETS.contains(charset.toLowerCase(Locale.ROOT))
                && (PADDING.contains(order) || NOT_PADDING.contains(order));
        if (!binary && !folding) {
            return null;
        }
        boolean pads = order.equals("bin") || order.equals(SERVERS_DIFFER) || PADDING.contains(order);
        boolean strips = pads || column.type() == ColumnType.CHAR;
        return new StringEquality(
                encoding,
                folding,
                strips ? Stripped.SPACES : Stripped.NOTHING,
                charset.startsWith("utf8") && !charset.equalsIgnoreCase("utf8mb4"));
    }
}
