package io.dbmesh.governance.config;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.governance.config.DocumentNode.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads {@code limits}. The ranges are those of {@link Limits}, which is asked for each field alone. */
final class LimitsReader {
    private record Field(String name, BiConsumer<Limits.Builder, Long> setter) {}

    /** In the order of the documentation. */
    private static final List<Field> FIELDS = List.of(
            ofInt("maxClientConnections", Limits.Builder::maxClientConnections),
            ofInt("loginTimeoutMillis", Limits.Builder::loginTimeoutMillis),
            ofInt("clientIdleTimeoutMillis", Limits.Builder::clientIdleTimeoutMillis),
            ofInt("connectTimeoutMillis", Limits.Builder::connectTimeoutMillis),
            ofInt("poolWaitTimeoutMillis", Limits.Builder::poolWaitTimeoutMillis),
            ofInt("backendIdleTimeoutMillis", Limits.Builder::backendIdleTimeoutMillis),
            ofInt("maxAllowedPacketBytes", Limits.Builder::maxAllowedPacketBytes),
            new Field("maxRowsInMemory", Limits.Builder::maxRowsInMemory),
            new Field("maxBytesInMemory", Limits.Builder::maxBytesInMemory),
            ofInt("rowWindowBytes", Limits.Builder::rowWindowBytes),
            ofInt("maxPreparedStatementsPerClient", Limits.Builder::maxPreparedStatementsPerClient),
            ofInt("planCacheEntries", Limits.Builder::planCacheEntries));

    private LimitsReader() {}

    static Limits read(DocumentNode node) {
        Limits.Builder limits = new Limits.Builder();
        List<String> names = new ArrayList<>();
        FIELDS.forEach(field -> names.add(field.name()));
        for (Entry entry : node.entries("a mapping of limits to numbers")) {
            Optional<Field> field = FIELDS.stream()
                    .filter(known -> known.name().equals(entry.name()))
                    .findFirst();
            if (field.isEmpty()) {
                entry.key().fault("unknown field '" + entry.name() + "'" + NearestNames.hint(entry.name(), names));
                continue;
            }
            Long value = entry.value().wholeNumber();
            if (value != null && isAllowed(field.get(), value, entry.value())) {
                field.get().setter().accept(limits, value);
            }
        }
        return limits.build();
    }

    private static boolean isAllowed(Field field, long value, DocumentNode node) {
        return node.guard(() -> build(field.setter(), value)) != null;
    }

    /** The defaults with one field changed; refused when that is out of its range. */
    private static <T> Limits build(BiConsumer<Limits.Builder, T> setter, T value) {
        Limits.Builder builder = new Limits.Builder();
        setter.accept(builder, value);
        return builder.build();
    }

    private static Field ofInt(String name, BiConsumer<Limits.Builder, Integer> setter) {
        return new Field(name, (builder, value) -> {
            if (value.intValue() == value) {
                setter.accept(builder, value.intValue());
            } else {
                throw new IllegalArgumentException(outOfRange(name, value, setter));
            }
        });
    }

    /** What the record says of the largest int, for a number that no int holds. */
    private static String outOfRange(String name, long value, BiConsumer<Limits.Builder, Integer> setter) {
        int nearest = value < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        try {
            build(setter, nearest);
        } catch (IllegalArgumentException refusal) {
            return String.valueOf(refusal.getMessage()).replace(Integer.toString(nearest), Long.toString(value));
        }
        return name + " " + value + " is out of range; allowed: at most " + Integer.MAX_VALUE;
    }
}
