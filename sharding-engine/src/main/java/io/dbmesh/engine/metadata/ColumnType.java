package io.dbmesh.engine.metadata;

import java.util.Locale;

/** The column types of MySQL and MariaDB by the names of information_schema's DATA_TYPE. */
public enum ColumnType {
    TINYINT,
    SMALLINT,
    MEDIUMINT,
    INT,
    BIGINT,
    DECIMAL,
    FLOAT,
    DOUBLE,
    BIT,
    YEAR,
    DATE,
    TIME,
    DATETIME,
    TIMESTAMP,
    CHAR,
    VARCHAR,
    BINARY,
    VARBINARY,
    TINYTEXT,
    TEXT,
    MEDIUMTEXT,
    LONGTEXT,
    TINYBLOB,
    BLOB,
    MEDIUMBLOB,
    LONGBLOB,
    ENUM,
    SET,
    JSON,
    GEOMETRY,
    /** What is none of these: MariaDB's UUID, INET4, INET6, VECTOR, and what servers will add. */
    OTHER;

    /** The type of an information_schema DATA_TYPE. */
    public static ColumnType ofDataType(String dataType) {
        String name = dataType.toUpperCase(Locale.ROOT);
        return switch (name) {
            case "POINT",
                    "LINESTRING",
                    "POLYGON",
                    "MULTIPOINT",
                    "MULTILINESTRING",
                    "MULTIPOLYGON",
                    "GEOMETRYCOLLECTION",
                    "GEOMCOLLECTION" -> GEOMETRY;
            case "INTEGER" -> INT;
            case "NUMERIC" -> DECIMAL;
            default -> {
                for (ColumnType type : values()) {
                    if (type.name().equals(name)) {
                        yield type;
                    }
                }
                yield OTHER;
            }
        };
    }

    public boolean isInteger() {
        return switch (this) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> true;
            default -> false;
        };
    }

    /** Bits of an integer type; 0 for the others. */
    public int integerBits() {
        return switch (this) {
            case TINYINT -> 8;
            case SMALLINT -> 16;
            case MEDIUMINT -> 24;
            case INT -> 32;
            case BIGINT -> 64;
            default -> 0;
        };
    }
}
