package io.dbmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.dbmesh.engine.error.MeshError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the house rules on sources that no compiler or formatter holds. */
class TidyTest {
    private static final int MOST_LINES_OF_FILE = 600;
    private static final int MOST_LINES_OF_METHOD = 70;
    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Util|Utils|Helper|Helpers|Manager|Impl)|Abstract.+");

    /** Written in parts, so that this file does not hold them. */
    private static final Pattern LEFT_OVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");

    private static final SourceTree SOURCES = SourceTree.ofRepository();
    private static SourceTree.Parsed parsed;

    @BeforeAll
    static void readSources() {
        parsed = SOURCES.parse();
    }

    @Test
    void sources_areFound() {
        assertThat(SOURCES.javaFiles()).hasSizeGreaterThan(100);
        assertThat(parsed.units()).hasSameSizeAs(SOURCES.javaFiles());
    }

    @Test
    void mainPackages_haveANullMarkedPackageInfo() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path folder : new TreeSet<>(
                SOURCES.mainJavaFiles().stream().map(Path::getParent).toList())) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info)) {
                faults.add(SOURCES.relative(folder) + " has no package-info.java");
            } else if (!Pattern.compile("/\\*\\*.*\\*/\\s*@NullMarked\\s+package ", Pattern.DOTALL)
                    .matcher(read(info))
                    .find()) {
                faults.add(SOURCES.relative(info) + " lacks its purpose or @NullMarked");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void files_areShortEnoughToRead() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : SOURCES.javaFiles()) {
            long lines = read(file).lines().count();
            if (lines > MOST_LINES_OF_FILE) {
                faults.add(SOURCES.relative(file) + " has " + lines + " lines, at most " + MOST_LINES_OF_FILE);
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void methods_areShortEnoughToRead() {
        SourcePositions positions = Trees.instance(parsed.task()).getSourcePositions();
        assertThat(scan((unit, faults) -> new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void nothing) {
                        LineMap lines = unit.getLineMap();
                        long last = lines.getLineNumber(positions.getEndPosition(unit, method));
                        long length = last - lines.getLineNumber(positions.getStartPosition(unit, method)) + 1;
                        if (length > MOST_LINES_OF_METHOD) {
                            faults.add(place(unit, method) + ": " + method.getName() + " has " + length
                                    + " lines, at most " + MOST_LINES_OF_METHOD);
                        }
                        return super.visitMethod(method, nothing);
                    }
                }))
                .isEmpty();
    }

    @Test
    void names_sayWhatIsDone() {
        assertThat(scan((unit, faults) -> new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitClass(ClassTree type, Void nothing) {
                        if (VAGUE_NAME.matcher(type.getSimpleName()).matches()) {
                            faults.add(
                                    place(unit, type) + ": " + type.getSimpleName() + " names no thing of the domain");
                        }
                        return super.visitClass(type, nothing);
                    }
                }))
                .isEmpty();
    }

    @Test
    void code_neitherSleepsNorPrintsStackTraces() {
        assertThat(scan((unit, faults) -> new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMemberSelect(MemberSelectTree select, Void nothing) {
                        String name = select.getIdentifier().toString();
                        if (name.equals("sleep") || name.equals("sleepUninterruptibly")) {
                            faults.add(place(unit, select) + ": wait for the event (Awaitility in tests) instead of "
                                    + select);
                        } else if (name.equals("printStackTrace")) {
                            faults.add(place(unit, select) + ": log or throw instead of " + select);
                        }
                        return super.visitMemberSelect(select, nothing);
                    }
                }))
                .isEmpty();
    }

    @Test
    void tests_areNotDisabled() {
        assertThat(scan((unit, faults) -> new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitAnnotation(AnnotationTree annotation, Void nothing) {
                        if (annotation.getAnnotationType().toString().endsWith("Disabled")) {
                            faults.add(place(unit, annotation) + ": " + annotation);
                        }
                        return super.visitAnnotation(annotation, nothing);
                    }
                }))
                .isEmpty();
    }

    @Test
    void texts_holdNoLeftOverMarkers() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : SOURCES.textFiles()) {
            List<String> lines = read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (LEFT_OVER.matcher(lines.get(i)).find()) {
                    faults.add(SOURCES.relative(file) + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void errorIds_areUnique() {
        assertThat(Arrays.stream(MeshError.values()).map(MeshError::id).collect(Collectors.toList()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("DBM-\\d{4}"));
    }

    /** Makes the scanner of one file, which adds to the faults. */
    private interface Rule {
        TreeScanner<Void, Void> scanner(CompilationUnitTree unit, List<String> faults);
    }

    private static List<String> scan(Rule rule) {
        List<String> faults = new ArrayList<>();
        for (CompilationUnitTree unit : parsed.units()) {
            rule.scanner(unit, faults).scan(unit, null);
        }
        return faults;
    }

    private static String place(CompilationUnitTree unit, Tree tree) {
        long start = Trees.instance(parsed.task()).getSourcePositions().getStartPosition(unit, tree);
        return SOURCES.relative(Path.of(unit.getSourceFile().toUri())) + ":"
                + unit.getLineMap().getLineNumber(start);
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
