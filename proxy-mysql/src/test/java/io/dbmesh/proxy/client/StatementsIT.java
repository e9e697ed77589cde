package io.dbmesh.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.proxy.client.Stage.Layout;
import io.dbmesh.testkit.BothFlavors;
import io.dbmesh.testkit.Flavor;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each client sees of the mesh what it sees of one server, statement by statement. */
@BothFlavors
class StatementsIT {
    private static final List<String> SCENARIOS = List.of("types", "ddl", "rows", "transactions", "errors", "session");

    private final Flavor flavor;

    StatementsIT(Flavor flavor) {
        this.flavor = flavor;
    }

    static Stream<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (KnownClient client : KnownClient.values()) {
            for (Layout layout : Layout.values()) {
                SCENARIOS.forEach(scenario -> all.add(Arguments.of(client, layout, scenario)));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("everything")
    void mesh_answersAsOneServer(KnownClient known, Layout layout, String name) throws SQLException {
        Stage stage = Stage.of(flavor);
        Scenario scenario = Scenario.load(name, flavor, layout);
        List<Step> asked = layout == Layout.PLAIN
                ? scenario.steps()
                : scenario.steps().stream()
                        .filter(step -> step.refusal() == null)
                        .toList();

        List<Step> steps = Stage.WITHOUT_MESH ? asked : scenario.steps();

        Client client = known.client();
        Endpoint direct = stage.direct(layout.schema());
        Endpoint mesh = stage.mesh(layout.schema());
        clear(direct);
        clear(mesh);
        List<List<String>> fromDirect = client.run(direct, asked);
        List<List<String>> fromMesh = client.run(mesh, steps);

        List<Difference> differences = Difference.between(steps, asked, fromDirect, fromMesh);
        Client withoutCursors = known.withoutCursors();
        if (withoutCursors != null && !differences.isEmpty()) {
            clear(direct);
            List<List<String>> plainly = withoutCursors.run(direct, asked);
            differences = new ArrayList<>(differences);
            differences.removeAll(
                    answeredWithoutCursor(layout, differences, Difference.between(steps, asked, plainly, fromMesh)));
        }
        differences = new ArrayList<>(differences);
        differences.removeIf(StatementsIT::isRefusedWhenExecuted);
        Client preparingAnew = known.preparingAnew();
        if (preparingAnew != null && !differences.isEmpty()) {
            clear(direct);
            List<List<String>> anew = preparingAnew.run(direct, asked);
            differences.removeAll(
                    answeredAsIfPreparedAnew(differences, Difference.between(steps, asked, anew, fromMesh)));
        }
        report(name, steps.size(), differences);
    }

    /** A SET that a server refuses to prepare is prepared by the mesh, and refused when it is executed. */
    private static boolean isRefusedWhenExecuted(Difference difference) {
        List<String> got = difference.got();
        return difference.step().sql().startsWith("SET ")
                && got.size() == 2
                && got.getFirst().equals("parameters 0")
                && got.getLast().equals(difference.wanted());
    }

    /**
     * MySQL remembers with which types a statement's parameters have once been executed. The mesh executes it on whichever
     * connection is free: it must answer as a server that has just prepared the statement.
     */
    private static List<Difference> answeredAsIfPreparedAnew(List<Difference> cached, List<Difference> anew) {
        return cached.stream()
                .filter(difference -> difference.step().sql().startsWith("SELECT ?"))
                .filter(difference ->
                        anew.stream().noneMatch(other -> other.step().equals(difference.step())))
                .toList();
    }

    /**
     * Servers define the columns of a cursor's rows otherwise than those of the same rows sent at once. The mesh opens no
     * cursor for a statement over several shards and for one that it answers itself ({@code docs/divergences.md}): these must
     * be answered as by a server that was not asked for a cursor.
     */
    private static List<Difference> answeredWithoutCursor(
            Layout layout, List<Difference> withCursor, List<Difference> withoutCursor) {
        return withCursor.stream()
                .filter(difference ->
                        layout == Layout.SHARDED || difference.step().sql().startsWith("SHOW "))
                .filter(difference ->
                        withoutCursor.stream().noneMatch(other -> other.step().equals(difference.step())))
                .toList();
    }

    private static void report(String name, int steps, List<Difference> differences) {
        assertThat(differences)
                .withFailMessage(() -> differences.size() + " of " + steps + " steps of " + name
                        + ".steps differ:\n"
                        + differences.stream().map(Difference::toString).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    /** Drops what a test that failed may have left, whatever test it was. */
    private void clear(Endpoint endpoint) throws SQLException {
        try (Connection connection = JdbcClient.mariaDb("", false).connect(endpoint);
                Statement statement = connection.createStatement()) {
            statement.execute("SET foreign_key_checks = 0");
            for (String scenario : SCENARIOS) {
                for (String table :
                        Scenario.load(scenario, flavor, Layout.PLAIN).tables()) {
                    statement.execute("DROP TABLE IF EXISTS " + table);
                }
            }
        }
    }
}
