package io.dbmesh.proxy.differential;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that a client sees of a statement.
 *
 * @param error errno and SQLSTATE; empty when it succeeded
 * @param message of the error
 * @param count of changed rows; -1 for a query
 */
record Outcome(String error, String message, int count, List<String> columns, List<List<String>> rows) {
    /** Sums of DOUBLE are added up in another order, so that their last digits may differ. */
    private static final double TOLERANCE = 1e-12;

    static Outcome of(Connection connection, RandomStatement statement, boolean prepared) {
        try {
            if (!prepared) {
                try (Statement text = connection.createStatement()) {
                    text.execute(statement.text());
                    return read(text);
                }
            }
            try (PreparedStatement parametrised = connection.prepareStatement(statement.prepared())) {
                for (int i = 0; i < statement.values().size(); i++) {
                    parametrised.setObject(i + 1, statement.values().get(i));
                }
                parametrised.execute();
                return read(parametrised);
            }
        } catch (SQLException error) {
            String code = error.getErrorCode() + "-" + error.getSQLState();
            return new Outcome(code, String.valueOf(error.getMessage()), -1, List.of(), List.of());
        }
    }

    private static Outcome read(Statement statement) throws SQLException {
        try (ResultSet results = statement.getResultSet()) {
            if (results == null) {
                return new Outcome("", "", statement.getUpdateCount(), List.of(), List.of());
            }
            ResultSetMetaData meta = results.getMetaData();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.add(meta.getColumnLabel(i) + " of " + meta.getTableName(i) + "." + meta.getColumnName(i) + ": "
                        + meta.getColumnType(i) + " " + meta.getColumnTypeName(i) + "(" + meta.getPrecision(i) + ","
                        + meta.getScale(i) + ") nullable " + meta.isNullable(i) + " signed " + meta.isSigned(i));
            }
            List<List<String>> rows = new ArrayList<>();
            while (results.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    row.add(shown(results.getString(i), meta.getColumnType(i)));
                }
                rows.add(row);
            }
            return new Outcome("", "", -1, columns, rows);
        }
    }

    private static String shown(@Nullable String value, int type) {
        boolean floating = type == Types.DOUBLE || type == Types.FLOAT || type == Types.REAL;
        return value == null ? "NULL" : floating ? "~" + value : value;
    }

    boolean isRefused() {
        return error.startsWith("1235-");
    }

    /** What differs, or null. */
    @Nullable String difference(Outcome other, RandomStatement statement) {
        if (!error.equals(other.error)) {
            return "error '" + error + " " + message + "' and '" + other.error + " " + other.message + "'";
        }
        if (count != other.count) {
            return "update counts " + count + " and " + other.count;
        }
        if (!columns.equals(other.columns)) {
            return "columns\n    " + columns + "\n    " + other.columns;
        }
        List<List<String>> mine = comparable(statement);
        List<List<String>> others = other.comparable(statement);
        boolean same = mine.size() == others.size();
        for (int i = 0; same && i < mine.size(); i++) {
            same = equal(mine.get(i), others.get(i));
        }
        return same ? null : "rows\n    " + shortened(mine) + "\n    " + shortened(others);
    }

    private static String shortened(List<List<String>> rows) {
        String text = rows.size() + " " + rows;
        return text.substring(0, Math.min(text.length(), 500));
    }

    private List<List<String>> comparable(RandomStatement statement) {
        List<List<String>> result = new ArrayList<>();
        for (List<String> row : rows) {
            result.add(statement.loose() ? row.stream().map(Outcome::plain).toList() : row);
        }
        if (statement.order() == 0) {
            result.sort(Comparator.comparing(Object::toString));
        }
        return result;
    }

    /** One of all strings that are equal under the collations of the test. */
    private static String plain(String value) {
        return Normalizer.normalize(value, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .stripTrailing();
    }

    private static boolean equal(List<String> mine, List<String> others) {
        for (int i = 0; i < mine.size(); i++) {
            String one = mine.get(i);
            String two = others.get(i);
            if (!one.equals(two)) {
                if (!one.startsWith("~") || !two.startsWith("~")) {
                    return false;
                }
                double a = Double.parseDouble(one.substring(1));
                double b = Double.parseDouble(two.substring(1));
                if (Math.abs(a - b) > TOLERANCE * Math.max(Math.abs(a), Math.abs(b))) {
                    return false;
                }
            }
        }
        return true;
    }
}
