package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.sharding.TextEncoding;
import io.dbmesh.proxy.protocol.ErrorPacket;
import java.util.Locale;
import java.util.Set;

/**
 * Which character set a collation belongs to, by the collation's id or name, as far as DBMesh must know: it reads statements
 * as bytes, which is only right where a byte below 0x80 is always the ASCII character.
 */
final class CharacterSets {

    /** utf8mb4_general_ci, which MySQL and MariaDB both have. */
    static final int DEFAULT_COLLATION = 45;
    /** utf8mb4_0900_ai_ci, which MariaDB has since 11.4.5. */
    static final int MYSQL_8_COLLATION = 255;

    /** utf8mb3_general_ci, in which servers keep names. */
    static final int UTF8_GENERAL = 33;
    /** utf8mb3_bin, in which MySQL's data dictionary keeps names. */
    static final int UTF8_BIN = 83;

    private CharacterSets() {}

    /** The character set of the collation with this id; ids as in INFORMATION_SCHEMA.COLLATIONS of both servers. */
    static String ofCollation(int id) {
        return switch (id) {
            case 1, 84 -> "big5";
            case 2, 9, 21, 27, 77 -> "latin2";
            case 5, 8, 15, 31, 47, 48, 49, 94 -> "latin1";
            case 11, 65 -> "ascii";
            case 12, 91 -> "ujis";
            case 13, 88 -> "sjis";
            case 19, 85 -> "euckr";
            case 24, 86 -> "gb2312";
            case 28, 87 -> "gbk";
            case 35, 90 -> "ucs2";
            case 33, 76, 83 -> "utf8mb3";
            case 45, 46 -> "utf8mb4";
            case 54, 55 -> "utf16";
            case 56, 62 -> "utf16le";
            case 60, 61 -> "utf32";
            case 63 -> "binary";
            case 95, 96 -> "cp932";
            case 97, 98 -> "eucjpms";
            case 248, 249, 250 -> "gb18030";
            default -> ofRange(id);
        };
    }

    private static String ofRange(int id) {
        if (id >= 101 && id <= 124) {
            return "utf16";
        }
        if (id >= 128 && id <= 159) {
            return "ucs2";
        }
        if (id >= 160 && id <= 183) {
            return "utf32";
        }
        if (id >= 192 && id <= 223) {
            return "utf8mb3";
        }
        if (id >= 224) {
            return "utf8mb4";
        }
        return "cp1250"; // one of the eight-bit sets that are ASCII below 0x80 and of which no more need be known
    }

    /** The id of a character set's default collation; that of utf8mb4 for one that is not known here. */
    static int defaultCollation(String charset, boolean mariaDb) {
        return switch (charset) {
            case "utf8mb3", "utf8" -> UTF8_GENERAL;
            case "latin1" -> 8;
            case "ascii" -> 11;
            case "latin2" -> 9;
            case "latin5" -> 30;
            case "latin7" -> 41;
            case "cp1250" -> 26;
            case "cp1251" -> 51;
            case "cp1256" -> 57;
            case "cp1257" -> 59;
            case "greek" -> 25;
            case "hebrew" -> 16;
            case "koi8r" -> 7;
            case "koi8u" -> 22;
            case "big5" -> 1;
            case "gbk" -> 28;
            case "gb2312" -> 24;
            case "gb18030" -> 248;
            case "sjis" -> 13;
            case "cp932" -> 95;
            case "ujis" -> 12;
            case "eucjpms" -> 97;
            case "euckr" -> 19;
            case "binary" -> 63;
            default -> mariaDb ? DEFAULT_COLLATION : MYSQL_8_COLLATION;
        };
    }

    /** The most bytes that a character takes. */
    static int maxBytes(String charset) {
        return switch (charset) {
            case "utf8mb4", "gb18030", "utf16", "utf16le", "utf32" -> 4;
            case "utf8mb3", "utf8", "ujis", "eucjpms" -> 3;
            case "big5", "gbk", "gb2312", "sjis", "cp932", "euckr", "ucs2" -> 2;
            default -> 1;
        };
    }

    /** The character set of a collation by its name: the part before the first underscore. */
    static String ofCollation(String name) {
        int underscore = name.indexOf('_');
        String charset = underscore < 0 ? name : name.substring(0, underscore);
        return charset.equals("utf8") ? "utf8mb3" : charset;
    }

    /** Character sets of the servers in which DBMesh does not read statements; all others that it does not know do not exist. */
    private static final Set<String> UNREADABLE = Set.of(
            "armscii8",
            "big5",
            "cp932",
            "dec8",
            "gb18030",
            "gbk",
            "geostd8",
            "hp8",
            "keybcs2",
            "sjis",
            "swe7",
            "tis620",
            "ucs2",
            "utf16",
            "utf16le",
            "utf32");

    /**
     * Checks a character set that a client names.
     *
     * @throws MeshException when statements in this character set cannot be read
     */
    static void require(String charset) {
        String name = charset.toLowerCase(Locale.ROOT);
        if (TextEncoding.ofCharset(name) == TextEncoding.WIDE && !UNREADABLE.contains(name)) {
            throw new StatementError(
                    new ErrorPacket(1115, "42000", "Unknown character set: '" + charset + "'"));
        }
        if (TextEncoding.ofCharset(charset.toLowerCase(Locale.ROOT)) == TextEncoding.WIDE) {
            throw MeshException.unsupported(
                    "character set " + charset + " for a client's statements", "connect with utf8mb4");
        }
    }
}
