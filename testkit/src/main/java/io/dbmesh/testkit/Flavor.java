package io.dbmesh.testkit;

/** The two families of servers that DBMesh has behind it. Every test against a backend runs on both. */
public enum Flavor {
    MYSQL("MySQL"),
    MARIADB("MariaDB");

    private final String productName;

    Flavor(String productName) {
        this.productName = productName;
    }

    /** As the maker writes it. */
    public String productName() {
        return productName;
    }
}
