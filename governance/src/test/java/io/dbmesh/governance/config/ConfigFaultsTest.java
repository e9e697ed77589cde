package io.dbmesh.governance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Golden: {@code bad.cases} holds documents and the exact faults of each. */
@NullMarked
class ConfigFaultsTest {
    private static final Path CASES = Path.of("src/test/resources/config/bad.cases");
    private static final String CASE = "=== ";
    private static final String FAULTS = "--- faults\n";

    private record BadDocument(String name, String text, String faults) {}

    @TestFactory
    Stream<DynamicTest> badDocument_isRefusedWithAllItsFaults() throws IOException {
        return cases().stream()
                .map(bad -> DynamicTest.dynamicTest(bad.name(), () -> {
                    assertThat(faultsOf(bad.text())).isEqualTo(bad.faults());
                    assertThat(bad.faults()).isNotBlank();
                }));
    }

    @Test
    void goldenUpdate_rewritesTheFaults() throws IOException {
        String content = Files.readString(CASES);
        StringBuilder updated = new StringBuilder(content.substring(0, content.indexOf(CASE)));
        for (BadDocument bad : cases()) {
            updated.append(CASE)
                    .append(bad.name())
                    .append('\n')
                    .append(bad.text())
                    .append(FAULTS);
            updated.append(faultsOf(bad.text())).append('\n');
        }
        if ("update".equals(System.getProperty("golden")) && System.getenv("CI") == null) {
            Files.writeString(CASES, updated);
        } else {
            assertThat(updated).hasToString(content);
        }
    }

    private static List<BadDocument> cases() throws IOException {
        List<BadDocument> cases = new ArrayList<>();
        for (String section : Files.readString(CASES).split("(?m)^" + CASE)) {
            int faults = section.indexOf(FAULTS);
            if (faults >= 0) {
                int text = section.indexOf('\n') + 1;
                String expected = section.substring(faults + FAULTS.length()).strip();
                cases.add(new BadDocument(
                        section.substring(0, text).strip(),
                        section.substring(text, faults),
                        expected.isEmpty() ? "" : expected + "\n"));
            }
        }
        return cases;
    }

    private static String faultsOf(String document) {
        MeshException refusal =
                catchThrowableOfType(MeshException.class, () -> ConfigDocument.parse("mesh.yaml", document));
        assertThat(refusal).as("accepted:\n%s", document).isNotNull();
        assertThat(refusal.error()).isEqualTo(MeshError.CONFIG_INVALID);
        return refusal.message() + "\n";
    }
}
