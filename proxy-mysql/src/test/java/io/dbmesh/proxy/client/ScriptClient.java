package io.dbmesh.proxy.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A driver of another language, run by a small script that reads one line for each statement and prints what the driver
 * tells. Fields are in Base64, so that nothing needs quoting.
 *
 * @param command the interpreter, the script and its arguments
 */
record ScriptClient(List<String> command) implements Client {
    /** Begins the answer to each statement. */
    private static final String MARK = "==== step";

    @Override
    public List<List<String>> run(Endpoint endpoint, List<Step> steps) {
        String login = String.join(
                "\t",
                endpoint.host(),
                String.valueOf(endpoint.port()),
                endpoint.user(),
                endpoint.password(),
                endpoint.database());
        String input = login + "\n" + steps.stream().map(ScriptClient::line).collect(Collectors.joining());
        return split(Processes.run(command, input));
    }

    private static String line(Step step) {
        StringBuilder line = new StringBuilder(encode(step.sql()));
        for (Parameter parameter : step.parameters()) {
            line.append('\t').append(parameter.kind()).append(':').append(encode(parameter.text()));
        }
        return line.append('\n').toString();
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<List<String>> split(String output) {
        List<List<String>> answers = new ArrayList<>();
        output.lines().forEach(line -> {
            if (line.startsWith(MARK)) {
                answers.add(new ArrayList<>());
            } else if (answers.isEmpty()) {
                throw new IllegalStateException("the script failed:\n" + output);
            } else {
                answers.getLast().add(line);
            }
        });
        return answers;
    }
}
