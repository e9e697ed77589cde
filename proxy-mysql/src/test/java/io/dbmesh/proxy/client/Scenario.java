package io.dbmesh.proxy.client;

import io.dbmesh.proxy.client.Stage.Layout;
import io.dbmesh.testkit.Flavor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Statements that belong together, read from {@code NAME.steps}. In that file
 * <ul>
 *   <li>{@code # text} is a comment;
 *   <li>{@code @tables a, b} names what is dropped before the scenario;
 *   <li>a statement ends with a line that ends with {@code ;};
 *   <li>{@code ? 1, 'text', NULL} after a statement runs it with these parameters, each such line once more;
 *   <li>{@code @unordered} before a statement: its rows may come in any order;
 *   <li>{@code @mysql}, {@code @mariadb}: only that server knows the statement;
 *   <li>{@code @plain}: not asked where tables are sharded, because it builds on what is refused there;
 *   <li>{@code @refused text}: a sharded schema answers with errno 1235 (not supported), 1503 (a unique key without the
 *       sharding key) or 1064 (as the mesh's parser words it) and a message that contains the text. One server is then not asked at all, so that both sides still
 *       hold the same rows.
 * </ul>
 */
record Scenario(String name, List<String> tables, List<Step> steps) {
    private static final Pattern PARAMETER = Pattern.compile("x?'(?:[^']|'')*'|[^,\\s][^,]*");

    /** What a flavour's servers can be asked in a layout. */
    static Scenario load(String name, Flavor flavor, Layout layout) {
        return new Reader(flavor, layout).read(name);
    }

    private static final class Reader {
        private final Flavor flavor;
        private final Layout layout;
        private final List<String> tables = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final StringBuilder sql = new StringBuilder();
        private int firstLine;
        private boolean unordered;
        private boolean wanted = true;
        private @Nullable String refusal;
        private @Nullable Step last;

        Reader(Flavor flavor, Layout layout) {
            this.flavor = flavor;
            this.layout = layout;
        }

        Scenario read(String name) {
            List<String> lines = linesOf(name + ".steps");
            for (int i = 0; i < lines.size(); i++) {
                take(i + 1, lines.get(i).strip());
            }
            if (!sql.isEmpty()) {
                throw new IllegalArgumentException(name + ".steps:" + firstLine + ": the statement has no end");
            }
            return new Scenario(name, tables, steps);
        }

        private void take(int number, String line) {
            if (line.isEmpty() || line.startsWith("#")) {
                return;
            }
            if (line.startsWith("@") && sql.isEmpty()) {
                direct(line.split("\\s+", 2));
            } else if (line.startsWith("? ") && sql.isEmpty()) {
                runWith(number, parameters(line.substring(2)));
            } else {
                append(number, line);
            }
        }

        private void direct(String[] words) {
            switch (words[0]) {
                case "@tables" -> Stream.of(words[1].split(",\\s*")).forEach(tables::add);
                case "@unordered" -> unordered = true;
                case "@mysql" -> wanted &= flavor == Flavor.MYSQL;
                case "@mariadb" -> wanted &= flavor == Flavor.MARIADB;
                case "@plain" -> wanted &= layout == Layout.PLAIN;
                case "@refused" -> refusal = words[1];
                default -> throw new IllegalArgumentException("unknown directive " + words[0]);
            }
        }

        private void append(int number, String line) {
            if (sql.isEmpty()) {
                firstLine = number;
            } else {
                sql.append(' ');
            }
            sql.append(line);
            if (line.endsWith(";")) {
                sql.setLength(sql.length() - 1);
                last = null;
                if (wanted) {
                    last = new Step(firstLine, sql.toString(), List.of(), unordered, refusal);
                    steps.add(last);
                }
                sql.setLength(0);
                unordered = false;
                wanted = true;
                refusal = null;
            }
        }

        /** The first parameters replace the step without any. */
        private void runWith(int number, List<Parameter> parameters) {
            if (last == null) {
                return;
            }
            if (steps.getLast() == last) {
                steps.removeLast();
            }
            steps.add(new Step(number, last.sql(), parameters, last.unordered(), last.refusal()));
        }

        private static List<Parameter> parameters(String text) {
            List<Parameter> parameters = new ArrayList<>();
            Matcher matcher = PARAMETER.matcher(text);
            while (matcher.find()) {
                parameters.add(new Parameter(matcher.group().strip()));
            }
            return parameters;
        }

        private static List<String> linesOf(String file) {
            try (InputStream in = Scenario.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalArgumentException("there is no resource " + file);
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + file, e);
            }
        }
    }
}
