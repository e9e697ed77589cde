package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.Read;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.LiteralKind;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import io.dbmesh.sql.tree.VariableScope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTest {
    private static Statement parse(String sql) {
        return new SqlParser().parse(Read.digest(sql));
    }

    private static List<String> names(List<TableName> tables) {
        return tables.stream().map(TableName::toString).toList();
    }

    private static List<String> texts(List<Identifier> identifiers) {
        return identifiers.stream().map(Identifier::text).toList();
    }

    @Test
    void identifiers_areUnquoted() {
        Query query = (Query) parse("SELECT `a``b` AS 'it''s', \"c\" 'd' FROM `s`.`ü t`");
        Query.Block block = (Query.Block) query.body();
        assertThat(((Expression.Column) block.items().get(0).expression())
                        .name()
                        .text())
                .isEqualTo("a`b");
        assertThat(block.items().get(0).alias().text()).isEqualTo("it's");
        assertThat(block.items().get(1).alias()).isNull();
        assertThat(block.from().get(0).toString()).contains("s.ü t");
    }

    @Test
    void hints_areTokensWithoutNodes() {
        Digest digest = Read.digest("SELECT /*+ x */ a FROM t");
        Query query = (Query) new SqlParser().parse(digest);
        assertThat(((Query.Block) query.body()).itemsSpan()).isEqualTo(new Span(2, 3));
        assertThat(query.span()).isEqualTo(new Span(0, 5));
    }

    @Test
    void ordinals_areThoseOfTheDigest() {
        Digest digest = Read.digest("INSERT INTO t VALUES (1, 'a'), (2, 'b') ON DUPLICATE KEY UPDATE c = 'z'");
        Statement.Insert insert = (Statement.Insert) new SqlParser().parse(digest);
        Expression.Literal cell = (Expression.Literal)
                ((Statement.Insert.Rows) insert.source()).rows().get(0).values().get(1);
        Expression.Literal last =
                (Expression.Literal) insert.onDuplicate().get(0).value();
        assertThat(Read.literal(digest, digest.literalIndex(1, cell.ordinal()))).isEqualTo("'b'");
        assertThat(Read.literal(digest, digest.literalIndex(0, last.ordinal()))).isEqualTo("'z'");
        assertThat(last.kind()).isEqualTo(LiteralKind.STRING);
    }

    @Test
    void intersect_bindsTighterThanUnion() {
        Query query = (Query) parse("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4");
        Query.SetOperation except = (Query.SetOperation) query.body();
        assertThat(except.operator()).isEqualTo(Query.SetOperation.Operator.EXCEPT);
        Query.SetOperation union = (Query.SetOperation) except.left();
        assertThat(union.all()).isTrue();
        assertThat(((Query.SetOperation) union.right()).operator()).isEqualTo(Query.SetOperation.Operator.INTERSECT);
    }

    @Test
    void limit_isReadInBothOrders() {
        for (String sql : List.of("SELECT 1 LIMIT 5, 10", "SELECT 1 LIMIT 10 OFFSET 5")) {
            Digest digest = Read.digest(sql);
            Query.Limit limit = ((Query) new SqlParser().parse(digest)).limit();
            assertThat(Read.literal(digest, ((Expression.Literal) limit.count()).ordinal()))
                    .isEqualTo("10");
            assertThat(Read.literal(digest, ((Expression.Literal) limit.offset()).ordinal()))
                    .isEqualTo("5");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SHOW FULL TABLES FROM db LIKE 'x'|TABLES|true|db",
                "SHOW SCHEMAS|DATABASES|false|",
                "SHOW FULL FIELDS FROM t IN db|COLUMNS|true|db",
                "SHOW KEYS FROM db.t|INDEX|false|",
                "SHOW CREATE TABLE t|CREATE TABLE|false|",
                "SHOW CREATE SCHEMA d|CREATE DATABASE|false|d",
                "SHOW CREATE PROCEDURE p|CREATE PROCEDURE|false|",
                "SHOW TABLE STATUS|TABLE STATUS|false|",
                "SHOW OPEN TABLES|OPEN TABLES|false|",
                "SHOW GLOBAL STATUS|STATUS|false|",
                "SHOW FULL PROCESSLIST|PROCESSLIST|true|",
                "SHOW CHARACTER SET|CHARACTER SET|false|",
                "SHOW ENGINE INNODB STATUS|ENGINE INNODB STATUS|false|",
                "SHOW WARNINGS LIMIT 5|WARNINGS|false|",
                "SHOW GRANTS FOR u|GRANTS|false|"
            })
    void show_isNamed(String sql, String kind, boolean full, String schema) {
        Statement.Show show = (Statement.Show) parse(sql);
        assertThat(show.kind()).isEqualTo(kind);
        assertThat(show.full()).isEqualTo(full);
        assertThat(show.schema() == null ? null : show.schema().text()).isEqualTo(schema);
        assertThat(show.like()).isEqualTo(sql.contains("LIKE") ? 0 : -1);
    }

    @Test
    void set_isTakenApart() {
        Statement.SetVariables set = (Statement.SetVariables)
                parse("SET @A = 1, GLOBAL Max = ON, @@session.x = DEFAULT, y := utf8, LOCAL z = 'a', NAMES utf8");
        assertThat(set.assignments())
                .extracting(Statement.VariableAssignment::name)
                .containsExactly("@A", "max", "x", "y", "z", "names");
        assertThat(set.assignments())
                .extracting(Statement.VariableAssignment::scope)
                .containsExactly(null, VariableScope.GLOBAL, VariableScope.SESSION, null, VariableScope.SESSION, null);
        assertThat(((Expression.Column) set.assignments().get(1).value()).name().text())
                .isEqualTo("ON");
        assertThat(set.assignments().get(2).value()).isInstanceOf(Expression.Constant.class);
    }

    @Test
    void setNames_knowsCharsetAndCollation() {
        assertThat(parse("SET NAMES 'UTF8MB4' COLLATE utf8mb4_bin"))
                .isEqualTo(new Statement.SetNames(new Span(0, 5), false, "utf8mb4", "utf8mb4_bin"));
        assertThat(parse("SET NAMES DEFAULT")).isEqualTo(new Statement.SetNames(new Span(0, 3), false, null, null));
        assertThat(parse("SET CHARACTER SET latin1"))
                .isEqualTo(new Statement.SetNames(new Span(0, 4), true, "latin1", null));
    }

    @Test
    void setTransaction_knowsIsolation() {
        assertThat(parse("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
                .isEqualTo(
                        new Statement.SetTransaction(new Span(0, 10), VariableScope.SESSION, "REPEATABLE READ", true));
        assertThat(parse("SET TRANSACTION READ WRITE"))
                .isEqualTo(new Statement.SetTransaction(new Span(0, 4), null, null, false));
    }

    @Test
    void transaction_knowsChainAndRelease() {
        assertThat(parse("COMMIT AND CHAIN NO RELEASE"))
                .isEqualTo(new Statement.Transaction(
                        new Span(0, 5), Statement.Transaction.Action.COMMIT, null, null, false, true, false));
        assertThat(parse("ROLLBACK WORK AND NO CHAIN RELEASE"))
                .isEqualTo(new Statement.Transaction(
                        new Span(0, 6), Statement.Transaction.Action.ROLLBACK, null, null, false, false, true));
    }

    @Test
    void createTable_knowsColumnsKeysAndReferences() {
        Statement.Ddl ddl =
                (Statement.Ddl) parse("CREATE TABLE IF NOT EXISTS s.t (id SERIAL, a INT AUTO_INCREMENT PRIMARY KEY,"
                        + " b ENUM('x,', ')') REFERENCES u (v) , UNIQUE KEY k (a, b(10), (c + 1)), KEY i (b),"
                        + " CONSTRAINT n UNIQUE (b), FOREIGN KEY (a) REFERENCES s2.w (x)) ENGINE=InnoDB");
        assertThat(ddl.kind()).isEqualTo(Statement.DdlKind.CREATE_TABLE);
        assertThat(ddl.ifExistsOrNot()).isTrue();
        assertThat(names(ddl.tables())).containsExactly("s.t");
        assertThat(names(ddl.referenced())).containsExactly("u", "s2.w");
        assertThat(ddl.columns()).extracting(column -> column.name().text()).containsExactly("id", "a", "b");
        assertThat(ddl.columns())
                .extracting(Statement.ColumnDefinition::autoIncrement)
                .containsExactly(true, true, false);
        assertThat(ddl.keys())
                .extracting(key -> texts(key.columns()))
                .containsExactly(List.of("id"), List.of("a"), List.of("a", "b"), List.of("b"));
        assertThat(ddl.keys()).extracting(Statement.UniqueKey::primary).containsExactly(false, true, false, false);
        assertThat(ddl.keys().get(3).name().text()).isEqualTo("n");
    }

    @Test
    void alterTable_knowsAllItsTables() {
        Statement.Ddl ddl =
                (Statement.Ddl) parse("ALTER TABLE a ADD (x INT, y INT UNIQUE), CHANGE p q INT, RENAME TO s.b,"
                        + " ADD FOREIGN KEY (x) REFERENCES c (d), EXCHANGE PARTITION p WITH TABLE e");
        assertThat(names(ddl.tables())).containsExactly("a", "s.b");
        assertThat(names(ddl.referenced())).containsExactly("c", "e");
        assertThat(ddl.columns()).extracting(column -> column.name().text()).containsExactly("x", "y", "q");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "CALL p()|CALL",
                "LOAD DATA INFILE 'x' INTO TABLE t|LOAD DATA",
                "CREATE USER u|CREATE USER",
                "CREATE DEFINER='a'@'b' PROCEDURE p() SELECT 1|CREATE PROCEDURE",
                "DROP TRIGGER t|DROP TRIGGER",
                "XA START 'x'|XA START",
                "SET PASSWORD = 'x'|SET PASSWORD",
                "KILL @x|KILL",
                "START SLAVE|START SLAVE",
                "LOCK INSTANCE FOR BACKUP|LOCK INSTANCE"
            })
    void other_isNamedByItsFirstWords(String sql, String name) {
        assertThat(((Statement.Other) parse(sql)).name()).isEqualTo(name);
    }

    @Test
    void insertColumns_tellNoneFromEmpty() {
        assertThat(((Statement.Insert) parse("INSERT INTO t VALUES (1)")).columns())
                .isNull();
        Statement.Insert empty = (Statement.Insert) parse("INSERT INTO t () VALUES ()");
        assertThat(empty.columns()).isEmpty();
        assertThat(empty.columnsSpan()).isEqualTo(new Span(3, 5));
    }

    @Test
    void delete_tellsTargetsFromTables() {
        Statement.Delete delete = (Statement.Delete) parse("DELETE a, s.b.* FROM a JOIN s.b USING (id)");
        assertThat(names(delete.targets())).containsExactly("a", "s.b");
        assertThat(delete.tables()).hasSize(1);
        assertThat(((Statement.Delete) parse("DELETE FROM a AS x WHERE x.y = 1")).targets())
                .isEmpty();
    }

    @Test
    void mariaDb_returnsRows() {
        Dialect mariaDb = new Dialect(false, false, false, false, false, true, 110_405);
        Statement.Insert insert = (Statement.Insert)
                new SqlParser().parse(Read.digest("INSERT INTO t (a) VALUES (1) RETURNING id, a AS b", mariaDb));
        assertThat(insert.returning()).hasSize(2);
    }
}
