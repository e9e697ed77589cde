package io.dbmesh.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of Maven's repositories, taken from the local one, else fetched by Maven itself, so that its mirrors, proxies
 * and checksums apply. The servers are no ordinary dependencies: who only compiles shall not wait for 700 MB.
 *
 * @param classifier empty for none
 */
record MavenArtifact(String group, String name, String version, String extension, String classifier) {
    private static final Logger LOG = LoggerFactory.getLogger(MavenArtifact.class);
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:get";
    private static final int TAIL_CHARACTERS = 2_000;

    /** The file in the local repository. May take minutes the first time. */
    Path fetch() {
        for (Path repository : localRepositories()) {
            Path file = repository.resolve(pathInRepository());
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return download(localRepositories().getFirst());
    }

    private Path download(Path repository) {
        List<String> command = new ArrayList<>(List.of(
                maven().toString(),
                "--batch-mode",
                "--no-transfer-progress",
                "-Dmaven.repo.local=" + repository,
                GOAL,
                "-Dtransitive=false",
                "-Dartifact=" + coordinates()));
        LOG.info("Fetching {} through Maven, once; the servers have up to 550 MB", coordinates());
        try {
            Path log = Files.createTempFile("dbmesh-maven-", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        // Away from any project, whose pom Maven would read first.
                        .directory(log.getRoot().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
                builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
                int status = builder.start().waitFor();
                Path file = repository.resolve(pathInRepository());
                if (status != 0 || !Files.isRegularFile(file)) {
                    throw new ServerStartException("Maven could not fetch " + coordinates() + " (exit status " + status
                            + "). Run it by hand: " + String.join(" ", command) + "\n" + tail(log));
                }
                return file;
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new ServerStartException("Cannot run Maven to fetch " + coordinates(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("Interrupted while Maven fetched " + coordinates(), e);
        }
    }

    private String pathInRepository() {
        return String.join("/", group.replace('.', '/'), name, version, fileName());
    }

    private String fileName() {
        return name + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + "." + extension;
    }

    private String coordinates() {
        String required = String.join(":", group, name, version, extension);
        return classifier.isEmpty() ? required : required + ":" + classifier;
    }

    /** The one that Maven was told to use, which Surefire passes on, before the usual one. */
    private static List<Path> localRepositories() {
        return Stream.of(
                        Optional.ofNullable(System.getProperty("maven.repo.local")),
                        Optional.ofNullable(System.getProperty("localRepository")),
                        Optional.of(Path.of(System.getProperty("user.home"), ".m2", "repository")
                                .toString()))
                .flatMap(Optional::stream)
                .map(Path::of)
                .toList();
    }

    private static Path maven() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path installed = Path.of(folder, "mvn");
            if (Files.isExecutable(installed)) {
                return installed;
            }
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path wrapper = folder.resolve("mvnw");
            if (Files.isExecutable(wrapper)) {
                return wrapper;
            }
        }
        throw new ServerStartException("The servers for tests come through Maven, and there is neither mvn on the PATH"
                + " nor mvnw in this folder or above; start from DBMesh's folder");
    }

    private static String tail(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS));
    }
}
