package io.dbmesh.proxy.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A step to which the mesh did not answer as it should. */
record Difference(Step step, String wanted, List<String> got) {
    private static final int MAX_LINES = 60;

    /** Compares what a client saw of one server, which was not asked what the mesh refuses, with what it saw of the mesh. */
    static List<Difference> between(
            List<Step> steps, List<Step> asked, List<List<String>> direct, List<List<String>> mesh) {
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            int at = asked.indexOf(step);
            Difference difference = i >= mesh.size()
                    ? new Difference(step, "an answer", List.of("none"))
                    : at < 0 ? refused(step, mesh.get(i)) : same(step, answer(direct, at), mesh.get(i));
            if (difference != null) {
                differences.add(difference);
            }
        }
        return differences;
    }

    private static List<String> answer(List<List<String>> answers, int at) {
        return at < answers.size() ? answers.get(at) : List.of("none");
    }

    private static @Nullable Difference same(Step step, List<String> direct, List<String> mesh) {
        List<String> wanted = step.unordered() ? sorted(direct) : direct;
        List<String> got = step.unordered() ? sorted(mesh) : mesh;
        return wanted.equals(got) ? null : new Difference(step, String.join("\n", wanted), got);
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted(Comparator.naturalOrder()).toList();
    }

    private static @Nullable Difference refused(Step step, List<String> mesh) {
        String text = String.join("\n", mesh);
        boolean isRefused = (text.contains("1235") || text.contains("1503") || text.contains("1064"))
                && text.contains(String.valueOf(step.refusal()));
        return isRefused ? null : new Difference(step, "errno 1235, 1503 or 1064 with: " + step.refusal(), mesh);
    }

    @Override
    public String toString() {
        return "line " + step.line() + ": " + step.sqlWithLiterals() + "\n  one server:\n"
                + indented(wanted.lines().toList()) + "\n  the mesh:\n" + indented(got);
    }

    private static String indented(List<String> lines) {
        return lines.stream().limit(MAX_LINES).map(line -> "    " + line).collect(Collectors.joining("\n"));
    }
}
