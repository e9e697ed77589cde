package io.dbmesh.proxy.backend;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What makes two prepared statements of one connection the same: the text, and what the server read it with.
 *
 * @param sql the statement's bytes; not changed afterwards
 * @param database the database that unqualified names were resolved in
 * @param settings the session's variables, {@code sql_mode} among them
 */
public record StatementKey(byte[] sql, String database, SessionSettings settings) {

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof StatementKey that
                        && database.equals(that.database)
                        && settings.equals(that.settings)
                        && Arrays.equals(sql, that.sql));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(sql) + database.hashCode();
    }
}
