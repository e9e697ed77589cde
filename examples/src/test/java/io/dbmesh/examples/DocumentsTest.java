package io.dbmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.governance.config.ConfigDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps what the documents say true: their links, commands and samples. */
class DocumentsTest {
    private static final SourceTree SOURCES = SourceTree.ofRepository();
    private static final Path ROOT = SOURCES.root();
    private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\\./dbmesh ([a-z]+)");
    private static final Pattern OPTION = Pattern.compile("\\./dbmesh ([a-z]+)[^\n`]*? (--[a-z-]+)");

    @Test
    void links_leadToFiles() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path document : documents()) {
            for (String target : matches(LINK, read(document))) {
                String path = target.replaceFirst("#.*", "");
                boolean external = target.contains("://");
                if (!external && !path.isEmpty() && !Files.exists(document.resolveSibling(path))) {
                    faults.add(SOURCES.relative(document) + " links to " + target);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void yamlSamples_areValidConfigurations() throws IOException {
        for (String document : List.of("README.md", "docs/configuration.md")) {
            List<String> samples = matches(YAML, read(ROOT.resolve(document)));
            assertThat(samples).as(document).isNotEmpty();
            samples.forEach(sample -> ConfigDocument.parse(document, sample));
        }
    }

    @Test
    void readmesConfiguration_hasWhatItsCommentsSay() throws IOException {
        String sample = matches(YAML, read(ROOT.resolve("README.md"))).getFirst();
        MeshConfig config = ConfigDocument.parse("README.md", sample);
        assertThat(config.schemas().get("sbtest").shards()).hasSize(2);
        assertThat(config.schemas().get("plain").isSharded()).isFalse();
    }

    @Test
    void shopsConfiguration_isValid() {
        assertThat(ConfigDocument.parse("mesh.yaml", ShopFile.MESH.text()).schemas())
                .containsOnlyKeys("shop");
    }

    @Test
    void commands_areThoseOfTheLauncher() throws Exception {
        String help = helpOfLauncher();
        for (Path document : documents()) {
            for (String command : matches(COMMAND, read(document))) {
                assertThat(help)
                        .as("%s names ./dbmesh %s", document, command)
                        .containsPattern("\n  " + command + "\\b");
            }
        }
        assertThat(matches(COMMAND, read(ROOT.resolve("README.md")))).contains("demo", "test", "check", "proxy");
    }

    @Test
    void optionsOfCommands_areInTheLaunchersHelp() throws Exception {
        String help = helpOfLauncher();
        for (MatchResult found :
                OPTION.matcher(read(ROOT.resolve("README.md"))).results().toList()) {
            if (!found.group(2).equals("--help")) {
                assertThat(help).containsPattern("\n  " + found.group(1) + " .*" + found.group(2));
            }
        }
    }

    private static String helpOfLauncher() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ROOT.resolve("dbmesh").toString(), "--help")
                .redirectErrorStream(true)
                .start();
        String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(help).isZero();
        return help;
    }

    private static List<Path> documents() {
        return SOURCES.textFiles().stream()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
