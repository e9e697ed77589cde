package io.dbmesh.governance.config;

import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The configuration document. Its fields are described in {@code docs/configuration.md}.
 *
 * <p>Of YAML, it may use neither anchors and aliases nor tags, and it is bounded in size and depth: nobody needs them here,
 * and they are how a small document becomes a huge one.
 */
public final class ConfigDocument {
    public static final int MAX_BYTES = 1024 * 1024;
    /** The format itself needs seven levels. */
    private static final int MAX_DEPTH = 32;

    private ConfigDocument() {}

    /**
     * Reads and validates a file.
     *
     * @throws MeshException {@link MeshError#CONFIG_UNREADABLE}, or {@link MeshError#CONFIG_INVALID} with all faults
     */
    public static MeshConfig read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException absent) {
            throw MeshException.causedBy(absent, MeshError.CONFIG_UNREADABLE, file, "there is no such file");
        } catch (AccessDeniedException denied) {
            throw MeshException.causedBy(denied, MeshError.CONFIG_UNREADABLE, file, "access is denied");
        } catch (IOException failure) {
            throw MeshException.causedBy(failure, MeshError.CONFIG_UNREADABLE, file, failure.getMessage());
        }
        if (bytes.length > MAX_BYTES) {
            throw new MeshException(
                    MeshError.CONFIG_UNREADABLE, file, "it is longer than " + MAX_BYTES + " bytes, the limit");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parse(String.valueOf(file.getFileName()), text);
        } catch (CharacterCodingException malformed) {
            throw MeshException.causedBy(malformed, MeshError.CONFIG_UNREADABLE, file, "it is not UTF-8 text");
        }
    }

    /**
     * Validates a document's text.
     *
     * @param name by which faults call the document, normally the file's name
     * @throws MeshException {@link MeshError#CONFIG_INVALID} with all faults
     */
    public static MeshConfig parse(String name, String text) {
        Faults faults = new Faults(name);
        if (text.length() > MAX_BYTES) {
            faults.add(1, 1, "the document has " + text.length() + " characters; allowed: at most " + MAX_BYTES);
        }
        faults.throwIfAny();
        Node root = compose(name, text, faults);
        faults.throwIfAny();
        if (root == null) {
            faults.add(1, 1, "the document is empty; allowed: a mapping with the fields " + MeshReader.FIELDS);
            faults.throwIfAny();
            throw new AssertionError();
        }
        MeshConfig config = new MeshReader(new DocumentNode(root, "", faults)).read();
        faults.throwIfAny();
        if (config == null) {
            throw new MeshException(MeshError.INTERNAL, "the configuration " + name + " was refused without a reason");
        }
        return config;
    }

    /** The tree, or null when there is none because of faults or because nothing is written. */
    private static @Nullable Node compose(String name, String text, Faults faults) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setCodePointLimit(MAX_BYTES)
                .setAllowDuplicateKeys(true)
                .build();
        try {
            // First the events alone, which need no recursion: after that the tree is known to be small and flat.
            checkEvents(new Parse(settings).parseString(text), faults);
            return faults.isEmpty() ? new Compose(settings).composeString(text).orElse(null) : null;
        } catch (MarkedYamlEngineException syntax) {
            Optional<Mark> mark = syntax.getProblemMark().or(syntax::getContextMark);
            String context = syntax.getContext() == null ? "" : syntax.getContext() + ": ";
            addAt(mark, "not YAML: " + context + syntax.getProblem(), faults);
        } catch (ReaderException character) {
            String before = text.substring(0, Math.min(character.getPosition(), text.length()));
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            faults.add(line, column, "not YAML: character U+%04X is not allowed".formatted(character.getCodePoint()));
        } catch (YamlEngineException other) {
            faults.add(1, 1, "not YAML: " + other.getMessage());
        }
        return null;
    }

    private static void checkEvents(Iterable<Event> events, Faults faults) {
        int depth = 0;
        int documents = 0;
        for (Event event : events) {
            switch (event) {
                case DocumentStartEvent start -> {
                    documents++;
                    if (documents == 2) {
                        addAt(event.getStartMark(), "a second document begins; allowed: one document", faults);
                        return;
                    }
                }
                case AliasEvent alias ->
                    addAt(event.getStartMark(), "found an alias (*); allowed: the value written out", faults);
                case NodeEvent node -> {
                    checkNode(node, faults);
                    depth += node instanceof CollectionStartEvent ? 1 : 0;
                }
                case CollectionEndEvent end -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                addAt(event.getStartMark(), "nested deeper than " + MAX_DEPTH + " levels; allowed: less", faults);
                return;
            }
        }
    }

    private static void checkNode(NodeEvent node, Faults faults) {
        if (node.getAnchor().isPresent()) {
            addAt(node.getStartMark(), "found an anchor (&); allowed: values without anchors", faults);
        }
        Optional<String> tag =
                switch (node) {
                    case ScalarEvent scalar -> scalar.getTag();
                    case CollectionStartEvent collection -> collection.getTag();
                    default -> Optional.empty();
                };
        if (tag.isPresent()) {
            addAt(node.getStartMark(), "found a tag (!); allowed: values without tags", faults);
        }
    }

    private static void addAt(Optional<Mark> mark, String text, Faults faults) {
        faults.add(
                mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, text);
    }
}
