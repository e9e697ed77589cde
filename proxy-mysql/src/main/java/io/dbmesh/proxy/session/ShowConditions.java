package io.dbmesh.proxy.session;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.sql.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SHOW WARNINGS, SHOW ERRORS and their counts, read from the statement's words.
 *
 * @param counts SHOW COUNT(*) ...
 * @param errorsOnly SHOW ... ERRORS
 */
record ShowConditions(boolean counts, boolean errorsOnly, long offset, long limit) {

    private static final Pattern WORDS = Pattern.compile("SHOW\\s+(COUNT\\s*\\(\\s*\\*\\s*\\)\\s*)?(WARNINGS|ERRORS)"
            + "(?:\\s+LIMIT\\s+([0-9]{1,18})(?:\\s*(,|OFFSET)\\s*([0-9]{1,18}))?)?");

    static ShowConditions read(ClientStatement statement) {
        Digest digest = statement.digest();
        int from = digest.tokenStart(0);
        int to = digest.tokenEnd(digest.tokenCount() - 1);
        String words = new String(digest.text(), from, to - from, StandardCharsets.ISO_8859_1);
        Matcher matcher = WORDS.matcher(words.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw MeshException.unsupported(
                    "SHOW WARNINGS in this form after a statement of several places", "write SHOW WARNINGS LIMIT 10");
        }
        long offset = 0;
        long limit = Long.MAX_VALUE;
        if (matcher.group(3) != null) {
            limit = Long.parseLong(matcher.group(3));
        }
        if (matcher.group(5) != null) {
            long second = Long.parseLong(matcher.group(5));
            boolean offsetFirst = matcher.group(4).equals(",");
            offset = offsetFirst ? limit : second;
            limit = offsetFirst ? second : limit;
        }
        return new ShowConditions(matcher.group(1) != null, matcher.group(2).equals("ERRORS"), offset, limit);
    }

    List<Condition> of(List<Condition> all) {
        return all.stream()
                .filter(condition -> !errorsOnly || condition.isError())
                .skip(offset)
                .limit(limit)
                .toList();
    }

    /** What servers call the column of a count. */
    String countedName() {
        return errorsOnly ? "@@session.error_count" : "@@session.warning_count";
    }
}
