package io.dbmesh.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class TableDifferenceTest {
    private static final ColumnMetadata ID = ColumnMetadata.integer("id", ColumnType.INT, false);
    private static final ColumnMetadata NAME = ColumnMetadata.varchar("name", 20, "utf8mb4_bin");
    private static final KeyMetadata PRIMARY = new KeyMetadata(KeyMetadata.PRIMARY, List.of("id"));

    @Test
    void equalTables_haveNone() {
        assertThat(TableDifference.between(table(ID, NAME), table(ID, NAME))).isNull();
        assertThat(TableDifference.between(null, null)).isNull();
    }

    @Test
    void difference_isToldInWords() {
        assertThat(TableDifference.between(null, table(ID))).isEqualTo("it does not exist on the first");
        assertThat(TableDifference.between(table(ID), null)).isEqualTo("it does not exist on the second");
        assertThat(TableDifference.between(table(ID, NAME), table(ID)))
                .isEqualTo("column name does not exist on the second");
        assertThat(TableDifference.between(table(ID), table(ID, NAME)))
                .isEqualTo("column name does not exist on the first");
        assertThat(TableDifference.between(table(ID, NAME), table(NAME, ID)))
                .isEqualTo("the columns stand in another order");
        assertThat(TableDifference.between(table(NAME), table(ColumnMetadata.varchar("name", 20, "latin1_bin"))))
                .isEqualTo(
                        "column name is varchar(20) COLLATE utf8mb4_bin NULL and varchar(20) COLLATE latin1_bin NULL");
        assertThat(TableDifference.between(table(ID), table(ID.withAutoIncrement())))
                .isEqualTo("column id is int NOT NULL and int NOT NULL AUTO_INCREMENT");
    }

    @Test
    void uniqueKeys_areCompared() {
        TableMetadata keyed = new TableMetadata("t", List.of(ID, NAME), List.of(PRIMARY));
        TableMetadata prefixed = new TableMetadata(
                "t", List.of(ID, NAME), List.of(PRIMARY, new KeyMetadata("u", List.of("name"), Set.of("name"))));

        assertThat(TableDifference.between(keyed, prefixed))
                .isEqualTo("the unique keys are PRIMARY(id) and PRIMARY(id) u(name(...))");
        assertThat(TableDifference.between(table(ID, NAME), keyed))
                .isEqualTo("the unique keys are none and PRIMARY(id)");
    }

    private static TableMetadata table(ColumnMetadata... columns) {
        return new TableMetadata("t", List.of(columns), List.of());
    }
}
