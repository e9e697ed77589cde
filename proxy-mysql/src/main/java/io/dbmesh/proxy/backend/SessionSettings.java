package io.dbmesh.proxy.backend;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The variables that a client has set in its session, each with the literal that sets it again. A pooled connection
 * remembers the settings it carries; before a statement of another session runs there, only what differs is replayed.
 *
 * <p>Names are lower-case system variables ({@code sql_mode}) or user variables with their sign ({@code @`total`}); besides,
 * {@link #NAMES} stands for {@code SET NAMES ... COLLATE ...}, which tells a server more than the variables that it sets.
 * Immutable. Equal settings are usually the same instance, which makes the comparison on the hot path one reference
 * check.
 */
public final class SessionSettings {

    /** No variable differs from what the server gives a new connection. */
    public static final SessionSettings DEFAULTS = new SessionSettings(Collections.emptySortedMap());

    /** Bounds the memory held by interned settings; past it settings are compared by value. */
    private static final int MAX_INTERNED = 4_096;

    private static final String TIMESTAMP = "timestamp";

    /** What a new session has in them is nowhere to be read, in MySQL 8.0 and MariaDB 11.4. */
    private static final Set<String> WITHOUT_GLOBAL_VALUE = Set.of(
            "default_master_connection",
            "gtid_next",
            "gtid_seq_no",
            "identity",
            "insert_id",
            "last_insert_id",
            "pseudo_replica_mode",
            "pseudo_slave_mode",
            "pseudo_thread_id",
            "rand_seed1",
            "rand_seed2",
            "require_row_format",
            "resultset_metadata",
            "show_create_table_skip_secondary_engine",
            "skip_parallel_replication",
            "skip_replication",
            "sql_log_bin",
            "transaction_allow_batching",
            "use_secondary_engine",
            "wsrep_gtid_seq_no");

    private static final Map<SessionSettings, SessionSettings> INTERNED = new ConcurrentHashMap<>();

    /** Its literal is {@code 'charset' COLLATE 'collation'}; the variables are set after it. */
    public static final String NAMES = "names";

    private static final String COLLATE = " COLLATE ";

    /** In the order of names it comes before the collation. */
    private static final String CHARACTER_SET_CONNECTION = "character_set_connection";

    private static final String COLLATION_CONNECTION = "collation_connection";

    private final SortedMap<String, String> literals;
    private final int hash;

    private SessionSettings(SortedMap<String, String> literals) {
        this.literals = literals;
        this.hash = literals.hashCode();
    }

    /**
     * These settings with one variable changed.
     *
     * @param name the variable, system variables in lower case
     * @param literal SQL that evaluates to the value on any server, whatever its settings
     */
    public SessionSettings with(String name, String literal) {
        if (literal.equals(literals.get(name))) {
            return this;
        }
        SortedMap<String, String> changed = new TreeMap<>(literals);
        changed.put(name, literal);
        return intern(new SessionSettings(changed));
    }

    /** These settings with one variable as the server gives it to a new connection. */
    public SessionSettings without(String name) {
        if (!literals.containsKey(name)) {
            return this;
        }
        SortedMap<String, String> changed = new TreeMap<>(literals);
        changed.remove(name);
        return changed.isEmpty() ? DEFAULTS : intern(new SessionSettings(changed));
    }

    /** The literal of a variable, or null when the session has not set it. */
    public @Nullable String literal(String name) {
        String own = literals.get(name);
        String names = literals.get(NAMES);
        if (own != null || names == null || !isCharacterSet(name)) {
            return own;
        }
        int collate = names.indexOf(COLLATE);
        return name.equals(COLLATION_CONNECTION)
                ? names.substring(collate + COLLATE.length())
                : names.substring(0, collate);
    }

    /** All variables with their literals, in order of name. */
    public SortedMap<String, String> literals() {
        return Collections.unmodifiableSortedMap(literals);
    }

    /**
     * Whether a connection that carries {@code applied} can be brought to these settings. The global values of the character
     * sets are the server's own, not those of the login, so a connection with changed character sets cannot go back; it
     * can only go on to settings that say all of them. Nor can one go back on which a variable was set that has no global
     * value.
     */
    @SuppressWarnings("ReferenceEquality") // the quick way out for the same settings; equal ones pass the checks below
    public boolean isReachableFrom(SessionSettings applied) {
        if (this == applied) {
            return true;
        }
        boolean allCharacterSets = saysAllCharacterSets();
        for (String name : applied.literals.keySet()) {
            boolean isLasting = (isCharacterSet(name) && !allCharacterSets) || WITHOUT_GLOBAL_VALUE.contains(name);
            if (isLasting && !literals.containsKey(name)) {
                return false;
            }
        }
        return true;
    }

    /** The {@code SET} statement that brings a connection from {@code applied} to these settings, null if none is needed. */
    @Nullable String replayFrom(SessionSettings applied) {
        if (equals(applied)) {
            return null;
        }
        boolean allCharacterSets = saysAllCharacterSets() && !characterSets().equals(applied.characterSets());
        StringBuilder sql = new StringBuilder("SET ");
        for (Map.Entry<String, String> applying : applied.literals.entrySet()) {
            String name = applying.getKey();
            if (!literals.containsKey(name) && !(allCharacterSets && isCharacterSet(name))) {
                append(sql, name, initialValue(name));
            }
        }
        String names = literals.get(NAMES);
        if (allCharacterSets && names != null) {
            sql.append(sql.length() > 4 ? ", " : "").append("NAMES ").append(names);
        }
        for (Map.Entry<String, String> wanted : literals.entrySet()) {
            String name = wanted.getKey();
            boolean changed = !wanted.getValue().equals(applied.literals.get(name))
                    || isResetBy(name, applied)
                    || (allCharacterSets && isCharacterSet(name));
            if (changed && !name.equals(NAMES)) {
                append(sql, name, wanted.getValue());
            }
        }
        return sql.toString();
    }

    /**
     * What a new session would have. Not {@code DEFAULT}: MySQL 8.0.33 switches {@code foreign_key_checks} and {@code
     * unique_checks} off by it, because it takes the inverted bit that it stores for their value.
     */
    private static String initialValue(String name) {
        return name.startsWith("@") ? "NULL" : name.equals(TIMESTAMP) ? "DEFAULT" : "@@GLOBAL." + name;
    }

    /** Setting the connection's character set sets its collation to the default one: it has to be set again, after it. */
    private boolean isResetBy(String name, SessionSettings applied) {
        String characterSet = literals.get(CHARACTER_SET_CONNECTION);
        return name.equals(COLLATION_CONNECTION)
                && characterSet != null
                && !characterSet.equals(applied.literals.get(CHARACTER_SET_CONNECTION));
    }

    private static void append(StringBuilder sql, String name, String literal) {
        if (sql.length() > 4) {
            sql.append(", ");
        }
        sql.append(name).append(" = ").append(literal);
    }

    private static boolean isCharacterSet(String name) {
        return name.startsWith("character_set_") || name.equals(COLLATION_CONNECTION) || name.equals(NAMES);
    }

    private boolean saysAllCharacterSets() {
        return literals.containsKey(NAMES)
                || (literals.containsKey("character_set_client")
                        && literals.containsKey("character_set_results")
                        && (literals.containsKey(CHARACTER_SET_CONNECTION)
                                || literals.containsKey(COLLATION_CONNECTION)));
    }

    private SortedMap<String, String> characterSets() {
        SortedMap<String, String> found = new TreeMap<>();
        literals.forEach((name, literal) -> {
            if (isCharacterSet(name)) {
                found.put(name, literal);
            }
        });
        return found;
    }

    private static SessionSettings intern(SessionSettings settings) {
        SessionSettings known = INTERNED.get(settings);
        if (known != null) {
            return known;
        }
        if (INTERNED.size() < MAX_INTERNED) {
            known = INTERNED.putIfAbsent(settings, settings);
        }
        return known == null ? settings : known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof SessionSettings that && hash == that.hash && literals.equals(that.literals));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return literals.toString();
    }
}
