package io.dbmesh.engine.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What names and numbers of the configuration may be; each fault says what is allowed. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");
    /** MySQL's limit for identifiers. */
    private static final int MAX_IDENTIFIER = 64;
    /** The servers' own; every server has them, so none of them can be a shard or hide behind a logical schema. */
    private static final Set<String> SYSTEM_DATABASES =
            Set.of("information_schema", "mysql", "performance_schema", "sys");

    private Names() {}

    static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name for a " + what
                    + "; allowed: 1 to 64 of A-Z a-z 0-9 _ . - beginning with a letter or _");
        }
    }

    /** A database becomes part of statements and of file names, so what would need care there is not allowed. */
    static void requireDatabase(String database) {
        requireIdentifier("database", database);
        if (database.indexOf('/') >= 0 || database.indexOf('\\') >= 0 || database.indexOf('.') >= 0) {
            throw new IllegalArgumentException(
                    "'" + database + "' is no name for a database; allowed: MySQL names without / \\ .");
        }
        if (SYSTEM_DATABASES.contains(database.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + database + "' is the server's own database; allowed: any other");
        }
    }

    static void requireIdentifier(String what, String name) {
        boolean allowed = !name.isEmpty()
                && name.length() <= MAX_IDENTIFIER
                && !name.endsWith(" ")
                && name.chars().noneMatch(c -> c < ' ' || c == '`' || Character.isSurrogate((char) c));
        if (!allowed) {
            throw new IllegalArgumentException("'" + name + "' is no name for a " + what
                    + "; allowed: 1 to 64 characters without ` and control characters, not ending in a space");
        }
    }

    static void requireBetween(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " " + value + " is out of range; allowed: " + min + " to " + max);
        }
    }
}
