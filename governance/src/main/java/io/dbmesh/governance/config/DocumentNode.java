package io.dbmesh.governance.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of the document with its place. Reading it as the wrong type notes a fault and gives null or nothing, so that
 * reading goes on and finds the other faults.
 */
final class DocumentNode {
    /** A value of a mapping with its key; {@code name} is the key's text. */
    record Entry(String name, DocumentNode key, DocumentNode value) {}

    private static final int MAX_SHOWN = 60;

    private final Node node;
    /** {@code schemas.shop.tables.orders}; empty for the whole document. */
    private final String path;

    private final Faults faults;

    DocumentNode(Node node, String path, Faults faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    void fault(String text) {
        int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        int column = node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
        faults.add(line, column, path.isEmpty() ? text : path + ": " + text);
    }

    /** Where it is, for faults of other nodes: {@code schemas.shop.default (line 12)}. */
    String place() {
        return path
                + node.getStartMark()
                        .map(mark -> " (line " + (mark.getLine() + 1) + ")")
                        .orElse("");
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    boolean isSequence() {
        return node instanceof SequenceNode;
    }

    /** Whether anything of the document, read so far, is at fault. */
    boolean hasFaults() {
        return !faults.isEmpty();
    }

    /** Nothing stands after the colon, or {@code null} or {@code ~}. */
    boolean isNothing() {
        return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
    }

    /** Text as written: {@code 0123} stays these four characters. Null, with a fault, when it is none. */
    @Nullable String text(String allowed) {
        if (node instanceof ScalarNode scalar && !isNothing()) {
            return scalar.getValue();
        }
        wrongType(allowed);
        return null;
    }

    /** Text that something reads; what that says against it becomes the fault. */
    <T> @Nullable T convert(String allowed, Function<String, T> reader) {
        String text = text(allowed);
        return text == null ? null : guard(() -> reader.apply(text));
    }

    /** The result, or null with the refusal noted as a fault here. */
    <T> @Nullable T guard(Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (IllegalArgumentException refusal) {
            fault(String.valueOf(refusal.getMessage()));
            return null;
        }
    }

    @Nullable Long wholeNumber() {
        String allowed = "a whole number";
        String text = text(allowed);
        if (text == null) {
            return null;
        }
        boolean plain = node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN;
        if (!plain || !text.matches("-?(0|[1-9][0-9]{0,17})")) {
            wrongType(allowed + ", without quotes and leading zeros, of at most 18 digits");
            return null;
        }
        return Long.valueOf(text);
    }

    /** A whole number in a range; null, with a fault, when it is none. */
    @Nullable Integer wholeNumber(String what, int min, int max) {
        Long number = wholeNumber();
        if (number != null && (number < min || number > max)) {
            fault(what + " " + number + " is out of range; allowed: " + min + " to " + max);
            return null;
        }
        return number == null ? null : Integer.valueOf(number.intValue());
    }

    /** The items of a sequence, of which there must be one. */
    List<DocumentNode> nonEmptyItems(String allowed) {
        List<DocumentNode> items = items(allowed);
        if (items.isEmpty() && isSequence()) {
            fault("found an empty sequence; allowed: " + allowed);
        }
        return items;
    }

    /** The entries of a mapping, of which there must be one. */
    List<Entry> nonEmptyEntries(String allowed) {
        List<Entry> entries = entries(allowed);
        if (node instanceof MappingNode mapping && mapping.getValue().isEmpty()) {
            fault("found an empty mapping; allowed: " + allowed);
        }
        return entries;
    }

    /** The items of a sequence; a fault and nothing when it is none. */
    List<DocumentNode> items(String allowed) {
        List<DocumentNode> items = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                items.add(new DocumentNode(item, path + "[" + items.size() + "]", faults));
            }
        } else {
            wrongType(allowed);
        }
        return items;
    }

    /** A mapping whose keys the user chooses, in the document's order; a fault and nothing when it is none. */
    List<Entry> entries(String allowed) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            wrongType(allowed);
            return List.of();
        }
        for (NodeTuple tuple : mapping.getValue()) {
            DocumentNode key = new DocumentNode(tuple.getKeyNode(), path, faults);
            String name = key.text("a name");
            if (name != null) {
                String below = path.isEmpty() ? name : path + "." + name;
                Entry entry = new Entry(name, key, new DocumentNode(tuple.getValueNode(), below, faults));
                Entry earlier = entries.putIfAbsent(name, entry);
                if (earlier != null) {
                    key.fault("'" + name + "' stands twice; allowed: once, and it stands in line " + earlier.key.line()
                            + " already");
                }
            }
        }
        return List.copyOf(entries.values());
    }

    /** A mapping whose keys are given; others are faults. */
    DocumentFields fields(String allowed, String... known) {
        Map<String, DocumentNode> fields = new LinkedHashMap<>();
        List<String> names = List.of(known);
        for (Entry entry : entries(allowed)) {
            if (names.contains(entry.name())) {
                fields.put(entry.name(), entry.value());
            } else {
                entry.key().fault("unknown field '" + entry.name() + "'" + NearestNames.hint(entry.name(), names));
            }
        }
        return new DocumentFields(this, fields);
    }

    private int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private void wrongType(String allowed) {
        fault("found " + shown() + "; allowed: " + allowed);
    }

    private String shown() {
        if (isNothing()) {
            return "nothing";
        }
        if (node instanceof ScalarNode scalar) {
            String value = scalar.getValue();
            return "'" + (value.length() > MAX_SHOWN ? value.substring(0, MAX_SHOWN) + "..." : value) + "'";
        }
        return isMapping() ? "a mapping" : "a sequence";
    }
}
