package io.dbmesh.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the directions between modules and packages. It lives here because the examples stand above all modules. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.dbmesh");
    }

    @Test
    void classes_ofEveryModuleAreLookedAt() {
        assertThat(classes.stream()
                        .map(type -> type.getPackageName().replaceAll("(io\\.dbmesh\\.\\w+).*", "$1"))
                        .distinct())
                .contains(
                        "io.dbmesh.testkit",
                        "io.dbmesh.sql",
                        "io.dbmesh.engine",
                        "io.dbmesh.migration",
                        "io.dbmesh.proxy",
                        "io.dbmesh.sidecar");
    }

    @Test
    void modules_useOnlyThoseBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("testkit")
                .definedBy("io.dbmesh.testkit..")
                .layer("sql-parser")
                .definedBy("io.dbmesh.sql..")
                .layer("sharding-engine")
                .definedBy("io.dbmesh.engine..")
                .layer("governance")
                .definedBy("io.dbmesh.governance..")
                .layer("migration")
                .definedBy("io.dbmesh.migration..")
                .layer("proxy-mysql")
                .definedBy("io.dbmesh.proxy..")
                .layer("sidecar")
                .definedBy("io.dbmesh.sidecar..")
                .layer("examples")
                .definedBy("io.dbmesh.examples..")
                .whereLayer("testkit")
                .mayNotAccessAnyLayer()
                .whereLayer("testkit")
                .mayOnlyBeAccessedByLayers("examples")
                .whereLayer("sql-parser")
                .mayNotAccessAnyLayer()
                .whereLayer("sharding-engine")
                .mayOnlyAccessLayers("sql-parser")
                .whereLayer("governance")
                .mayOnlyAccessLayers("sharding-engine", "sql-parser")
                .whereLayer("migration")
                .mayOnlyAccessLayers("governance", "sharding-engine", "sql-parser")
                .whereLayer("proxy-mysql")
                .mayOnlyAccessLayers("migration", "governance", "sharding-engine", "sql-parser")
                .whereLayer("sidecar")
                .mayOnlyAccessLayers("proxy-mysql", "migration", "governance", "sharding-engine", "sql-parser")
                .whereLayer("examples")
                .mayNotBeAccessedByAnyLayer()
                .check(classes);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.dbmesh.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void engine_opensNoSocket() {
        noClasses()
                .that()
                .resideInAPackage("io.dbmesh.engine..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..", "java.net.http.."))
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Server|Datagram)?Socket|java\\.nio\\.channels\\..*SocketChannel")
                .because("the engine must work behind any wire implementation, and in tests without one")
                .check(classes);
    }

    @Test
    void engine_usesJdbcForMetadataOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.dbmesh.engine..")
                .and()
                .resideOutsideOfPackage("io.dbmesh.engine.metadata..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("javax.sql..", "com.zaxxer.hikari..", "com.mysql.."))
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.sql\\.(Connection|DriverManager|Driver|(\\w*)Statement|ResultSet)")
                .because("statements of clients reach the servers by the wire implementation, never by JDBC")
                .check(classes);
    }
}
