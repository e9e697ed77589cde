package io.dbmesh.proxy.client;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC driver.
 *
 * @param scheme {@code jdbc:mysql} for Connector/J, {@code jdbc:mariadb} for MariaDB's
 * @param options of the URL
 * @param preparesAll whether statements without parameters are prepared too
 */
record JdbcClient(String scheme, String options, boolean preparesAll) implements Client {
    private static final HexFormat HEX = HexFormat.of();

    static JdbcClient connectorJ(String options, boolean preparesAll) {
        String own = "sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=5000&socketTimeout=30000";
        return new JdbcClient("jdbc:mysql", own + options, preparesAll);
    }

    static JdbcClient mariaDb(String options, boolean preparesAll) {
        return new JdbcClient("jdbc:mariadb", "connectTimeout=5000&socketTimeout=30000" + options, preparesAll);
    }

    String url(Endpoint endpoint) {
        return scheme + "://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database() + "?" + options;
    }

    Connection connect(Endpoint endpoint) throws SQLException {
        return DriverManager.getConnection(url(endpoint), endpoint.user(), endpoint.password());
    }

    @Override
    public List<List<String>> run(Endpoint endpoint, List<Step> steps) {
        List<List<String>> answers = new ArrayList<>();
        Connection connection = null;
        try {
            for (Step step : steps) {
                if (connection == null || connection.isClosed()) {
                    connection = connect(endpoint);
                }
                answers.add(ask(connection, step));
            }
        } catch (SQLException noConnection) {
            answers.add(List.of("no connection: " + noConnection));
        } finally {
            closeQuietly(connection);
        }
        return answers;
    }

    private static void closeQuietly(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException alreadyBroken) {
            // Whatever broke it is in the answers.
            return;
        }
    }

    private List<String> ask(Connection connection, Step step) {
        List<String> lines = new ArrayList<>();
        try {
            if (preparesAll || !step.parameters().isEmpty()) {
                askPrepared(connection, step, lines);
            } else {
                try (Statement statement = connection.createStatement()) {
                    boolean rows = statement.execute(step.sql(), Statement.RETURN_GENERATED_KEYS);
                    describeAll(statement, rows, lines);
                }
            }
        } catch (SQLException e) {
            // Connector/J looks at an error behind the columns of a cursor without reading it, and may take it for the answer
            // to the next statement, of a server as of the mesh.
            boolean outOfStep =
                    options.contains("useCursorFetch") && !lines.isEmpty() && step.sql().startsWith("SELECT");
            lines.add("error " + e.getErrorCode() + " " + e.getSQLState() + " " + message(e));
            // What no client survives leaves the others a new connection.
            if (outOfStep || String.valueOf(e.getSQLState()).startsWith("08")) {
                closeQuietly(connection);
            }
        }
        return lines;
    }

    private void askPrepared(Connection connection, Step step, List<String> lines) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(step.sql(), Statement.RETURN_GENERATED_KEYS)) {
            if (options.contains("useCursorFetch")) {
                // As the URL's default it would hold for the driver's own statements too, which break under it.
                statement.setFetchSize(2);
            }
            for (int i = 0; i < step.parameters().size(); i++) {
                statement.setObject(i + 1, step.parameters().get(i).value());
            }
            ParameterMetaData parameters = statement.getParameterMetaData();
            lines.add("parameters " + parameters.getParameterCount());
            boolean rows = statement.execute();
            describeAll(statement, rows, lines);
        }
    }

    private static void describeAll(Statement statement, boolean firstIsRows, List<String> lines) throws SQLException {
        boolean rows = firstIsRows;
        while (rows || statement.getUpdateCount() != -1) {
            if (rows) {
                try (ResultSet result = statement.getResultSet()) {
                    describe(result, lines);
                }
            } else {
                lines.add("updated " + statement.getLargeUpdateCount());
                try (ResultSet keys = statement.getGeneratedKeys()) {
                    while (keys.next()) {
                        lines.add("key " + keys.getString(1));
                    }
                }
            }
            for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
                lines.add("warning " + w.getErrorCode() + " " + w.getSQLState() + " " + message(w));
            }
            rows = statement.getMoreResults();
        }
    }

    static void describe(ResultSet result, List<String> lines) throws SQLException {
        ResultSetMetaData columns = result.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            lines.add("column " + describe(columns, i));
        }
        while (result.next()) {
            StringBuilder row = new StringBuilder("row");
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                row.append(" | ").append(value(result, i));
            }
            lines.add(row.toString());
        }
    }

    private static String describe(ResultSetMetaData columns, int i) throws SQLException {
        return String.join(
                " ",
                columns.getColumnLabel(i),
                columns.getColumnName(i),
                columns.getCatalogName(i) + "." + columns.getTableName(i),
                columns.getColumnTypeName(i),
                columns.getColumnClassName(i),
                "type=" + columns.getColumnType(i),
                "size=" + columns.getColumnDisplaySize(i),
                "precision=" + columns.getPrecision(i),
                "scale=" + columns.getScale(i),
                "nullable=" + columns.isNullable(i),
                "signed=" + columns.isSigned(i),
                "key=" + columns.isAutoIncrement(i),
                "case=" + columns.isCaseSensitive(i),
                "readOnly=" + columns.isReadOnly(i));
    }

    /** As text and as the driver's own choice of a Java type, because each is decoded differently. */
    private static String value(ResultSet result, int i) {
        return text(result, i) + " (" + object(result, i) + ")";
    }

    private static String text(ResultSet result, int i) {
        try {
            String text = result.getString(i);
            return text == null ? "NULL" : text.length() <= 1000 ? text : text.length() + " characters";
        } catch (SQLException | DateTimeException | IllegalArgumentException unreadable) {
            return "unreadable: " + unreadable.getMessage();
        }
    }

    private static String object(ResultSet result, int i) {
        try {
            Object value = result.getObject(i);
            return switch (value) {
                case null -> "null";
                case byte[] bytes -> "bytes " + hex(bytes);
                case java.sql.Blob blob -> "blob " + hex(blob.getBytes(1, (int) blob.length()));
                case String text -> "String " + hex(text.getBytes(StandardCharsets.UTF_8));
                default -> value.getClass().getSimpleName() + " " + value;
            };
        } catch (SQLException | DateTimeException | IllegalArgumentException unreadable) {
            return "unreadable: " + unreadable.getMessage();
        }
    }

    /** MariaDB's driver puts the number of the connection before the server's words. */
    private static String message(SQLException e) {
        return String.valueOf(e.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", "");
    }

    private static String hex(byte[] bytes) {
        return bytes.length <= 64 ? HEX.formatHex(bytes) : bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
    }
}
