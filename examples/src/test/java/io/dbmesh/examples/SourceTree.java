package io.dbmesh.examples;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The sources of all modules, as files and as syntax trees. Nothing generated is among them. */
final class SourceTree {
    private static final Set<String> TEXT_ENDINGS =
            Set.of(".java", ".g4", ".xml", ".yaml", ".yml", ".sql", ".sh", ".properties", ".cases", ".md", ".py");

    private final Path root;

    private SourceTree(Path root) {
        this.root = root;
    }

    /** The repository that the test runs in: the nearest folder above with Maven's wrapper. */
    static SourceTree ofRepository() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("mvnw"))) {
                return new SourceTree(folder);
            }
        }
        throw new IllegalStateException("No folder above " + Path.of("").toAbsolutePath() + " holds mvnw");
    }

    Path root() {
        return root;
    }

    /** Relative to the repository, for messages. */
    Path relative(Path file) {
        return root.relativize(file);
    }

    /** Each {@code src/main/java} and {@code src/test/java}. */
    List<Path> javaFiles() {
        return files(file -> file.toString().endsWith(".java") && inSources(file));
    }

    List<Path> mainJavaFiles() {
        return files(file ->
                file.toString().endsWith(".java") && relative(file).toString().contains("/src/main/java/"));
    }

    /** Sources, resources, documents and scripts. */
    List<Path> textFiles() {
        return files(file -> {
            String name = file.getFileName().toString();
            boolean text = TEXT_ENDINGS.stream().anyMatch(name::endsWith);
            return (text && (inSources(file) || !relative(file).toString().contains("/src/")))
                    || Set.of("dbmesh", "run").contains(name);
        });
    }

    private boolean inSources(Path file) {
        String path = relative(file).toString();
        return path.contains("/src/main/") || path.contains("/src/test/");
    }

    private List<Path> files(Predicate<Path> wanted) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(relative(file).toString().split("/"))
                            .noneMatch(part -> part.equals("target") || part.equals(".git")))
                    .filter(wanted)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The syntax trees of all Java files, with the positions that {@code task} can tell. */
    Parsed parse() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        JavacTask task = (JavacTask) compiler.getTask(
                null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(javaFiles()));
        try {
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            return new Parsed(task, units);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Parsed(JavacTask task, List<CompilationUnitTree> units) {}
}
