package io.dbmesh.proxy.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A maker's command line client, as verbose as it can be: tables, column flags, counts and warnings.
 *
 * @param withoutTls the option by which this program does without TLS
 */
record ShellClient(Path program, String withoutTls) implements Client {
    private static final Pattern NUMBERED_ERROR = Pattern.compile("(ERROR \\d+ \\(\\w+\\)) at line (\\d+): (.*)");
    private static final String RULE = "--------------\n";

    @Override
    public List<List<String>> run(Endpoint endpoint, List<Step> steps) {
        List<String> command = command(endpoint);
        command.addAll(
                List.of("-vvv", "--force", "--column-type-info", "--show-warnings", "--unbuffered", "--binary-as-hex"));
        String script =
                steps.stream().map(step -> step.sqlWithLiterals() + ";\n").collect(Collectors.joining());
        try {
            Path errors = Files.createTempFile("dbmesh-client-", ".err");
            try {
                String output = Processes.run(command, script.getBytes(StandardCharsets.UTF_8), errors);
                List<List<String>> answers = split(output, steps);
                Files.readAllLines(errors).forEach(line -> addError(answers, line));
                return answers;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + program, e);
        }
    }

    /** Errors come on a stream of their own, and name the script's line, which is the step's number. */
    private static void addError(List<List<String>> answers, String text) {
        Matcher numbered = NUMBERED_ERROR.matcher(text);
        if (numbered.matches()) {
            answers.get(Integer.parseInt(numbered.group(2)) - 1).add(numbered.group(1) + ": " + numbered.group(3));
        } else if (text.startsWith("ERROR")) {
            answers.getLast().add(text);
        }
    }

    List<String> command(Endpoint endpoint) {
        return new ArrayList<>(List.of(
                program.toString(),
                "--no-defaults",
                "--protocol=tcp",
                "--host=" + endpoint.host(),
                "--port=" + endpoint.port(),
                "--user=" + endpoint.user(),
                "--password=" + endpoint.password(),
                withoutTls,
                "--default-character-set=utf8mb4",
                "--max-allowed-packet=64M",
                "--database=" + endpoint.database()));
    }

    /** The program repeats each statement between two rules, except those that it carries out itself (USE). */
    private static List<List<String>> split(String output, List<Step> steps) {
        List<List<String>> answers = new ArrayList<>();
        int from = -1;
        for (Step step : steps) {
            String echo = RULE + step.sqlWithLiterals() + "\n" + RULE;
            int at = output.indexOf(echo, Math.max(from, 0));
            if (at >= 0) {
                if (!answers.isEmpty() || at > 0) {
                    addTo(answers, output.substring(Math.max(from, 0), at));
                }
                from = at + echo.length();
            }
            answers.add(new ArrayList<>());
        }
        addTo(answers, output.substring(Math.max(from, 0)));
        return answers;
    }

    private static void addTo(List<List<String>> answers, String text) {
        if (answers.isEmpty()) {
            // What was said before the first statement: about the password, or that there is no connection.
            return;
        }
        text.lines()
                .map(line -> line.replaceAll(" \\(\\d+(\\.\\d+)? (sec|min).*?\\)", ""))
                .filter(line -> !line.isEmpty())
                .forEach(answers.getLast()::add);
    }
}
