package io.dbmesh.proxy.session;

import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The columns of statements that the proxy answers in a server's place, exactly as MySQL 8.0 and MariaDB 11.4 define them:
 * clients choose types and widths by them.
 *
 * @param mariaDb whose definitions
 * @param collation of text in the session's results
 * @param dictionaryCollation of what comes from MySQL's data dictionary
 */
record ServerColumns(boolean mariaDb, int collation, int dictionaryCollation) {

    private static final int NOT_NULL = 0x0001;
    private static final int UNSIGNED = 0x0020;
    private static final int BINARY = 0x0080;
    private static final int ENUM = 0x0100;
    private static final int NO_DEFAULT = 0x1000;

    private static final int BINARY_COLLATION = 63;
    /** As many characters as a name may have. */
    private static final int NAME_LENGTH = 64;

    static ServerColumns of(SessionState state) {
        int collation = state.resultsCollation();
        return new ServerColumns(
                state.dialect().mariaDb(), collation, state.resultsAreConverted() ? collation : CharacterSets.UTF8_BIN);
    }

    /** A parameter of a statement whose type nothing tells. */
    ColumnDefinition parameter() {
        return mariaDb ? number("?", 0, FieldType.NULL, 0, 0) : text("?", 16383, 0);
    }

    /** SHOW DATABASES. */
    List<ColumnDefinition> databases(String title) {
        return List.of(
                mariaDb
                        ? ofView("SCHEMATA", title, "SCHEMA_NAME", NAME_LENGTH)
                        : ofDictionary("SCHEMATA", title, NAME_LENGTH, FieldType.VAR_STRING, 0));
    }

    /** SHOW TABLES. */
    List<ColumnDefinition> tables(String title) {
        // MariaDB shows what is left of a broken file name too: "#mysql50#" and 64 characters.
        return List.of(
                mariaDb
                        ? ofView("TABLE_NAMES", title, "TABLE_NAME", NAME_LENGTH + "#mysql50#".length())
                        : ofDictionary("TABLES", title, NAME_LENGTH, FieldType.VAR_STRING, 0));
    }

    /** SHOW FULL TABLES. */
    List<ColumnDefinition> fullTables(String title) {
        ColumnDefinition type = mariaDb
                ? ofView("TABLE_NAMES", "Table_type", "TABLE_TYPE", NAME_LENGTH)
                : ofDictionary("TABLES", "Table_type", "SYSTEM VIEW".length(), FieldType.STRING, ENUM);
        return List.of(tables(title).getFirst(), type);
    }

    /** SHOW WARNINGS and SHOW ERRORS. */
    List<ColumnDefinition> diagnostics() {
        return List.of(
                text("Level", 7, NOT_NULL),
                number("Code", mariaDb ? 4 : 5, FieldType.LONG, NOT_NULL | UNSIGNED, 0),
                text("Message", 512, NOT_NULL));
    }

    /** SHOW COUNT(*) WARNINGS and ERRORS. */
    ColumnDefinition count(String name) {
        return mariaDb ? number(name, 21, FieldType.LONGLONG, UNSIGNED, 0) : ColumnDefinition.integer(name);
    }

    /** SHOW PROCESSLIST; MariaDB's has a column more, {@code Progress}. */
    List<ColumnDefinition> processes() {
        List<ColumnDefinition> common = List.of(
                number("Id", mariaDb ? 11 : 22, FieldType.LONGLONG, NOT_NULL, 0),
                text("User", mariaDb ? 128 : 32, NOT_NULL),
                text("Host", mariaDb ? 64 : 255, NOT_NULL),
                text("db", NAME_LENGTH, 0),
                text("Command", 16, NOT_NULL),
                number("Time", mariaDb ? 7 : 8, FieldType.LONG, NOT_NULL, 0),
                text("State", 30, 0),
                text("Info", 100, 0));
        if (!mariaDb) {
            return common;
        }
        List<ColumnDefinition> all = new ArrayList<>(common);
        all.add(number("Progress", 7, FieldType.DOUBLE, NOT_NULL, 3));
        return all;
    }

    /** A column of MySQL's data dictionary, which names no schema. */
    private ColumnDefinition ofDictionary(String view, String title, int characters, int type, int flags) {
        return new ColumnDefinition(
                "",
                view,
                view.toLowerCase(Locale.ROOT),
                title,
                title,
                dictionaryCollation,
                bytes(characters),
                type,
                NOT_NULL | BINARY | NO_DEFAULT | flags,
                0);
    }

    /** A column of MariaDB's information schema. */
    private ColumnDefinition ofView(String view, String title, String column, int characters) {
        return new ColumnDefinition(
                "information_schema",
                view,
                view,
                title,
                column,
                collation,
                bytes(characters),
                FieldType.VAR_STRING,
                NOT_NULL | NO_DEFAULT,
                0);
    }

    private ColumnDefinition text(String name, int characters, int flags) {
        // "Not a number": MySQL and MariaDB have different constants for it.
        int decimals = mariaDb ? 39 : 31;
        return new ColumnDefinition(
                "", "", "", name, "", collation, bytes(characters), FieldType.VAR_STRING, flags, decimals);
    }

    private static ColumnDefinition number(String name, int length, int type, int flags, int decimals) {
        return new ColumnDefinition("", "", "", name, "", BINARY_COLLATION, length, type, BINARY | flags, decimals);
    }

    private long bytes(int characters) {
        return (long) characters * CharacterSets.maxBytes(CharacterSets.ofCollation(collation));
    }
}
