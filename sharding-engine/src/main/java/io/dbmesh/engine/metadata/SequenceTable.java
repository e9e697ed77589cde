package io.dbmesh.engine.metadata;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.key.SegmentCounter.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table in a schema's default location that says from which key on the keys of each table are free. It is made when it
 * is first needed. Blocks.
 *
 * <p>A counter of 0 is not known: it is found out from the shards when it is next needed.
 */
final class SequenceTable {
    static final String NAME = "dbmesh_sequence";

    private static final int NO_SUCH_TABLE = 1146;
    /** More than enough: each attempt fails only when somebody has restarted the counter since the one before. */
    private static final int ATTEMPTS = 10;
    /** In the line after the columns, as InnoDB knows it at this moment; information_schema has it from a cache. */
    private static final Pattern AUTO_INCREMENT = Pattern.compile("(?m)^\\).*? AUTO_INCREMENT=([0-9]+)");

    private final MetadataConnections connections;
    private final MeshConfig config;
    private final Location home;

    /** @param home the default location of the schema */
    SequenceTable(MetadataConnections connections, MeshConfig config, Location home) {
        this.connections = connections;
        this.config = config;
        this.home = home;
    }

    /**
     * Takes a range. One statement does it, so several processes can do it at one time.
     *
     * @param table whose AUTO_INCREMENT column is asked when its counter is not known
     * @param generation that is probably the right one; 0 when none is known
     */
    Range lease(MeshTable table, long generation, long count, long atLeast) {
        long known = generation;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long expected = known;
            Range leased = expected == 0
                    ? Range.VOID
                    : run(home, connection -> lease(connection, table.name(), expected, count, atLeast));
            if (!leased.isEmpty()) {
                return leased;
            }
            known = run(home, connection -> generation(connection, table.name()));
            if (known == 0) {
                long free = firstFree(table);
                run(home, connection -> begin(connection, table.name(), free));
                known = run(home, connection -> generation(connection, table.name()));
            }
        }
        throw new MeshException(
                MeshError.INTERNAL, "the counter of " + table.qualifiedName() + " is restarted again and again");
    }

    private Range lease(Connection connection, String table, long generation, long count, long atLeast)
            throws SQLException {
        String sql = "UPDATE " + name()
                + " SET next_value = LAST_INSERT_ID(GREATEST(next_value, ?)) + ? WHERE table_name = ?"
                + " AND generation = ? AND next_value > 0";
        try (PreparedStatement update = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            update.setLong(1, atLeast);
            update.setLong(2, count);
            update.setString(3, table);
            update.setLong(4, generation);
            if (update.executeUpdate() == 0) {
                return Range.VOID;
            }
            try (ResultSet keys = update.getGeneratedKeys()) {
                keys.next();
                long start = keys.getLong(1);
                return new Range(start, start + count, generation);
            }
        }
    }

    /** Gives the rest of a range back, if it is the last that was leased. */
    void giveBack(String table, Range unused) {
        run(home, connection -> {
            String sql = "UPDATE " + name()
                    + " SET next_value = ? WHERE table_name = ? AND next_value = ? AND generation = ?";
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setLong(1, unused.start());
                update.setString(2, table);
                update.setLong(3, unused.end());
                update.setLong(4, unused.generation());
                return update.executeUpdate();
            }
        });
    }

    /** Forgets a table's counter, after the table was emptied, dropped or made anew; ranges that were leased become void. */
    void restart(String table) {
        run(home, connection -> {
            String sql = "UPDATE " + name() + " SET next_value = 0, generation = generation + 1 WHERE table_name = ?";
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setString(1, table);
                return update.executeUpdate();
            } catch (SQLException failure) {
                if (failure.getErrorCode() == NO_SUCH_TABLE) {
                    return 0;
                }
                throw failure;
            }
        });
    }

    /** The first key above all that the table's places have or had. */
    long firstFree(MeshTable table) {
        ColumnMetadata column = table.metadata().autoIncrementColumn();
        if (column == null) {
            throw new IllegalArgumentException(table.qualifiedName() + " has no AUTO_INCREMENT column");
        }
        long free = 1;
        for (Location location : table.locations()) {
            free = Math.max(free, run(location, connection -> firstFree(connection, location, table, column)));
        }
        return free;
    }

    private static long firstFree(Connection connection, Location location, MeshTable table, ColumnMetadata column)
            throws SQLException {
        String name = quoted(location.database()) + "." + quoted(table.name());
        long free = 1;
        try (Statement statement = connection.createStatement()) {
            String max = "SELECT COALESCE(MAX(" + quoted(column.name()) + "), 0) FROM " + name;
            try (ResultSet row = statement.executeQuery(max)) {
                row.next();
                free = Math.max(free, row.getLong(1) + 1);
            }
            try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + name)) {
                row.next();
                Matcher matcher = AUTO_INCREMENT.matcher(row.getString(2));
                return matcher.find() ? Math.max(free, Long.parseLong(matcher.group(1))) : free;
            }
        }
    }

    /** The generation of a counter that is known, else 0. */
    private long generation(Connection connection, String table) throws SQLException {
        String sql = "SELECT generation FROM " + name() + " WHERE table_name = ? AND next_value > 0";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (SQLException failure) {
            if (failure.getErrorCode() == NO_SUCH_TABLE) {
                return 0;
            }
            throw failure;
        }
    }

    /** Makes the counter known, unless somebody else has done so meanwhile. */
    private int begin(Connection connection, String table, long free) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS " + name()
                    + " (table_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,"
                    + " next_value BIGINT UNSIGNED NOT NULL, generation BIGINT UNSIGNED NOT NULL)"
                    + " COMMENT 'AUTO_INCREMENT counters of DBMesh'");
        }
        String sql = "INSERT INTO " + name() + " (table_name, next_value, generation) VALUES (?, ?, 1)"
                + " ON DUPLICATE KEY UPDATE next_value = IF(next_value = 0, ?, next_value)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, table);
            insert.setLong(2, free);
            insert.setLong(3, free);
            return insert.executeUpdate();
        }
    }

    private <T> T run(Location location, MetadataConnections.Work<T> work) {
        DataSource dataSource = config.dataSource(location);
        try {
            return connections.with(dataSource, work);
        } catch (SQLException failure) {
            throw MeshException.causedBy(
                    failure,
                    MeshError.BACKEND_UNREACHABLE,
                    dataSource.name(),
                    dataSource.address(),
                    MetadataConnections.reasonOf(failure));
        }
    }

    private String name() {
        return quoted(home.database()) + "." + quoted(NAME);
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
