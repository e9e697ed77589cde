package io.dbmesh.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Statements for the user to try.
 *
 * @param shows what they show, in one sentence
 * @param statements to be run one after the other on one connection, without semicolons
 * @param refused whether the mesh refuses them
 */
record Suggestion(String shows, List<String> statements, boolean refused) {
    private static final String REFUSED = "Refused:";

    Suggestion {
        statements = List.copyOf(statements);
    }

    /** Those of {@link ShopFile#QUERIES}: paragraphs of a comment and statements. */
    static List<Suggestion> all() {
        List<Suggestion> suggestions = new ArrayList<>();
        for (String paragraph : ShopFile.QUERIES.text().split("\n\\s*\n", -1)) {
            List<String> statements = ShopFile.statements(paragraph);
            if (!statements.isEmpty()) {
                String shows = paragraph
                        .lines()
                        .filter(line -> line.startsWith("--"))
                        .map(line -> line.substring(2).strip())
                        .collect(Collectors.joining(" "));
                suggestions.add(new Suggestion(shows, statements, shows.startsWith(REFUSED)));
            }
        }
        return suggestions;
    }
}
