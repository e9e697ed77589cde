package io.dbmesh.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.sharding.StringEquality;
import io.dbmesh.engine.sharding.StringEquality.Stripped;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves on the servers what {@link KnownCollations} says of every collation that they have. */
@NullMarked
@BothFlavors
class KnownCollationsIT {
    private static final String DATABASE = "known_collations";
    private static final char FIRST_PRINTABLE = ' ';
    private static final char LAST_PRINTABLE = '~';

    private record Collation(String charset, String name) {
        boolean isKnown() {
            return KnownCollations.equalityOf(new ColumnMetadata(
                            "c",
                            ColumnType.VARCHAR,
                            "",
                            false,
                            true,
                            charset,
                            name,
                            20,
                            0,
                            0,
                            true,
                            false,
                            false,
                            false))
                    != null;
        }
    }

    private final DatabaseServer server;

    KnownCollationsIT(Flavor flavor) {
        this.server = Servers.shared(flavor, 0);
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        server.execute("DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        server.execute("DROP DATABASE " + DATABASE);
    }

    @Test
    void printableAscii_isEqualJustWhenItDiffersInCaseAlone() throws SQLException {
        try (Connection connection = server.connect(DATABASE)) {
            List<Collation> known = knownCollations(connection);
            assertThat(known).hasSizeGreaterThan(20);
            for (Collation collation : known) {
                StringEquality equality = createTable(connection, collation, "VARCHAR");
                insertPrintables(connection);
                assertThat(equalPairs(connection))
                        .as("%s of %s", collation.name(), server)
                        .isEqualTo(expectedPairs(equality.foldCase()));
            }
        }
    }

    @Test
    void trailingSpaces_countAsListed() throws SQLException {
        try (Connection connection = server.connect(DATABASE)) {
            for (Collation collation : knownCollations(connection)) {
                for (ColumnType type : List.of(ColumnType.VARCHAR, ColumnType.CHAR)) {
                    StringEquality equality = createTable(connection, collation, type.name());
                    boolean strips = equality.stripped() == Stripped.SPACES;
                    boolean pads = insertIsDuplicate(connection, "x", "x  ");
                    if (collation.name().endsWith(KnownCollations.SERVERS_DIFFER)) {
                        assertThat(strips).isTrue();
                        continue;
                    }
                    assertThat(pads)
                            .as("%s %s of %s", type, collation.name(), server)
                            .isEqualTo(strips);
                }
            }
        }
    }

    /** No two characters of a string may act together, as contractions do: only single ones were compared above. */
    @Test
    void pairsOfLetters_areEqualJustWhenTheyDifferInCaseAlone() throws SQLException {
        try (Connection connection = server.connect(DATABASE)) {
            for (Collation collation : knownCollations(connection)) {
                boolean folds = createTable(connection, collation, "VARCHAR").foldCase();
                List<String> pairs = new ArrayList<>();
                for (char a = FIRST_PRINTABLE + 1; a <= LAST_PRINTABLE; a++) {
                    for (char b = FIRST_PRINTABLE + 1; b <= LAST_PRINTABLE; b++) {
                        boolean upper = Character.isUpperCase(a) || Character.isUpperCase(b);
                        if (!folds || !upper) {
                            pairs.add("" + a + b);
                        }
                    }
                }
                pairs.add("a");
                insert(connection, pairs);
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("SELECT COUNT(DISTINCT c) FROM t")) {
                    rows.next();
                    assertThat(rows.getInt(1))
                            .as("%s of %s", collation.name(), server)
                            .isEqualTo(pairs.size());
                }
            }
        }
    }

    private List<Collation> knownCollations(Connection connection) throws SQLException {
        // MariaDB lists its UCA 14 collations once for all character sets; this table has the pairs, and whole names.
        boolean mariaDb = server.flavor() == Flavor.MARIADB;
        String sql = "SELECT CHARACTER_SET_NAME, " + (mariaDb ? "FULL_COLLATION_NAME" : "COLLATION_NAME")
                + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY ORDER BY 1, 2";
        List<Collation> known = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                if (rows.getString(1) != null && rows.getString(2) != null) {
                    Collation collation = new Collation(rows.getString(1), rows.getString(2));
                    if (collation.isKnown()) {
                        known.add(collation);
                    }
                }
            }
        }
        return known;
    }

    /** Makes table {@code t}, and gives what is known of its column as the server then describes it. */
    private static StringEquality createTable(Connection connection, Collation collation, String type)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS t");
            statement.execute("CREATE TABLE t (n INT PRIMARY KEY, c %s(20) CHARACTER SET %s COLLATE %s)"
                    .formatted(type, collation.charset(), collation.name()));
        }
        ColumnMetadata column = new DatabaseReader(connection, DATABASE)
                .read("t")
                .getFirst()
                .columns()
                .get(1);
        StringEquality equality = KnownCollations.equalityOf(column);
        if (equality == null) {
            throw new IllegalStateException(column + " of a table made with " + collation + " is not known");
        }
        return equality;
    }

    /** Each character between two others, so that neither padding nor stripping hides it. */
    private static void insertPrintables(Connection connection) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (char c = FIRST_PRINTABLE; c <= LAST_PRINTABLE; c++) {
            texts.add("0" + c + "0");
        }
        insert(connection, texts);
    }

    private static void insert(Connection connection, List<String> texts) throws SQLException {
        StringBuilder rows = new StringBuilder("INSERT INTO t VALUES ");
        for (int i = 0; i < texts.size(); i++) {
            String hex = HexFormat.of().formatHex(texts.get(i).getBytes(StandardCharsets.US_ASCII));
            rows.append(i == 0 ? "" : ",")
                    .append('(')
                    .append(i)
                    .append(",X'")
                    .append(hex)
                    .append("')");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(rows.toString());
        }
    }

    private static List<String> equalPairs(Connection connection) throws SQLException {
        String sql = "SELECT a.n, b.n FROM t a JOIN t b ON a.c = b.c AND a.n < b.n ORDER BY 1, 2";
        List<String> pairs = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                pairs.add("" + (char) (FIRST_PRINTABLE + rows.getInt(1)) + (char) (FIRST_PRINTABLE + rows.getInt(2)));
            }
        }
        return pairs;
    }

    private static List<String> expectedPairs(boolean folds) {
        List<String> pairs = new ArrayList<>();
        for (char c = 'A'; folds && c <= 'Z'; c++) {
            pairs.add("" + c + Character.toLowerCase(c));
        }
        return pairs;
    }

    private static boolean insertIsDuplicate(Connection connection, String first, String second) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE t ADD UNIQUE (c)");
            statement.execute("INSERT INTO t VALUES (1, '%s')".formatted(first));
            return statement.executeUpdate("INSERT IGNORE INTO t VALUES (2, '%s')".formatted(second)) == 0;
        }
    }
}
