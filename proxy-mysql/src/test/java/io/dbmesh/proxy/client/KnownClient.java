package io.dbmesh.proxy.client;

import io.dbmesh.testkit.Flavor;
import io.dbmesh.testkit.MakersProgram;
import io.dbmesh.testkit.Servers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The clients that must work, in the modes that take different ways through their code and ours. */
enum KnownClient {
    MYSQL_SHELL {
        @Override
        Client client() {
            return new ShellClient(Servers.shared(Flavor.MYSQL, 0).program(MakersProgram.SHELL), "--ssl-mode=DISABLED");
        }
    },
    MARIADB_SHELL {
        @Override
        Client client() {
            return new ShellClient(Servers.shared(Flavor.MARIADB, 0).program(MakersProgram.SHELL), "--skip-ssl");
        }
    },
    CONNECTOR_J_TEXT {
        @Override
        Client client() {
            return JdbcClient.connectorJ("", false);
        }
    },
    CONNECTOR_J_PREPARED {
        @Override
        Client client() {
            return JdbcClient.connectorJ("&useServerPrepStmts=true&cachePrepStmts=true", true);
        }
    },
    CONNECTOR_J_CURSOR {
        @Override
        Client client() {
            return JdbcClient.connectorJ("&useServerPrepStmts=true&useCursorFetch=true&useAffectedRows=true", true);
        }

        @Override
        Client withoutCursors() {
            return JdbcClient.connectorJ("&useServerPrepStmts=true&useAffectedRows=true", true);
        }
    },
    MARIADB_J_TEXT {
        @Override
        Client client() {
            return JdbcClient.mariaDb("", false);
        }
    },
    MARIADB_J_PREPARED {
        @Override
        Client client() {
            return JdbcClient.mariaDb("&useServerPrepStmts=true&useAffectedRows=true", true);
        }

        @Override
        Client preparingAnew() {
            return JdbcClient.mariaDb("&useServerPrepStmts=true&useAffectedRows=true&cachePrepStmts=false", true);
        }
    },
    MYSQL2_QUERY {
        @Override
        Client client() {
            return mysql2("query");
        }
    },
    MYSQL2_EXECUTE {
        @Override
        Client client() {
            return mysql2("execute");
        }
    },
    PYMYSQL {
        @Override
        Client client() {
            // Debian's own Python, which has Debian's package python3-pymysql.
            return new ScriptClient(
                    List.of("/usr/bin/python3", script("pymysql_steps.py").toString()));
        }
    };

    abstract Client client();

    /** The same client when it does not ask for cursors; null when it never does. */
    @Nullable Client withoutCursors() {
        return null;
    }

    /** The same client when it executes no prepared statement twice; null when it is of no interest. */
    @Nullable Client preparingAnew() {
        return null;
    }

    private static Client mysql2(String method) {
        return new ScriptClient(List.of(
                "node", script("mysql2.js").toString(), Mysql2Package.folder().toString(), method));
    }

    /** Interpreters want a file, and resources may be in a jar. */
    private static Path script(String name) {
        try (InputStream in = KnownClient.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no resource " + name);
            }
            Path file = Files.createTempFile("dbmesh-", "-" + name);
            file.toFile().deleteOnExit();
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + name, e);
        }
    }
}
