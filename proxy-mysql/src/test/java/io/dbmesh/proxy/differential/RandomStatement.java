package io.dbmesh.proxy.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A statement with its values apart.
 *
 * @param template with {@link #MARK} where a value stands
 * @param order how many columns from the left the rows are sorted by; -1: by all, so that the order is one only; 0: by none
 * @param loose whether any of several equal strings may be shown
 */
record RandomStatement(String template, List<Object> values, int order, boolean loose) {
    static final String MARK = "\u0001";

    String text() {
        StringBuilder text = new StringBuilder(template);
        for (Object value : values) {
            int at = text.indexOf(MARK);
            text.replace(at, at + 1, Values.sql(value));
        }
        return text.toString();
    }

    String prepared() {
        return template.replace(MARK, "?");
    }

    boolean isQuery() {
        return template.startsWith("SELECT") || template.startsWith("(");
    }

    /** Which table a write changes. */
    String table() {
        for (String table : Twins.TABLES) {
            if (template.matches("(?s)\\w+ (IGNORE )?(INTO |FROM )?" + table + "\\b.*")) {
                return table;
            }
        }
        throw new IllegalStateException(template);
    }

    /** Makes statements of seeded randomness. */
    static final class Generator {
        private final Random random;
        private final Values source;
        private List<Object> values = new ArrayList<>();

        Generator(Random random) {
            this.random = random;
            this.source = new Values(random);
        }

        private record Table(String name, String key, List<String> columns, List<String> primary) {}

        
        private static final List<String> NUMBERS = List.of("i", "u", "t", "de", "n");

        private static final List<Table> TABLES = List.of(
                new Table("wide", "id", Values.WIDE, List.of("id")),
                new Table("child", "wide_id", List.of("id", "n", "de", "note"), List.of("wide_id", "id")),
                new Table("by_mod", "k", List.of("i", "s", "de"), List.of("k")),
                new Table("by_range", "k", List.of("i", "s", "de"), List.of("k")),
                new Table("by_list", "region", List.of("k", "i", "s"), List.of("region", "k")),
                new Table("by_name", "name", List.of("i", "s"), List.of("name")),
                new Table("ref", "id", List.of("name", "n"), List.of("id")));

        RandomStatement next() {
            values = new ArrayList<>();
            Table table = random.nextInt(3) == 0 ? TABLES.get(random.nextInt(TABLES.size())) : TABLES.getFirst();
            return switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> rows(table);
                case 4, 5, 6 -> grouped(table);
                case 7 -> distinct(table);
                case 8 -> total(table);
                case 9 -> subquery(table);
                case 10, 11 -> joined();
                case 12 -> union(table);
                case 13 -> update(table);
                case 14 -> delete(table);
                default -> insert(table);
            };
        }

        private boolean chance(int of) {
            return random.nextInt(of) == 0;
        }

        private <T> T any(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        private String column(Table table) {
            return chance(6) ? table.key() : any(table.columns());
        }

        private String value(Object value) {
            values.add(value);
            return MARK;
        }

        // ---------------------------------------------------------------- conditions

        private String where(Table table, String prefix) {
            return chance(4) ? "" : " WHERE " + condition(table, prefix, 2);
        }

        private String condition(Table table, String prefix, int depth) {
            if (depth > 0 && chance(2)) {
                String left = condition(table, prefix, depth - 1);
                return switch (random.nextInt(4)) {
                    case 0 -> "(" + left + " OR " + condition(table, prefix, depth - 1) + ")";
                    case 1 -> "NOT (" + left + ")";
                    default -> left + " AND " + condition(table, prefix, depth - 1);
                };
            }
            boolean key = chance(2);
            String column = key ? table.key() : any(table.columns());
            String name = prefix + column;
            return switch (random.nextInt(12)) {
                case 0 -> name + " IS NULL";
                case 1 -> name + " IS NOT NULL";
                case 2 -> name + " IN (" + operand(column, key) + ", " + operand(column, key) + ", " + operand(column, key) + ")";
                case 3 -> name + " BETWEEN " + operand(column, key) + " AND " + operand(column, key);
                case 4 -> name + any(List.of(" < ", " <= ", " > ", " >= ", " <> ")) + operand(column, key);
                case 5 -> operand(column, key) + any(List.of(" = ", " <= ", " > ")) + name;
                case 6 -> name + " <=> " + operand(column, key);
                case 7 -> chance(2) ? "-(" + operand(column, key) + ") = " + name : name + " NOT IN (" + operand(column, key) + ")";
                default -> name + " = " + operand(column, key);
            };
        }

        private String operand(String column, boolean key) {
            return value(key ? source.key(column) : source.value(column));
        }

        // ---------------------------------------------------------------- queries

        private RandomStatement rows(Table table) {
            List<String> columns = new ArrayList<>();
            int width = 1 + random.nextInt(4);
            for (int i = 0; i < width; i++) {
                columns.add(column(table));
            }
            boolean star = chance(6);
            List<String> keys = new ArrayList<>();
            int sorted = random.nextInt(3);
            for (int i = 0; i < sorted; i++) {
                keys.add(chance(2) ? columns.get(random.nextInt(width)) : column(table));
            }
            if (!star && chance(4)) {
                String expression = any(List.of("-", "LENGTH(", "UPPER(", "IFNULL("));
                String argument = column(table);
                keys.add(expression + argument + (expression.equals("-") ? "" : expression.equals("IFNULL(") ? ", 'm')" : ")"));
            }
            boolean total = chance(2);
            if (total) {
                keys.addAll(table.primary());
            }
            StringBuilder sql = new StringBuilder("SELECT ");
            String list = star ? "*" : String.join(", ", columns);
            if (!star && chance(5) && table.columns().contains("i")) {
                list += ", i + " + value(random.nextInt(5)) + " AS plus";
            }
            sql.append(list).append(" FROM ").append(chance(6) ? "tw." : "").append(table.name());
            sql.append(where(table, ""));
            sql.append(orderBy(keys));
            if (chance(20)) {
                return statement(sql.append(chance(2) ? " FOR UPDATE" : " LOCK IN SHARE MODE"), total ? -1 : 0, false);
            }
            if (total && chance(2)) {
                sql.append(" LIMIT ").append(chance(2) ? "" : random.nextInt(20) + ", ").append(random.nextInt(30));
            }
            return statement(sql, total ? -1 : 0, false);
        }

        private String orderBy(List<String> keys) {
            if (keys.isEmpty()) {
                return "";
            }
            List<String> items = new ArrayList<>();
            for (String key : keys) {
                items.add(key + any(List.of("", " ASC", " DESC")));
            }
            return " ORDER BY " + String.join(", ", items);
        }

        private RandomStatement statement(StringBuilder sql, int order, boolean loose) {
            return new RandomStatement(sql.toString(), values, order, loose);
        }

        private String aggregate(Table table) {
            String any = column(table);
            List<String> numbers =
                    table.columns().stream().filter(NUMBERS::contains).toList();
            String number = numbers.isEmpty() ? "1" : any(numbers);
            return switch (random.nextInt(9)) {
                case 0 -> "COUNT(*)";
                case 1 -> "COUNT(" + any + ")";
                case 2 -> "SUM(" + number + ")";
                case 3 -> "AVG(" + number + ")";
                case 4 -> "MIN(" + any + ")";
                case 5 -> "MAX(" + any + ")";
                case 6 -> chance(3) ? "COUNT(DISTINCT " + any + ")" : "SUM(" + number + " + 1)";
                case 7 -> "SUM(" + (table.name().equals("wide") ? any(List.of("f", "d")) : number) + ")";
                default -> "BIT_XOR(" + number + ")";
            };
        }

        private RandomStatement grouped(Table table) {
            List<String> keys = new ArrayList<>();
            keys.add(groupKey(table));
            if (chance(2)) {
                keys.add(column(table));
            }
            List<String> list = new ArrayList<>(keys);
            for (int i = random.nextInt(3); i >= 0; i--) {
                list.add(aggregate(table));
            }
            StringBuilder sql = new StringBuilder("SELECT ").append(String.join(", ", list));
            sql.append(" FROM ").append(table.name()).append(where(table, ""));
            sql.append(" GROUP BY ").append(String.join(", ", keys));
            if (chance(6)) {
                sql.append(" HAVING COUNT(*) > ").append(random.nextInt(3));
            }
            int order = 0;
            if (chance(2)) {
                sql.append(orderBy(keys));
                order = -1;
                if (chance(2)) {
                    sql.append(" LIMIT ").append(1 + random.nextInt(8));
                }
            } else if (chance(3)) {
                sql.append(" ORDER BY ").append(list.getLast()).append(" DESC, ").append(String.join(", ", keys));
                order = -1;
            }
            return statement(sql, order, true);
        }

        private String groupKey(Table table) {
            if (!chance(4)) {
                return column(table);
            }
            String argument = column(table);
            return any(List.of("LENGTH(", "UPPER(", "ISNULL(", "CONCAT('<',", "HEX(")) + argument + ")";
        }

        private RandomStatement distinct(Table table) {
            List<String> columns = new ArrayList<>(List.of(column(table)));
            if (chance(2)) {
                columns.add(column(table));
            }
            StringBuilder sql = new StringBuilder("SELECT DISTINCT ").append(String.join(", ", columns));
            sql.append(" FROM ").append(table.name()).append(where(table, ""));
            boolean sorted = chance(2);
            if (sorted) {
                sql.append(orderBy(columns));
                sql.append(chance(2) ? " LIMIT " + (1 + random.nextInt(9)) : "");
            }
            return statement(sql, sorted ? -1 : 0, true);
        }

        private RandomStatement total(Table table) {
            StringBuilder sql = new StringBuilder("SELECT ").append(aggregate(table));
            for (int i = random.nextInt(3); i > 0; i--) {
                sql.append(", ").append(aggregate(table));
            }
            sql.append(" FROM ").append(table.name()).append(where(table, ""));
            return statement(sql, 0, true);
        }

        private RandomStatement subquery(Table table) {
            StringBuilder sql = new StringBuilder("SELECT COUNT(*) FROM ").append(table.name()).append(" o WHERE ");
            String inner =
                    switch (random.nextInt(4)) {
                        case 0 -> "o." + any(table.columns()) + " IN (SELECT n FROM ref WHERE n > " + value(random.nextInt(3)) + ")";
                        case 1 -> "EXISTS (SELECT 1 FROM " + table.name() + " x WHERE x." + table.key() + " = o." + table.key()
                                + " AND " + condition(table, "x.", 0) + ")";
                        case 2 -> "o." + table.key() + " IN (SELECT " + table.key() + " FROM " + table.name() + " x WHERE "
                                + condition(table, "x.", 0) + ")";
                        default -> "EXISTS (SELECT 1 FROM child c WHERE c.wide_id = o." + table.key() + ")";
                    };
            sql.append(inner).append(chance(2) ? " AND " + condition(table, "o.", 0) : "");
            return statement(sql, 0, false);
        }

        private RandomStatement joined() {
            Table wide = TABLES.getFirst();
            Table child = TABLES.get(1);
            boolean left = chance(2);
            String join = left ? " LEFT JOIN " : " JOIN ";
            StringBuilder sql = new StringBuilder("SELECT w.id, c.id, ");
            boolean reference = chance(3);
            if (reference) {
                sql.append("r.name, w.").append(any(Values.WIDE)).append(" FROM wide w").append(join);
                sql.append("child c ON c.wide_id = w.id JOIN ref r ON r.id = w.i");
            } else {
                sql.append("c.n, w.").append(any(Values.WIDE)).append(" FROM wide w").append(join);
                sql.append("child c ON c.wide_id = w.id");
                sql.append(chance(3) ? " AND c.n > " + value(random.nextInt(6) - 3) : "");
            }
            if (chance(2)) {
                sql.append(" WHERE ").append(chance(2) ? condition(wide, "w.", 1) : condition(child, "c.", 1));
            }
            boolean sorted = chance(2);
            if (sorted) {
                sql.append(" ORDER BY ").append(chance(2) ? "w." + any(Values.WIDE) + ", " : "").append("w.id, c.id");
                sql.append(chance(2) ? " LIMIT " + random.nextInt(25) : "");
            }
            return statement(sql, sorted ? -1 : 0, false);
        }

        private RandomStatement union(Table table) {
            String column = column(table);
            StringBuilder sql = new StringBuilder("SELECT ").append(column).append(" FROM ").append(table.name());
            sql.append(where(table, "")).append(chance(2) ? " UNION ALL " : " UNION ");
            sql.append("SELECT ").append(column).append(" FROM ").append(table.name()).append(where(table, ""));
            return statement(sql, 0, true);
        }

        // ---------------------------------------------------------------- writes

        private RandomStatement update(Table table) {
            StringBuilder sql = new StringBuilder("UPDATE ").append(table.name()).append(" SET ");
            String column = any(table.columns());
            boolean number = NUMBERS.contains(column) && chance(2);
            sql.append(column).append(" = ").append(number ? column + " + 1" : assigned(column));
            return statement(sql.append(where(table, "")), 0, false);
        }

        private String assigned(String column) {
            Object value = source.value(column);
            return column.equals("t") || !chance(6) ? value(value) : "NULL";
        }

        private RandomStatement delete(Table table) {
            return statement(new StringBuilder("DELETE FROM ").append(table.name()).append(where(table, "")), 0, false);
        }

        private RandomStatement insert(Table table) {
            List<String> columns = new ArrayList<>(table.primary());
            table.columns().stream().filter(column -> !columns.contains(column) && chance(2)).forEach(columns::add);
            StringBuilder sql = new StringBuilder(chance(4) ? "INSERT IGNORE INTO " : chance(4) ? "REPLACE INTO " : "INSERT INTO ");
            sql.append(table.name()).append(" (").append(String.join(", ", columns)).append(") VALUES ");
            int rows = 1 + random.nextInt(3);
            for (int row = 0; row < rows; row++) {
                sql.append(row == 0 ? "(" : ", (");
                for (int i = 0; i < columns.size(); i++) {
                    sql.append(i == 0 ? "" : ", ").append(value(insertable(columns.get(i))));
                }
                sql.append(')');
            }
            return statement(sql, 0, false);
        }

        private Object insertable(String column) {
            Object value = source.value(column);
            boolean far = (column.equals("id") || column.equals("k")) && !chance(4);
            return far && value instanceof Integer number ? (Object) (number + 1000) : value;
        }
    }
}
