package io.dbmesh.engine.plan;

import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Rewrite.Splice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the splices of a statement in any order. */
final class SpliceList {
    private final List<Splice> splices = new ArrayList<>();

    SpliceList() {}

    SpliceList(SpliceList start) {
        splices.addAll(start.splices);
    }

    void replace(int from, int to, Part... parts) {
        splices.add(new Splice(from, to, List.of(parts)));
    }

    void replace(int from, int to, List<Part> parts) {
        splices.add(new Splice(from, to, parts));
    }

    void insert(int before, List<Part> parts) {
        splices.add(new Splice(before, before, parts));
    }

    /** Whether something within the tokens is changed. */
    boolean touches(int from, int to) {
        return splices.stream().anyMatch(splice -> splice.from() >= from && splice.to() <= to && splice.from() < to);
    }

    /** The tokens as they are after the splices within them, as parts of another splice. */
    List<Part> partsOf(int from, int to) {
        List<Part> parts = new ArrayList<>();
        int at = from;
        for (Splice splice : sorted()) {
            if (splice.from() >= from && splice.to() <= to && splice.from() < to) {
                if (splice.from() > at) {
                    parts.add(new Part.Tokens(at, splice.from()));
                }
                parts.addAll(splice.parts());
                at = splice.to();
            }
        }
        if (at < to) {
            parts.add(new Part.Tokens(at, to));
        }
        return parts;
    }

    /** Takes away what lies within the tokens, which are about to be replaced as a whole. */
    void clear(int from, int to) {
        splices.removeIf(splice -> splice.from() >= from && splice.to() <= to && splice.from() < to);
    }

    Rewrite toRewrite() {
        return splices.isEmpty() ? Rewrite.NONE : new Rewrite(sorted());
    }

    private List<Splice> sorted() {
        // Stable: insertions at one place stay in their order, and come before what is replaced from there on.
        return splices.stream()
                .sorted(Comparator.comparingInt(Splice::from).thenComparingInt(Splice::to))
                .toList();
    }
}
