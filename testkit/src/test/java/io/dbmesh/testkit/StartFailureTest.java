package io.dbmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartFailureTest {
    @Test
    void missingLibrary_isNamedWithThePackageAndTheCommand() {
        String log = "/x/bin/mysqld: error while loading shared libraries: libaio.so.1: cannot open shared object file:"
                + " No such file or directory\n";
        assertThat(StartFailure.message(Flavor.MYSQL, "ended", log))
                .contains("MySQL", "libaio.so.1", "apt-get install -y libaio1");
    }

    @Test
    void otherFailure_showsTheEndOfTheLog() {
        String log = "x".repeat(10_000) + " unknown option";
        assertThat(StartFailure.message(Flavor.MARIADB, "ended while it started", log))
                .contains("The MariaDB server ended while it started")
                .endsWith(" unknown option")
                .hasSizeLessThan(4_000);
    }
}
