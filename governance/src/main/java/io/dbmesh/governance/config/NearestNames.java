package io.dbmesh.governance.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known name was meant by an unknown one. */
final class NearestNames {
    private static final int MAX_LISTED = 20;

    private NearestNames() {}

    /** {@code ; did you mean 'shards'? allowed: default, shards, tables}. */
    static String hint(String unknown, Collection<String> known) {
        String guess = nearest(unknown, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse(";");
        return guess + " allowed: " + list(known);
    }

    private static String list(Collection<String> known) {
        if (known.isEmpty()) {
            return "nothing, as none is configured";
        }
        List<String> listed = known.stream().limit(MAX_LISTED).toList();
        return String.join(", ", listed) + (known.size() > MAX_LISTED ? ", ..." : "");
    }

    /** A name that is reached by few changes of single characters: at most a third of them. */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        String best = null;
        int bestDistance = Math.max(1, unknown.length() / 3) + 1;
        for (String name : known) {
            int distance = distance(unknown.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT), bestDistance);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Insertions, deletions, replacements and swaps of neighbours; {@code limit} stands for everything above it. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : step(cost, a, b, i, j);
            }
        }
        return Math.min(cost[a.length()][b.length()], limit);
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
