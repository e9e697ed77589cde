package io.dbmesh.engine.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MeshErrorTest {
    private static final Path PAGE = Path.of("..", "docs", "errors.md");

    @Test
    void ids_areUniqueAndOrdered() {
        assertThat(Arrays.stream(MeshError.values()).map(MeshError::id))
                .doesNotHaveDuplicates()
                .isSorted()
                .allMatch(Pattern.compile("DBM-[1-9][0-9]{3}").asMatchPredicate());
    }

    @Test
    void sqlStates_haveFiveCharacters() {
        assertThat(MeshError.values()).allSatisfy(error -> {
            assertThat(error.sqlState()).matches("[0-9A-Z]{5}");
            assertThat(error.errno()).isBetween(1000, 9999);
        });
    }

    @Test
    void texts_sayWhatAndWhatToDo() {
        assertThat(MeshError.values()).allSatisfy(error -> {
            assertThat(error.template()).isNotBlank();
            assertThat(error.advice()).endsWith(".");
        });
    }

    @Test
    void format_fillsNamesInOrder() {
        assertThat(MeshError.SYNTAX.format("MySQL", "FORM t", 3))
                .endsWith("right syntax to use near 'FORM t' at line 3");
        assertThat(MeshError.NO_DATABASE_SELECTED.format()).isEqualTo("No database selected");
    }

    @Test
    void format_keepsBracesOfArguments() {
        assertThat(MeshError.UNKNOWN_DATABASE.format("{schema}{x}")).isEqualTo("Unknown database '{schema}{x}'");
    }

    @Test
    void format_ofWrongNumberOfArguments_isCaughtInTests() {
        assertThatThrownBy(() -> MeshError.SYNTAX.format("MySQL", "near")).isInstanceOf(AssertionError.class);
    }

    @Test
    void exception_carriesEntryAndPlace() {
        MeshException exception = MeshException.at(2, 7, MeshError.UNKNOWN_COLUMN, "c", "field list");
        assertThat(exception.message()).isEqualTo("Unknown column 'c' in 'field list'");
        assertThat(exception.line()).isEqualTo(2);
        assertThat(exception.column()).isEqualTo(7);
        assertThat(exception.describe()).startsWith("DBM-1005: Unknown column 'c' in 'field list' [");
    }

    @Test
    void exception_hasStackTraceOnlyWhereItHelps() {
        assertThat(new MeshException(MeshError.NO_DATABASE_SELECTED).getStackTrace())
                .isEmpty();
        assertThat(new MeshException(MeshError.INTERNAL, "x").getStackTrace()).isNotEmpty();
    }

    /** {@code -Dgolden=update} rewrites the page. */
    @Test
    void page_isMadeFromTheCatalogue() throws IOException {
        String expected = page();
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(PAGE, expected);
        }
        assertThat(PAGE).exists().content().isEqualTo(expected);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Errors of DBMesh

                Made from `MeshError` by `MeshErrorTest` (`-Dgolden=update` writes it anew); do not edit.
                Errors of a backend server are passed on as they came and are not listed here.

                An id never changes its meaning. Errno and SQLSTATE are what the client sees. The SQLSTATE class `08` makes
                drivers and client pools give their connection up, so only errors that end the client's own connection have it.

                """);
        for (Blame blame : Blame.values()) {
            page.append("## ").append(title(blame)).append("\n\n");
            page.append("| id | errno | SQLSTATE | message | what to do |\n|---|---|---|---|---|\n");
            for (MeshError error : MeshError.values()) {
                if (error.blame() == blame) {
                    page.append("| ")
                            .append(String.join(
                                    " | ",
                                    error.id(),
                                    String.valueOf(error.errno()),
                                    error.sqlState(),
                                    cell(error.template()),
                                    cell(error.advice())))
                            .append(" |\n");
                }
            }
            page.append('\n');
        }
        return page.toString().stripTrailing() + "\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String title(Blame blame) {
        return switch (blame) {
            case USER -> "The statement, its values or the login";
            case UNSUPPORTED -> "Not supported";
            case BACKEND -> "Backend servers";
            case OVERLOAD -> "Limits";
            case CONFIGURATION -> "Configuration";
            case BUG -> "Faults of DBMesh";
        };
    }
}
