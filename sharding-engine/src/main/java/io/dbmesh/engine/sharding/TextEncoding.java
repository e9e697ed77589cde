package io.dbmesh.engine.sharding;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a string's bytes mean, as far as sharding must know. Printable ASCII is the same in all of them but {@link
 * #WIDE}; all else counts as equal only within one encoding.
 */
public enum TextEncoding {
    UTF8,
    LATIN1,
    /** Exact bytes (BINARY, VARBINARY). */
    BINARY,
    /** Another encoding in which bytes below 0x80 are always ASCII's. */
    OTHER_ASCII,
    /** Encodings in which a byte below 0x80 need not be an ASCII character: ucs2, utf16, utf32, sjis, gbk, big5... */
    WIDE;

    /** The encoding of a MySQL character set, by its name. */
    public static TextEncoding ofCharset(@Nullable String charset) {
        if (charset == null) {
            return BINARY;
        }
        return switch (charset.toLowerCase(Locale.ROOT)) {
            case "utf8", "utf8mb3", "utf8mb4" -> UTF8;
            case "latin1" -> LATIN1;
            case "binary" -> BINARY;
            case "ascii",
                    "cp1250",
                    "cp1251",
                    "cp1256",
                    "cp1257",
                    "cp850",
                    "cp852",
                    "cp866",
                    "euckr",
                    "eucjpms",
                    "gb2312",
                    "greek",
                    "hebrew",
                    "koi8r",
                    "koi8u",
                    "latin2",
                    "latin5",
                    "latin7",
                    "macce",
                    "macroman",
                    "ujis" -> OTHER_ASCII;
            default -> WIDE;
        };
    }
}
