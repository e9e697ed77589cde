package io.dbmesh.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden plans in {@code src/test/resources/plans}. A case is lines of SQL and then its plan, indented by two spaces;
 * cases are parted by empty lines. {@code # text} is a comment, {@code # schema NAME} says which schema is the current one from
 * there on ({@code none}: no schema). {@code -Dgolden=update} writes the plans anew, for looking at the difference.
 */
class PlanCasesTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/plans");
    private static final String SCHEMA = "# schema ";
    private static final String INDENT = "  ";

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void plans_areThoseOfTheFile(Path file) throws IOException {
        assertThat(file.toString()).endsWith(".cases");
        List<String> expected = Files.readAllLines(file);
        List<String> actual = plannedAnew(expected);
        if ("update".equals(System.getProperty("golden"))) {
            assertThat(System.getenv("CI"))
                    .as("golden files are not updated in CI")
                    .isNull();
            Files.write(file, actual);
            return;
        }
        assertThat(String.join("\n", actual))
                .as("%s; -Dgolden=update writes it anew", file)
                .isEqualTo(String.join("\n", expected));
    }

    private static List<String> plannedAnew(List<String> lines) {
        List<String> result = new ArrayList<>();
        List<String> sql = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String schema = "shop";
        for (String line : Stream.concat(lines.stream(), Stream.of("")).toList()) {
            if (line.startsWith(SCHEMA)) {
                schema = line.substring(SCHEMA.length());
            }
            if (line.isEmpty() && !sql.isEmpty()) {
                String statement = String.join("\n", sql);
                assertThat(seen.add(schema + ": " + statement))
                        .as("twice: %s", statement)
                        .isTrue();
                result.addAll(sql);
                PlanPrinter.print(TestMesh.plan(schema, statement))
                        .lines()
                        .forEach(printed -> result.add(INDENT + printed));
                sql.clear();
            }
            if (line.startsWith("#") || line.isEmpty()) {
                result.add(line);
            } else if (!line.startsWith(INDENT)) {
                sql.add(line);
            }
        }
        result.removeLast();
        return result;
    }
}
