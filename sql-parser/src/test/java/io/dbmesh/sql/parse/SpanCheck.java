package io.dbmesh.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.sql.tree.Span;
import java.lang.reflect.RecordComponent;
import java.util.Collection;

/** Walks the records of a tree and checks that every span lies within its parent's. */
final class SpanCheck {
    private SpanCheck() {}

    static void check(Object node, Span within) {
        switch (node) {
            case Span span ->
                assertThat(span.start() >= within.start() && span.end() <= within.end())
                        .as("%s in %s", span, within)
                        .isTrue();
            case Collection<?> children -> children.forEach(child -> check(child, within));
            case Record record -> {
                Span own = within;
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    if (component.getName().equals("span")) {
                        own = (Span) value(record, component);
                        check(own, within);
                    }
                }
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    Object child = value(record, component);
                    if (child != null) {
                        check(child, own);
                    }
                }
            }
            default -> {}
        }
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
