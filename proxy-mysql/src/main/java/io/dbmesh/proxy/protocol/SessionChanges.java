package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What an OK packet tells of a session under SESSION_TRACK.
 *
 * @param schema the new current schema; null when it is the old one
 * @param variables new values by name; empty for NULL
 */
public record SessionChanges(@Nullable String schema, SortedMap<String, String> variables) {

    private static final int SYSTEM_VARIABLE = 0;
    private static final int SCHEMA = 1;

    boolean isEmpty() {
        return schema == null && variables.isEmpty();
    }

    /** Writes all of them with their length before them. */
    void write(ByteBuf out) {
        ByteBuf entries = out.alloc().buffer(128);
        try {
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                byte[] name = bytes(variable.getKey());
                byte[] value = bytes(variable.getValue());
                entries.writeByte(SYSTEM_VARIABLE);
                LengthEncoded.writeInteger(entries, lengthOf(name) + lengthOf(value));
                LengthEncoded.writeBytes(entries, name);
                LengthEncoded.writeBytes(entries, value);
            }
            if (schema != null) {
                byte[] name = bytes(schema);
                entries.writeByte(SCHEMA);
                LengthEncoded.writeInteger(entries, lengthOf(name));
                LengthEncoded.writeBytes(entries, name);
            }
            LengthEncoded.writeInteger(out, entries.readableBytes());
            out.writeBytes(entries);
        } finally {
            entries.release();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int lengthOf(byte[] encoded) {
        int length = encoded.length;
        return length + (length < 251 ? 1 : length < 1 << 16 ? 3 : length < 1 << 24 ? 4 : 9);
    }
}
