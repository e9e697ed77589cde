package io.dbmesh.proxy.session;

import io.dbmesh.sql.lexer.Dialect;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** How statements are read, from a server's version and a session's {@code sql_mode}. */
public final class Dialects {

    private Dialects() {}

    /**
     * The dialect of a server.
     *
     * @param version as its greeting says it: {@code 8.0.33}, {@code 11.4.5-MariaDB-log}
     * @param sqlMode its global sql_mode
     */
    public static Dialect of(String version, String sqlMode) {
        String[] numbers = version.replaceFirst("^5\\.5\\.5-", "").split("[^0-9]+", 4);
        int number = 0;
        for (int i = 0; i < 3; i++) {
            number = number * 100 + (i < numbers.length && !numbers[i].isEmpty() ? Integer.parseInt(numbers[i]) : 0);
        }
        boolean mariaDb = version.toLowerCase(Locale.ROOT).contains("mariadb");
        return withSqlMode(new Dialect(false, false, false, false, false, mariaDb, number), sqlMode);
    }

    /** @param sqlMode modes with commas between, perhaps in quotes */
    static Dialect withSqlMode(Dialect base, String sqlMode) {
        Set<String> modes = new HashSet<>(
                Arrays.asList(sqlMode.replace("'", "").toUpperCase(Locale.ROOT).split("[,\\s]+")));
        boolean ansi = modes.contains("ANSI")
                || modes.contains("DB2")
                || modes.contains("MAXDB")
                || modes.contains("MSSQL")
                || modes.contains("ORACLE")
                || modes.contains("POSTGRESQL");
        return new Dialect(
                ansi || modes.contains("ANSI_QUOTES"),
                ansi || modes.contains("PIPES_AS_CONCAT"),
                modes.contains("NO_BACKSLASH_ESCAPES"),
                ansi || modes.contains("IGNORE_SPACE"),
                modes.contains("HIGH_NOT_PRECEDENCE"),
                base.mariaDb(),
                base.version());
    }

    static Dialect withIgnoreSpace(Dialect dialect) {
        return new Dialect(
                dialect.ansiQuotes(),
                dialect.pipesAsConcat(),
                dialect.noBackslashEscapes(),
                true,
                dialect.highNotPrecedence(),
                dialect.mariaDb(),
                dialect.version());
    }
}
