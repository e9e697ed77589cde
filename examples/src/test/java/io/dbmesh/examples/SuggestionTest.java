package io.dbmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    @Test
    void suggestions_sayWhatTheyShow() {
        assertThat(Suggestion.all())
                .hasSizeGreaterThan(10)
                .allMatch(suggestion -> suggestion.shows().endsWith("."));
    }

    @Test
    void oneSuggestion_isRefused() {
        assertThat(Suggestion.all().stream().filter(Suggestion::refused)).hasSize(1);
    }

    @Test
    void statements_areDividedByTheirSemicolons() {
        assertThat(ShopFile.statements("-- two\nSELECT 1;\n\nSELECT 'a;b',\n  2;\n"))
                .isEqualTo(List.of("SELECT 1", "SELECT 'a;b',\n  2"));
    }

    @Test
    void unendedStatement_isRefused() {
        assertThatThrownBy(() -> ShopFile.statements("SELECT 1")).hasMessage("No semicolon ends: SELECT 1");
    }
}
