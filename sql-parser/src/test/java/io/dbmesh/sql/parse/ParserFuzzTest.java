package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.digest.Read;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statements of the corpus with tokens exchanged, dropped and doubled: they parse or are refused, nothing else. */
class ParserFuzzTest {
    private static final int ROUNDS = 10_000;

    private static List<String> tokens(String sql) {
        Digest digest = Read.digest(sql);
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < digest.tokenCount(); i++) {
            tokens.add(Read.token(digest, i));
        }
        return tokens;
    }

    private static void mutate(List<String> tokens, List<String> others, Random random) {
        int at = random.nextInt(tokens.size());
        switch (random.nextInt(4)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.add(at, tokens.get(random.nextInt(tokens.size())));
            case 2 -> tokens.set(at, others.get(random.nextInt(others.size())));
            default -> tokens.addAll(at, others.subList(random.nextInt(others.size()), others.size()));
        }
    }

    private static void parse(String sql) {
        Digest digest = Read.digest(sql);
        try {
            Statement statement = new SqlParser().parse(digest);
            SpanCheck.check(statement, new Span(0, digest.tokenCount()));
        } catch (SqlSyntaxException refused) {
            assertThat(refused.line()).isPositive();
        }
    }

    @Test
    void mutatedStatement_isParsedOrRefused() {
        List<List<String>> corpus = new ArrayList<>();
        for (String topic : List.of("select", "insert", "update-delete", "set", "show-explain", "ddl", "transaction")) {
            CorpusTest.statements(topic).map(ParserFuzzTest::tokens).forEach(corpus::add);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> tokens = new ArrayList<>(corpus.get(random.nextInt(corpus.size())));
            for (int i = 1 + random.nextInt(3); i > 0 && !tokens.isEmpty(); i--) {
                mutate(tokens, corpus.get(random.nextInt(corpus.size())), random);
            }
            String sql = String.join(" ", tokens);
            assertThatCode(() -> parse(sql)).as("seed %d: %s", seed, sql).doesNotThrowAnyException();
        }
    }
}
