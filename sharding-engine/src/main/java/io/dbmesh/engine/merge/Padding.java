package io.dbmesh.engine.merge;

import io.dbmesh.engine.error.MeshException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How strings of different lengths compare under a collation, when their WEIGHT_STRINGs are compared byte by byte: PAD
 * SPACE collations take the shorter one as if spaces followed. Collations whose WEIGHT_STRING does not order so are
 * refused. {@code MergeOrderIT} holds it against the servers.
 */
final class Padding {
    /** Nothing follows the shorter one. */
    static final byte[] NONE = {};

    private static final byte[] ONE_BYTE = {0x20};
    private static final byte[] CODE_UNIT = {0x00, 0x20};
    private static final byte[] CODE_POINT = {0x00, 0x00, 0x20};
    private static final byte[] UCA_400 = {0x02, 0x09};
    private static final byte[] UCA_520 = {0x02, 0x0a};

    private static final Set<String> UTF8 = Set.of("utf8mb4", "utf8mb3", "utf8");

    /** Of one byte for each character, and with weights of one byte, the space's being 0x20. */
    private static final Set<String> SINGLE_BYTE = Set.of(
            "latin1_swedish_ci",
            "latin1_general_ci",
            "latin1_general_cs",
            "latin1_german1_ci",
            "latin1_german2_ci",
            "latin1_danish_ci",
            "latin1_spanish_ci",
            "latin2_general_ci",
            "latin2_hungarian_ci",
            "latin2_croatian_ci",
            "latin5_turkish_ci",
            "ascii_general_ci",
            "cp1250_general_ci",
            "cp1250_polish_ci",
            "cp1250_croatian_ci",
            "cp1251_general_ci",
            "cp1251_general_cs",
            "cp1251_bulgarian_ci",
            "cp1251_ukrainian_ci",
            "cp1256_general_ci",
            "cp1257_general_ci",
            "cp1257_lithuanian_ci",
            "cp850_general_ci",
            "cp852_general_ci",
            "cp866_general_ci",
            "greek_general_ci",
            "hebrew_general_ci",
            "koi8r_general_ci",
            "koi8u_general_ci");

    /** Character sets of one byte for each character, whose _bin collations weigh each byte by itself. */
    private static final Set<String> SINGLE_BYTE_CHARSETS = Set.of(
            "latin1", "latin2", "latin5", "ascii", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866",
            "greek", "hebrew", "koi8r", "koi8u");

    private Padding() {}

    /**
     * The weight of a space under a PAD SPACE collation, {@link #NONE} under a NO PAD one.
     *
     * @throws MeshException UNSUPPORTED for collations that are not known here
     */
    static byte[] ofWeights(String collation) {
        byte[] padding = find(collation.toLowerCase(Locale.ROOT));
        if (padding == null) {
            throw MeshException.unsupported(
                    "sorting or grouping the rows of several shards by collation " + collation,
                    "use COLLATE with a common collation, e.g. utf8mb4_0900_ai_ci, utf8mb4_unicode_ci or utf8mb4_bin");
        }
        return padding;
    }

    private static byte @Nullable [] find(String collation) {
        if (collation.equals("binary")) {
            return NONE;
        }
        int end = collation.indexOf('_');
        if (end < 0) {
            return null;
        }
        String charset = collation.substring(0, end);
        String order = collation.substring(end + 1);
        if (!UTF8.contains(charset)) {
            return findSingleByte(charset, collation, order);
        }
        boolean mb4 = charset.equals("utf8mb4");
        if (order.equals("0900_bin")) {
            // NO PAD on MySQL, another name of utf8mb4_bin on MariaDB.
            return null;
        }
        if (order.startsWith("0900_") || order.contains("_0900_")) {
            return NONE;
        }
        if (order.contains("uca1400")) {
            // Of the others the levels' weights follow one another without a mark between them.
            return !order.endsWith("ai_ci") ? null : order.endsWith("nopad_ai_ci") ? NONE : UCA_400;
        }
        if (order.endsWith("nopad_ci") || order.equals("nopad_bin")) {
            return NONE;
        }
        return switch (order) {
            case "bin" -> mb4 ? CODE_POINT : CODE_UNIT;
            case "general_ci", "general_mysql500_ci", "tolower_ci" -> CODE_UNIT;
            case "unicode_520_ci", "myanmar_ci" -> UCA_520;
            default -> order.endsWith("_ci") ? UCA_400 : null;
        };
    }

    private static byte @Nullable [] findSingleByte(String charset, String collation, String order) {
        if (SINGLE_BYTE.contains(collation) || (order.equals("bin") && SINGLE_BYTE_CHARSETS.contains(charset))) {
            return ONE_BYTE;
        }
        boolean nopad = order.endsWith("nopad_ci") || order.equals("nopad_bin");
        return nopad && SINGLE_BYTE_CHARSETS.contains(charset) ? NONE : null;
    }
}
