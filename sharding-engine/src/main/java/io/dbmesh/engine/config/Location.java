package io.dbmesh.engine.config;

/** A database on a server, written {@code ds0/shop_0}: where a shard, or the tables without a rule, live. */
public record Location(String dataSource, String database) {
    public Location {
        Names.requireName("data source", dataSource);
        Names.requireDatabase(database);
    }

    /** Reads {@code DATA SOURCE/DATABASE}; the message of the exception says what is wrong and what is allowed. */
    public static Location parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            throw new IllegalArgumentException("'" + text + "' is no location; allowed: DATA SOURCE/DATABASE");
        }
        return new Location(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return dataSource + "/" + database;
    }
}
