package io.dbmesh.proxy.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thousands of random statements give over four shards what they give on one database, or are refused with errno 1235.
 * {@code -Ddifferential.statements=200000} runs more of them, {@code -Ddifferential.seed=N} runs others.
 */
@BothFlavors
class ShardedStatementsIT {
    private static final Logger LOG = LoggerFactory.getLogger(ShardedStatementsIT.class);
    private static final long SEED = Long.getLong("differential.seed", 4);
    private static final int STATEMENTS = Integer.getInteger("differential.statements", 4_000);
    private static final int ENOUGH_DIFFERENCES = 12;

    private final Flavor flavor;
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int statements;

    ShardedStatementsIT(Flavor flavor) {
        this.flavor = flavor;
    }

    @Test
    void statements_giveWhatOneDatabaseGives() throws SQLException {
        try (Twins twins = new Twins(Servers.shared(flavor, 0), Servers.shared(flavor, 1), new Random(SEED))) {
            try (Connection oneText = twins.one(false);
                    Connection manyText = twins.many(false);
                    Connection onePrepared = twins.one(true);
                    Connection manyPrepared = twins.many(true)) {
                RandomStatement.Generator generator = new RandomStatement.Generator(new Random(SEED));
                while (statements < STATEMENTS && differences.size() < ENOUGH_DIFFERENCES) {
                    RandomStatement statement = generator.next();
                    run(oneText, manyText, statement, false);
                    run(onePrepared, manyPrepared, statement, true);
                }
            }
        }
        int refused = refusals.values().stream().mapToInt(Integer::intValue).sum();
        LOG.info("{}: seed {}, {} statements, {} refused: {}", flavor, SEED, statements, refused, refusals);
        assertThat(differences).as("seed %d", SEED).isEmpty();
        assertThat(refused).isLessThan(statements / 2);
    }

    private void run(Connection one, Connection many, RandomStatement statement, boolean prepared) throws SQLException {
        statements++;
        if (!statement.isQuery()) {
            one.setAutoCommit(false);
            many.setAutoCommit(false);
        }
        compare(one, many, statement, prepared);
        if (!statement.isQuery()) {
            String table = statement.table();
            compare(one, many, new RandomStatement("SELECT * FROM " + table, List.of(), 0, false), false);
            one.rollback();
            many.rollback();
            one.setAutoCommit(true);
            many.setAutoCommit(true);
        }
    }

    private void compare(Connection one, Connection many, RandomStatement statement, boolean prepared) {
        Outcome found = Outcome.of(many, statement, prepared);
        if (found.isRefused()) {
            refusals.merge(found.message().replaceAll(".*yet support |;.*", ""), 1, Integer::sum);
            return;
        }
        String difference = Outcome.of(one, statement, prepared).difference(found, statement);
        if (difference != null) {
            RandomStatement explain = new RandomStatement("MESH EXPLAIN " + statement.text(), List.of(), 0, false);
            differences.add((prepared ? "prepared " : "text ") + statement.text() + "\n  " + difference + "\n    "
                    + Outcome.of(many, explain, false).rows());
        }
    }
}
