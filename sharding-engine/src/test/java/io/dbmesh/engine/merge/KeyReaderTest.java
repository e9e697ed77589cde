package io.dbmesh.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.merge.MergeSpec.SortKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyReaderTest {
    private static final SortKey ASCENDING = new SortKey(0, false);

    /** All values ascending, no two equal. */
    private static void assertAscending(RowFormat format, Column column, @Nullable Object... values) {
        assertOrder(
                format,
                List.of(column),
                ASCENDING,
                Arrays.stream(values).map(v -> new Object[] {v}).toList());
        Object[] reversed = values.clone();
        Collections.reverse(Arrays.asList(reversed));
        assertOrder(
                format,
                List.of(column),
                new SortKey(0, true),
                Arrays.stream(reversed).map(v -> new Object[] {v}).toList());
    }

    private static void assertOrder(RowFormat format, List<Column> columns, SortKey key, List<Object[]> ascending) {
        TestRows rows = new TestRows(format, columns);
        KeyReader reader = reader(rows, key);
        List<Keys> keys = new ArrayList<>();
        List<ByteBuf> canonical = new ArrayList<>();
        RowLayout layout = new RowLayout(format, rows.definitions());
        for (Object[] values : ascending) {
            keys.add(read(rows, reader(rows, key, layout), layout, values));
            ByteBuf bytes = Unpooled.buffer();
            reader.writeCanonical(keys.getLast(), bytes);
            canonical.add(bytes);
        }
        for (int i = 0; i < keys.size(); i++) {
            for (int j = 0; j < keys.size(); j++) {
                String what = Arrays.toString(ascending.get(i)) + " with " + Arrays.toString(ascending.get(j));
                assertThat(Integer.signum(reader.compare(keys.get(i), keys.get(j))))
                        .as(what)
                        .isEqualTo(Integer.compare(i, j));
                assertThat(canonical.get(i).equals(canonical.get(j))).as(what).isEqualTo(i == j);
            }
        }
    }

    private static KeyReader reader(TestRows rows, SortKey key) {
        return reader(rows, key, new RowLayout(rows.format(), rows.definitions()));
    }

    private static KeyReader reader(TestRows rows, SortKey key, RowLayout layout) {
        KeyColumn column = KeyColumn.of(key, key.collation(), rows.definitions(), rows.format(), KeyColumn.Use.COMPARE);
        return new KeyReader(List.of(column), layout);
    }

    private static Keys read(TestRows rows, KeyReader reader, RowLayout layout, @Nullable Object... values) {
        ByteBuf row = rows.encode(values);
        layout.locate(row);
        Keys keys = reader.newKeys();
        reader.read(row, keys);
        row.release();
        return keys;
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void integers_orderByValue(RowFormat format) {
        assertAscending(
                format,
                Column.bigint("a"),
                null,
                "-9223372036854775808",
                "-10",
                "-9",
                "0",
                "9",
                "10",
                "9223372036854775807");
        assertAscending(
                format,
                Column.unsignedBigint("a"),
                null,
                "0",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551615");
        assertAscending(format, Column.of("a", WireType.TINY), null, "-128", "-1", "0", "127");
        assertAscending(format, Column.of("a", WireType.TINY).withFlags(WireType.UNSIGNED_FLAG), "0", "127", "255");
        assertAscending(format, Column.of("a", WireType.SHORT), "-32768", "-1", "0", "32767");
        assertAscending(format, Column.of("a", WireType.INT24), "-8388608", "-1", "0", "8388607");
        assertAscending(
                format,
                Column.of("a", WireType.LONG).withFlags(WireType.UNSIGNED_FLAG),
                "0",
                "2147483648",
                "4294967295");
        assertAscending(
                format, Column.of("a", WireType.YEAR).withFlags(WireType.UNSIGNED_FLAG), "0000", "1901", "2155");
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void decimals_orderExactly(RowFormat format) {
        assertAscending(
                format,
                Column.decimal("d", 4),
                null,
                "-99999999999999999999999999999999999999999999999999999999999.0001",
                "-99999999999999999999999999999999999999999999999999999999999.0000",
                "-100000000000000.0000",
                "-99999999999999.9999",
                "-0.0001",
                "0.0000",
                "0.0001",
                "1.0000",
                "99999999999999.9999",
                "100000000000000.0000",
                "100000000000000.0001");
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void doubles_orderByValueWithOneZero(RowFormat format) {
        assertAscending(
                format,
                Column.floating("f"),
                null,
                "-1.7976931348623157e308",
                "-1",
                "-5e-324",
                "0",
                "5e-324",
                "0.1",
                "1e15",
                "1.7976931348623157e308");
        TestRows rows = TestRows.of(format, Column.floating("f"));
        RowLayout layout = new RowLayout(format, rows.definitions());
        KeyReader reader = reader(rows, ASCENDING, layout);
        assertThat(reader.compare(read(rows, reader, layout, "-0.0"), read(rows, reader, layout, "0")))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void temporals_orderByTime(RowFormat format) {
        assertAscending(
                format,
                Column.of("d", WireType.DATE),
                null,
                "0000-00-00",
                "0000-01-01",
                "1000-00-00",
                "1000-01-00",
                "1999-12-31",
                "2000-01-01",
                "9999-12-31");
        assertAscending(
                format,
                Column.of("d", WireType.DATETIME),
                null,
                "0000-00-00 00:00:00",
                "1999-12-31 23:59:59",
                "1999-12-31 23:59:59.000001",
                "1999-12-31 23:59:59.1",
                "2000-01-01 00:00:00");
        assertAscending(
                format,
                Column.of("d", WireType.TIME),
                null,
                "-838:59:59",
                "-100:00:00",
                "-99:59:59.5",
                "-00:00:00.1",
                "00:00:00",
                "00:00:00.000001",
                "23:59:59",
                "24:00:00",
                "99:59:59",
                "838:59:59");
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void bitsAndBinaryStrings_orderByUnsignedBytes(RowFormat format) {
        assertAscending(
                format,
                Column.of("b", WireType.BIT),
                null,
                new byte[] {0, 0},
                new byte[] {0, 1},
                new byte[] {127, 0},
                new byte[] {(byte) 128, 0});
        assertAscending(
                format,
                Column.bytes("b"),
                null,
                new byte[0],
                new byte[] {0},
                new byte[] {0, 0},
                new byte[] {9},
                new byte[] {' '},
                new byte[] {127},
                new byte[] {(byte) 128});
    }

    @ParameterizedTest
    @EnumSource(RowFormat.class)
    void binaryCollations_orderByBytesWithTheirPadding(RowFormat format) {
        Column text = Column.text("s");
        assertOrder(
                format,
                List.of(text),
                new SortKey(0, null, false, "utf8mb4_bin"),
                rows(null, "\t", "", "A", "a\t", "a", "a!", "ß", "😀"));
        assertOrder(
                format,
                List.of(text),
                new SortKey(0, null, false, "utf8mb4_nopad_bin"),
                rows(null, "", "\t", "A", "a", "a\t", "a ", "a!", "ß", "😀"));
    }

    private static List<Object[]> rows(@Nullable Object... values) {
        return Arrays.stream(values).map(v -> new Object[] {v}).toList();
    }

    @Test
    void weights_orderWithTheirPadding() {
        List<Column> columns = List.of(Column.text("s"), Column.bytes("w"));
        List<Object[]> ascending = new ArrayList<>();
        ascending.add(new Object[] {"\t", new byte[] {2, 1}});
        ascending.add(new Object[] {"", new byte[] {}});
        ascending.add(new Object[] {"a\t", new byte[] {14, 51, 2, 1}});
        ascending.add(new Object[] {"a", new byte[] {14, 51}});
        ascending.add(new Object[] {"ab", new byte[] {14, 51, 14, 74}});
        assertOrder(RowFormat.TEXT, columns, new SortKey(0, 1, false, "utf8mb4_unicode_ci"), ascending);
    }

    @Test
    void stringsThatDifferBehindTheSortLength_areRefused() {
        TestRows rows = TestRows.of(RowFormat.TEXT, Column.bytes("b"));
        RowLayout layout = new RowLayout(RowFormat.TEXT, rows.definitions());
        KeyReader reader = reader(rows, ASCENDING, layout);
        Keys left = read(rows, reader, layout, "x".repeat(1024) + "a");
        Keys right = read(rows, reader, layout, "x".repeat(1024) + "b");
        Keys other = read(rows, reader, layout, "y" + "x".repeat(1024));
        assertThat(reader.compare(left, left)).isZero();
        assertThat(reader.compare(left, other)).isNegative();
        assertThatThrownBy(() -> reader.compare(left, right))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining("1024 bytes");
    }

    @Test
    void keysThatCannotBeCompared_areRefused() {
        assertRefused(Column.text("s"), ASCENDING, "collation is not known");
        assertRefused(Column.text("s"), new SortKey(0, null, false, "utf8mb4_general_ci"), "without its weight");
        assertRefused(Column.text("s"), new SortKey(0, 0, false, "gbk_chinese_ci"), "gbk_chinese_ci");
        assertRefused(Column.text("s"), new SortKey(0, 0, false, "utf8mb4_uca1400_as_cs"), "uca1400_as_cs");
        assertRefused(Column.text("e").withFlags(WireType.ENUM_FLAG), ASCENDING, "ENUM or SET");
        assertRefused(Column.of("f", WireType.FLOAT), ASCENDING, "FLOAT");
        assertRefused(Column.of("j", WireType.JSON), ASCENDING, "JSON");
        assertRefused(Column.of("g", WireType.GEOMETRY), ASCENDING, "geometry");
    }

    private static void assertRefused(Column column, SortKey key, String reason) {
        TestRows rows = TestRows.of(RowFormat.TEXT, column);
        assertThatThrownBy(() -> reader(rows, key))
                .isInstanceOf(MeshException.class)
                .hasMessageContaining(reason);
    }
}
