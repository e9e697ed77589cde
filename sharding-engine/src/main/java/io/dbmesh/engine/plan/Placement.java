package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.MeshTable;
import io.dbmesh.engine.route.Route;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where tables are together. */
final class Placement {
    private Placement() {}

    /** For statements that read no sharded table. */
    static Route ofUnsharded(Planning planning, List<TableUse> uses) {
        List<TableUse> singles = uses.stream().filter(TableUse::isSingle).toList();
        List<TableUse> references = uses.stream().filter(TableUse::isReference).toList();
        if (!singles.isEmpty()) {
            Location location = together(singles.getFirst(), uses);
            planning.because("all tables are in one place");
            return new Route.Fixed(location);
        }
        if (references.isEmpty()) {
            planning.because("it reads no table");
            return planning.defaultRoute();
        }
        Set<Location> common = new LinkedHashSet<>(references.getFirst().locations());
        references.forEach(use -> common.retainAll(use.locations()));
        if (common.isEmpty()) {
            throw apart(references.getFirst(), references.getLast());
        }
        if (planning.effects.contains(Plan.Effect.LOCKS)) {
            planning.because("locks on reference tables are taken in one and the same place");
            return new Route.Fixed(common.iterator().next());
        }
        planning.because("reference tables are the same in all places");
        return new Route.AnyOf(List.copyOf(common));
    }

    private static Location together(TableUse first, List<TableUse> uses) {
        Location location = first.locations().getFirst();
        for (TableUse use : uses) {
            if (use.databaseAt(location) == null) {
                throw apart(first, use);
            }
        }
        return location;
    }

    private static MeshException apart(TableUse one, TableUse other) {
        return MeshException.unsupported(
                "tables of different data sources in one statement (" + one.name() + " and " + other.name() + ")",
                "keep tables that are used together on one data source");
    }

    /** The shards of a statement with sharded tables, on each of which all its tables must be. */
    static List<Location> shardsOf(List<TableUse> uses) {
        TableUse first = uses.stream().filter(TableUse::isSharded).findFirst().orElseThrow();
        List<Location> shards = first.locations();
        for (TableUse use : uses) {
            if (use.table() instanceof MeshTable.Sharded && !use.locations().equals(shards)) {
                throw MeshException.unsupported(
                        "tables sharded over different places in one statement (" + first.name() + " and " + use.name()
                                + ")",
                        "query them one by one");
            }
            if (!use.isSystem() && !use.locations().containsAll(shards)) {
                throw MeshException.unsupported(
                        "sharded and unsharded tables in one statement (" + first.name() + " and " + use.name() + ")",
                        "make " + use.name() + " a reference table, or query them one by one");
            }
        }
        return shards;
    }

    static List<Location> locationsOf(Route route) {
        return switch (route) {
            case Route.Fixed fixed -> List.of(fixed.location());
            case Route.AnyOf anyOf -> anyOf.locations();
            case Route.AllOf allOf -> allOf.locations();
            case Route.ByKey byKey -> byKey.shards();
        };
    }
}
