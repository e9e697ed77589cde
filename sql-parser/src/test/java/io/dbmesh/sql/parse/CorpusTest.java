package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.Read;
import io.dbmesh.sql.tree.Query;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements of every kind, one a line in {@code corpus/<topic>.sql}. */
class CorpusTest {
    static Stream<String> statements(String topic) {
        try (InputStream in = CorpusTest.class.getResourceAsStream("/corpus/" + topic + ".sql")) {
            assertThat(in).as(topic).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean belongs(String topic, Statement statement) {
        return switch (topic) {
            case "select" -> statement instanceof Query;
            case "insert" -> statement instanceof Statement.Insert;
            case "update-delete" -> statement instanceof Statement.Update || statement instanceof Statement.Delete;
            case "transaction" -> statement instanceof Statement.Transaction;
            case "ddl" -> statement instanceof Statement.Ddl;
            case "other" -> statement instanceof Statement.Other;
            default -> !(statement instanceof Statement.Other);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"select", "insert", "update-delete", "transaction", "set", "show-explain", "ddl", "mesh", "other"
            })
    void statement_parsesWithSpansNested(String topic) {
        statements(topic).forEach(sql -> {
            Digest digest = Read.digest(sql);
            assertThatCode(() -> {
                        Statement statement = new SqlParser().parse(digest);
                        if (!topic.equals("mesh")) {
                            assertThat(belongs(topic, statement))
                                    .as(statement.toString())
                                    .isTrue();
                        }
                        Span whole = new Span(0, digest.tokenCount());
                        assertThat(statement.span()).isEqualTo(whole);
                        SpanCheck.check(statement, whole);
                    })
                    .as(sql)
                    .doesNotThrowAnyException();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"select", "insert", "update-delete", "set", "ddl"})
    void prefixOfStatement_isRefusedOrParsed(String topic) {
        Set<Class<?>> refusals = Set.of(SqlSyntaxException.class, TooComplexException.class);
        statements(topic).forEach(sql -> {
            for (int end = 0; end < sql.length(); end += 3) {
                Digest digest = Read.digest(sql.substring(0, end));
                try {
                    SpanCheck.check(new SqlParser().parse(digest), new Span(0, digest.tokenCount()));
                } catch (RuntimeException e) {
                    assertThat(refusals).as("%s at %d: %s", sql, end, e).contains(e.getClass());
                }
            }
        });
    }
}
