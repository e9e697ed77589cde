package io.dbmesh.engine.sharding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The canonical form of one key, filled by a {@link KeyCodec} and asked for its shard. Mutable and reused: one for each
 * event loop, or one for each bound of a range; never shared between threads.
 */
public final class KeyValue {
    /** What the value turned out to be. */
    public enum Kind {
        /** An integer, or a date as an ordered number. */
        LONG,
        /** A string in canonical bytes. */
        BYTES,
        /** NULL: stored nowhere, equal to nothing. */
        NULL,
        /** The shard cannot be told for certain; {@link #reason()} says why. A search asks all shards. */
        UNROUTABLE,
        /** To be stored, but not exactly storable in the column. */
        OUT_OF_RANGE
    }

    private static final int INITIAL_CAPACITY = 64;

    private Kind kind = Kind.NULL;
    private long number;
    private boolean unsigned;
    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;
    private String reason = "";

    public Kind kind() {
        return kind;
    }

    public boolean isRoutable() {
        return kind == Kind.LONG || kind == Kind.BYTES;
    }

    public long longValue() {
        return number;
    }

    public boolean isUnsigned() {
        return unsigned;
    }

    /** The buffer of {@link Kind#BYTES}; the first {@link #length()} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Why the value is not routable, or does not fit. */
    public String reason() {
        return reason;
    }

    /** The value's shard, or {@link ShardingFunction#NO_SHARD}. Only for a routable value. */
    public int shard(ShardingFunction function) {
        return switch (kind) {
            case LONG -> function.shardOf(number, unsigned);
            case BYTES -> function.shardOf(bytes, 0, length);
            case NULL, UNROUTABLE, OUT_OF_RANGE -> throw new IllegalStateException("no shard of a " + kind + " key");
        };
    }

    /** For NULL literals and parameters; the codecs are for all else. */
    public void setNull() {
        kind = Kind.NULL;
    }

    void setLong(long value, boolean isUnsigned) {
        kind = Kind.LONG;
        number = value;
        unsigned = isUnsigned;
    }

    /** Makes room for a string and returns the buffer to fill. */
    byte[] setBytes(int size) {
        kind = Kind.BYTES;
        length = size;
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, bytes.length * 2)];
        }
        return bytes;
    }

    void setLength(int size) {
        length = size;
    }

    /** For values whose shard cannot be told, whatever the codec; they make a search ask all shards. */
    public void setUnroutable(String why) {
        kind = Kind.UNROUTABLE;
        reason = why;
    }

    void setOutOfRange(String why) {
        kind = Kind.OUT_OF_RANGE;
        reason = why;
    }

    /** For messages and plans. */
    @Override
    public String toString() {
        return switch (kind) {
            case LONG -> unsigned ? Long.toUnsignedString(number) : Long.toString(number);
            case BYTES -> "'" + new String(bytes, 0, length, StandardCharsets.UTF_8) + "'";
            case NULL -> "NULL";
            case UNROUTABLE -> "unroutable: " + reason;
            case OUT_OF_RANGE -> "out of range: " + reason;
        };
    }

    /** The canonical bytes, copied, for tables of listed values. */
    byte[] copyBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
