package io.dbmesh.engine.metadata;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one database from a server's information_schema, whose tables MySQL and MariaDB fill alike but not the same.
 *
 * <p>See <a href="https://dev.mysql.com/doc/refman/8.0/en/information-schema.html">MySQL</a> and <a
 * href="https://mariadb.com/kb/en/information-schema-tables/">MariaDB</a>.
 */
final class DatabaseReader {
    private static final String TABLES =
            "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?";
    private static final String COLUMNS = "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE,"
            + " CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME,"
            + " COLLATION_NAME, COLUMN_TYPE, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?";
    private static final String UNIQUE_KEYS = "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART"
            + " FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA = ?";

    private final Connection connection;
    private final String database;

    DatabaseReader(Connection connection, String database) {
        this.connection = connection;
        this.database = database;
    }

    boolean exists() throws SQLException {
        String sql = "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, database);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Creates the database with the server's default character set; another process may do the same meanwhile. */
    void create() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // The configuration allows no backtick in a database's name.
            statement.execute("CREATE DATABASE IF NOT EXISTS `" + database + "`");
        }
    }

    /**
     * The tables and views.
     *
     * @param table the only one to read, or null for all
     */
    List<TableMetadata> read(@Nullable String table) throws SQLException {
        Map<String, List<ColumnMetadata>> columns = new HashMap<>();
        forEachRow(COLUMNS, table, "TABLE_NAME, ORDINAL_POSITION", row -> columns.computeIfAbsent(
                        row.getString("TABLE_NAME"), name -> new ArrayList<>())
                .add(column(row)));
        Map<String, Map<String, Key>> keys = new HashMap<>();
        forEachRow(UNIQUE_KEYS, table, "TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX", row -> keys.computeIfAbsent(
                        row.getString("TABLE_NAME"), name -> new LinkedHashMap<>())
                .computeIfAbsent(row.getString("INDEX_NAME"), name -> new Key())
                .add(row));
        List<TableMetadata> tables = new ArrayList<>();
        forEachRow(TABLES, table, "TABLE_NAME", row -> {
            String name = row.getString("TABLE_NAME");
            List<ColumnMetadata> ofTable = columns.get(name);
            // A table made between the two questions has no columns yet; who made it reads it again.
            if (ofTable != null && !name.equals(SequenceTable.NAME)) {
                boolean view = row.getString("TABLE_TYPE").contains("VIEW");
                List<KeyMetadata> ofKeys = keysOf(keys.getOrDefault(name, Map.of()));
                tables.add(new TableMetadata(name, view, row.getString("TABLE_COLLATION"), ofTable, ofKeys));
            }
        });
        return tables;
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void forEachRow(String sql, @Nullable String table, String order, RowReader reader) throws SQLException {
        String filter = table == null ? "" : " AND TABLE_NAME = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql + filter + " ORDER BY " + order)) {
            statement.setString(1, database);
            if (table != null) {
                statement.setString(2, table);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    // The servers compare names with their own collation; here case counts.
                    if (table == null || table.equals(rows.getString("TABLE_NAME"))) {
                        reader.read(rows);
                    }
                }
            }
        }
    }

    private static ColumnMetadata column(ResultSet row) throws SQLException {
        ColumnType type = ColumnType.ofDataType(row.getString("DATA_TYPE"));
        String definition = row.getString("COLUMN_TYPE");
        String extra = String.valueOf(row.getString("EXTRA")).toUpperCase(Locale.ROOT);
        boolean nullable = "YES".equals(row.getString("IS_NULLABLE"));
        boolean autoIncrement = extra.contains("AUTO_INCREMENT");
        // DEFAULT_GENERATED only says that the default is an expression.
        boolean generated = extra.contains("VIRTUAL GENERATED") || extra.contains("STORED GENERATED");
        boolean temporal = row.getString("DATETIME_PRECISION") != null;
        return new ColumnMetadata(
                row.getString("COLUMN_NAME"),
                type,
                definition,
                isNumber(type) && definition.toLowerCase(Locale.ROOT).contains("unsigned"),
                nullable,
                row.getString("CHARACTER_SET_NAME"),
                row.getString("COLLATION_NAME"),
                row.getLong("CHARACTER_MAXIMUM_LENGTH"),
                (int) row.getLong(temporal ? "DATETIME_PRECISION" : "NUMERIC_PRECISION"),
                (int) row.getLong("NUMERIC_SCALE"),
                // An ENUM without a default has its first value.
                nullable
                        || autoIncrement
                        || generated
                        || type == ColumnType.ENUM
                        || row.getString("COLUMN_DEFAULT") != null,
                autoIncrement,
                generated,
                extra.contains("INVISIBLE"));
    }

    private static boolean isNumber(ColumnType type) {
        return type.isInteger() || type == ColumnType.DECIMAL || type == ColumnType.FLOAT || type == ColumnType.DOUBLE;
    }

    private static final class Key {
        private final List<String> columns = new ArrayList<>();
        private final Set<String> prefixed = new HashSet<>();

        void add(ResultSet row) throws SQLException {
            String column = row.getString("COLUMN_NAME");
            columns.add(column == null ? KeyMetadata.EXPRESSION : column);
            if (column != null && row.getString("SUB_PART") != null) {
                prefixed.add(column);
            }
        }
    }

    private static List<KeyMetadata> keysOf(Map<String, Key> keys) {
        List<KeyMetadata> ordered = new ArrayList<>();
        keys.forEach((name, key) -> {
            KeyMetadata metadata = new KeyMetadata(name, key.columns, key.prefixed);
            ordered.add(metadata.isPrimary() ? 0 : ordered.size(), metadata);
        });
        return ordered;
    }
}
