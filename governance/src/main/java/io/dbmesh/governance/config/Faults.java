package io.dbmesh.governance.config;

import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with one document, put in the document's order at the end. */
final class Faults {
    /** A document with more is most likely no configuration at all. */
    static final int MAX_REPORTED = 100;

    private record Fault(int line, int column, String text) {}

    private final String document;
    private final List<Fault> faults = new ArrayList<>();

    Faults(String document) {
        this.document = document;
    }

    /** Notes a fault at a place, both counted from 1. */
    void add(int line, int column, String text) {
        faults.add(new Fault(line, column, text));
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    /**
     * Ends the reading when anything was wrong.
     *
     * @throws MeshException {@link MeshError#CONFIG_INVALID} with all faults
     */
    void throwIfAny() {
        if (faults.isEmpty()) {
            return;
        }
        List<String> lines = faults.stream()
                .sorted(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column))
                .map(fault -> document + ":" + fault.line() + ":" + fault.column() + ": " + fault.text())
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
        int count = lines.size();
        if (count > MAX_REPORTED) {
            lines.subList(MAX_REPORTED, count).clear();
            lines.add("... and " + (count - MAX_REPORTED) + " more");
        }
        throw new MeshException(MeshError.CONFIG_INVALID, count, String.join("\n", lines));
    }
}
