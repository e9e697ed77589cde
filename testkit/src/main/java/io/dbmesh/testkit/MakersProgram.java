package io.dbmesh.testkit;

/**
 * Client programs that come with both servers, each under its own name. MariaDB's insist on TLS from 11.4 on, so against
 * a server without it they need {@code --skip-ssl}.
 */
public enum MakersProgram {
    SHELL("mysql", "mariadb"),
    DUMP("mysqldump", "mariadb-dump");

    private final String inMySql;
    private final String inMariaDb;

    MakersProgram(String inMySql, String inMariaDb) {
        this.inMySql = inMySql;
        this.inMariaDb = inMariaDb;
    }

    String name(Flavor flavor) {
        return switch (flavor) {
            case MYSQL -> inMySql;
            case MARIADB -> inMariaDb;
        };
    }
}
