package io.dbmesh.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The files of {@code examples/shop}. */
enum ShopFile {
    MESH("mesh.yaml"),
    SCHEMA("schema.sql"),
    QUERIES("queries.sql");

    private final String fileName;

    ShopFile(String fileName) {
        this.fileName = fileName;
    }

    String text() {
        try (InputStream in = ShopFile.class.getResourceAsStream("/shop/" + fileName)) {
            if (in == null) {
                throw new IllegalStateException("shop/" + fileName + " is not on the class path; build examples again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The statements of an SQL text whose semicolons end lines and whose comments are whole lines. */
    static List<String> statements(String sql) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : sql.lines().toList()) {
            if (line.isBlank() || line.startsWith("--")) {
                continue;
            }
            boolean ends = line.endsWith(";");
            statement
                    .append(statement.isEmpty() ? "" : "\n")
                    .append(ends ? line.substring(0, line.length() - 1) : line);
            if (ends) {
                statements.add(statement.toString());
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new IllegalArgumentException("No semicolon ends: " + statement);
        }
        return statements;
    }
}
