package io.dbmesh.engine.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.engine.config.KeyGeneration;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class WorkerIdsTest {
    @Test
    void configuredId_isTaken() {
        assertThat(WorkerIds.of(new KeyGeneration(OptionalInt.of(17)), 3307)).isEqualTo(17);
    }

    @Test
    void derivedId_isInRangeAndStaysTheSame() {
        int id = WorkerIds.of(KeyGeneration.DEFAULT, 3307);

        assertThat(id).isBetween(0, SnowflakeKeys.MAX_WORKER_ID);
        assertThat(WorkerIds.of(KeyGeneration.DEFAULT, 3307)).isEqualTo(id);
    }

    /** Keys are stored: a new version must not give a host another's id. */
    @Test
    void derivedId_isFixedForEver() {
        assertThat(WorkerIds.derive("db1.example.org", 3307)).isEqualTo(WorkerIds.derive("DB1.example.org", 3307));
        assertThat(WorkerIds.derive("db1.example.org", 3307)).isEqualTo(708);
    }

    @Test
    void derivedIds_spreadOverPorts() {
        assertThat(IntStream.range(3300, 3310)
                        .map(port -> WorkerIds.derive("db1", port))
                        .distinct()
                        .count())
                .isGreaterThanOrEqualTo(9);
    }
}
