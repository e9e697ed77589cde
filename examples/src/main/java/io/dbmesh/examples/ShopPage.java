package io.dbmesh.examples;

import io.dbmesh.engine.config.Location;
import io.dbmesh.testkit.DatabaseServer;
import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.MakersProgram;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demo tells about itself when it is ready. */
final class ShopPage {
    private static final List<String> TABLES = List.of("customers", "orders", "order_items", "products", "countries");

    private final ShopMesh mesh;
    private final PrintStream out;

    ShopPage(ShopMesh mesh, PrintStream out) {
        this.mesh = mesh;
        this.out = out;
    }

    void print() throws SQLException {
        printConnections();
        printRows();
        printSuggestions();
    }

    private void printConnections() {
        String options = "--host=127.0.0.1 --port=%d --user=%s --password=%s %s"
                .formatted(mesh.port(), mesh.user().name(), mesh.user().password(), ShopMesh.SCHEMA);
        DatabaseServer server = mesh.serverOf(mesh.defaultLocation());
        boolean insistsOnTls = server.flavor() == Flavor.MARIADB;
        out.println();
        out.println("The shop is ready. It looks like one MySQL server:");
        out.println();
        out.println("  mysql " + options);
        out.println("  " + mesh.jdbcUrl());
        out.println();
        out.println("MariaDB's own client, from 11.4 on, needs --skip-ssl as well. Without any client installed:");
        out.println();
        out.println("  " + server.program(MakersProgram.SHELL) + (insistsOnTls ? " --skip-ssl " : " ") + options);
        out.println();
        out.println("It is run by " + mesh.configFile());
    }

    private void printRows() throws SQLException {
        List<Location> places = new ArrayList<>(mesh.shards());
        places.add(mesh.defaultLocation());
        out.println();
        out.println("How the rows lie, counted on each server without the mesh:");
        out.println();
        printRow("", places.stream().map(Location::toString).toList());
        for (String table : TABLES) {
            List<String> counts = new ArrayList<>();
            for (Location shard : mesh.shards()) {
                counts.add(number(mesh.countAt(shard, table)));
            }
            printRow(table, counts);
        }
        List<String> settings =
                new ArrayList<>(mesh.shards().stream().map(shard -> "").toList());
        settings.add(number(mesh.countAt(mesh.defaultLocation(), "settings")));
        printRow("settings", settings);
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void printRow(String name, List<String> cells) {
        StringBuilder line = new StringBuilder("  %-12s".formatted(name));
        cells.forEach(cell -> line.append("%12s".formatted(cell)));
        out.println(line.toString().stripTrailing());
    }

    private void printSuggestions() {
        out.println();
        out.println("To try:");
        for (Suggestion suggestion : Suggestion.all()) {
            out.println();
            out.println("  -- " + suggestion.shows());
            suggestion.statements().forEach(sql -> out.println("  " + sql.replace("\n", "\n  ") + ";"));
        }
        out.println();
    }
}
