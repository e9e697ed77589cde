package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.proxy.protocol.ErrorPacket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A warning, note or error of a statement, as SHOW WARNINGS tells it.
 *
 * @param level {@code Note}, {@code Warning} or {@code Error}
 * @param code MySQL's error number
 */
record Condition(String level, int code, String message) {

    /** Servers end a message so when it is about a row; they count the rows that they were sent, from 1. */
    private static final Pattern ROW = Pattern.compile("at row ([0-9]{1,9})$");

    /** Which row of the client's statement a server's row is, both from 1. */
    @FunctionalInterface
    interface RowNumbers {
        RowNumbers SAME = row -> row;

        long ofClient(int row);
    }

    static Condition of(ErrorPacket error) {
        return new Condition("Error", error.errno(), error.message());
    }

    boolean isError() {
        return level.equals("Error");
    }

    /** In the client's words: with the schema's name, and the client's number of the row. */
    Condition logical(ClientSession session, Location location, RowNumbers rows) {
        ErrorPacket named = session.logical(location, new ErrorPacket(code, "HY000", message));
        return new Condition(level, code, renumbered(named.message(), rows));
    }

    /** The client's number of the row that it is about, or -1. */
    long row() {
        Matcher matcher = ROW.matcher(message);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    static String renumbered(String message, RowNumbers rows) {
        Matcher matcher = ROW.matcher(message);
        return matcher.find()
                ? message.substring(0, matcher.start(1)) + rows.ofClient(Integer.parseInt(matcher.group(1)))
                : message;
    }
}
