package io.dbmesh.engine.plan;

import java.util.Locale;
import java.util.Set;

/** The servers' own schemas, and which of their tables say the same on every server of a mesh. */
public final class SystemTables {
    private static final Set<String> SCHEMAS = Set.of("information_schema", "mysql", "performance_schema", "sys");

    /** They tell of the server's software and of the session, not of schemas and tables. */
    private static final Set<String> WITHOUT_LOGICAL_CONTENT = Set.of(
            "information_schema.character_sets",
            "information_schema.collations",
            "information_schema.collation_character_set_applicability",
            "information_schema.engines",
            "information_schema.keywords",
            "information_schema.plugins",
            "information_schema.all_plugins",
            "information_schema.sql_functions",
            "information_schema.global_variables",
            "information_schema.session_variables",
            "information_schema.system_variables",
            "information_schema.global_status",
            "information_schema.session_status",
            "performance_schema.global_variables",
            "performance_schema.session_variables",
            "performance_schema.global_status",
            "performance_schema.session_status",
            "mysql.time_zone",
            "mysql.time_zone_name");

    private SystemTables() {}

    public static boolean isSystemSchema(String schema) {
        return SCHEMAS.contains(schema.toLowerCase(Locale.ROOT));
    }

    static boolean hasLogicalContent(String schema, String table) {
        return !WITHOUT_LOGICAL_CONTENT.contains((schema + "." + table).toLowerCase(Locale.ROOT));
    }
}
