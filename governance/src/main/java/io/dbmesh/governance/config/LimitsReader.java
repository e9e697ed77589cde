package io.dbmesh.governance.config;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.governance.config.DocumentNode.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads {@code limits}. The ranges are those of {@link Limits}, which is asked for each field alone. */
final class LimitsReader {
    private record Field(String name, BiFunction<Limits.Builder, Long, Limits.Builder> setter) {}

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
                field.get().setter().apply(limits, value);
            }
        }
        return limits.build();
    }

    private static boolean isAllowed(Field field, long value, DocumentNode node) {
        return node.guard(() -> field.setter().apply(new Limits.Builder(), value).build()) != null;
    }

    private static Field ofInt(String name, BiFunction<Limits.Builder, Integer, Limits.Builder> setter) {
        return new Field(name, (builder, value) -> {
            if (value.intValue() == value) {
                return setter.apply(builder, value.intValue());
            }
            throw new IllegalArgumentException(outOfRange(name, value, setter));
        });
    }

    /** What the record says of the largest int, for a number that no int holds. */
    private static String outOfRange(
            String name, long value, BiFunction<Limits.Builder, Integer, Limits.Builder> setter) {
        int nearest = value < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        try {
            setter.apply(new Limits.Builder(), nearest).build();
        } catch (IllegalArgumentException refusal) {
            return String.valueOf(refusal.getMessage()).replace(Integer.toString(nearest), Long.toString(value));
        }
        return name + " " + value + " is out of range; allowed: at most " + Integer.MAX_VALUE;
    }
}
