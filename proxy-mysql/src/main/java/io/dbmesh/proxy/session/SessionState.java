package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.metadata.Mesh;
import io.dbmesh.engine.metadata.MeshSchema;
import io.dbmesh.engine.sharding.TextEncoding;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.Profile;
import io.dbmesh.proxy.backend.SessionSettings;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.ServerStatus;
import io.dbmesh.sql.lexer.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client's session is at this moment: who it is, what it has set, and what it has under way. */
final class SessionState {

    private static final long UNKNOWN = -1;

    private Profile profile = new Profile(true, false, false, false, CharacterSets.DEFAULT_COLLATION);
    private String user = "";
    private @Nullable String schema;
    private SessionSettings settings = SessionSettings.DEFAULTS;
    private Dialect dialect;
    private Dialect initialDialect;
    private TextEncoding encoding = TextEncoding.UTF8;
    private final TransactionState transaction = new TransactionState();
    private final HeldConnections held = new HeldConnections();
    private @Nullable Mesh transactionMesh;

    private @Nullable Location diagnosticsAt;
    private @Nullable ErrorPacket lastError;
    private List<Condition> conditions = List.of();

    private long lastInsertId;
    private long foundRows;
    private boolean keepsFoundRows;
    private long rowCount;

    SessionState(Dialect dialect) {
        this.dialect = dialect;
        this.initialDialect = dialect;
    }

    /** After the login, COM_CHANGE_USER and COM_RESET_CONNECTION: nothing has been set yet. */
    void begin(String loggedIn, Profile agreed, @Nullable String current) {
        user = loggedIn;
        profile = agreed;
        schema = current;
        settings = SessionSettings.DEFAULTS;
        Dialect fresh = initialDialect;
        dialect = agreed.ignoreSpace() ? Dialects.withIgnoreSpace(fresh) : fresh;
        encoding = TextEncoding.ofCharset(CharacterSets.ofCollation(agreed.charset()));
        endTransaction();
        lastInsertId = 0;
        foundRows = 0;
        rowCount = 0;
    }

    Profile profile() {
        return profile;
    }

    boolean deprecateEof() {
        return profile.deprecateEof();
    }

    String user() {
        return user;
    }

    /** The current schema, null when none has been chosen. */
    @Nullable String schema() {
        return schema;
    }

    void use(@Nullable String name) {
        schema = name;
    }

    SessionSettings settings() {
        return settings;
    }

    /** Takes over what a SET has changed, and what follows from it for reading statements. */
    void set(SessionSettings changed) {
        settings = changed;
        String sqlMode = changed.literal("sql_mode");
        Dialect atLogin = profile.ignoreSpace() ? Dialects.withIgnoreSpace(initialDialect) : initialDialect;
        dialect = sqlMode == null
                ? atLogin
                : sqlMode.equals("DEFAULT") ? initialDialect : Dialects.withSqlMode(atLogin, sqlMode);
        encoding = encodingOf(changed);
    }

    /** Strings are told exactly only where client and connection have one character set. */
    private TextEncoding encodingOf(SessionSettings changed) {
        String atLogin = CharacterSets.ofCollation(profile.charset());
        String client = unquoted(changed.literal("character_set_client"), atLogin);
        String collation = changed.literal("collation_connection");
        String connection = collation == null
                ? unquoted(changed.literal("character_set_connection"), atLogin)
                : CharacterSets.ofCollation(unquoted(collation, ""));
        TextEncoding ofClient = TextEncoding.ofCharset(client);
        return ofClient == TextEncoding.ofCharset(connection) ? ofClient : TextEncoding.WIDE;
    }

    private static String unquoted(@Nullable String literal, @Nullable String otherwise) {
        String text = literal == null ? String.valueOf(otherwise) : literal;
        return text.replace("'", "").toLowerCase(Locale.ROOT);
    }

    /** Id of the collation that columns of text have in the session's results. */
    int resultsCollation() {
        String charset = settings.literal("character_set_results");
        if (charset == null) {
            return profile.charset();
        }
        return resultsAreConverted()
                ? CharacterSets.defaultCollation(unquoted(charset, ""), initialDialect.mariaDb())
                : CharacterSets.UTF8_GENERAL;
    }

    /** Whether text in results has one character set; else each column has its own, as Connector/J wants it. */
    boolean resultsAreConverted() {
        String charset = settings.literal("character_set_results");
        return charset == null || !charset.equalsIgnoreCase("NULL");
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether 0 for an AUTO_INCREMENT column is stored as 0. */
    boolean noAutoValueOnZero() {
        String sqlMode = settings.literal("sql_mode");
        return sqlMode != null && sqlMode.toUpperCase(Locale.ROOT).contains("NO_AUTO_VALUE_ON_ZERO");
    }

    /** What the strings of the client's statements mean. */
    TextEncoding encoding() {
        return encoding;
    }

    TransactionState transaction() {
        return transaction;
    }

    HeldConnections held() {
        return held;
    }

    boolean autocommit() {
        String literal = settings.literal("autocommit");
        return literal == null || literal.equals("1");
    }

    /** Whether what a statement does is only kept after a COMMIT. */
    boolean inTransaction() {
        return transaction.isOpen() || !autocommit();
    }

    /** Whether a connection has something to be told before it may carry out a statement of the session. */
    boolean mustJoin() {
        return transaction.hasSomethingToJoin();
    }

    List<String> joinStatements() {
        if (!transaction.isOpen() && inTransaction()) {
            transaction.beginByStatement();
        }
        List<String> statements = transaction.joinStatements();
        if (!inTransaction()) {
            String next = transaction.takeNextCharacteristics();
            if (next != null) {
                statements = new ArrayList<>(statements);
                statements.add(next);
            }
        }
        return statements;
    }

    boolean keeps(Location location, BackendConnection connection) {
        return transaction.isOpen()
                || connection.isInTransaction()
                || held.isPinned(location)
                || held.hasCursorAt(location)
                || location.equals(diagnosticsAt);
    }

    /** Where the last statement's warnings and errors can be asked for; null when nowhere. */
    @Nullable Location diagnosticsAt() {
        return diagnosticsAt;
    }

    void setDiagnosticsAt(@Nullable Location location) {
        diagnosticsAt = location;
    }

    /** The error that the proxy itself answered to the last statement, null when it did not. */
    @Nullable ErrorPacket lastError() {
        return lastError;
    }

    void setLastError(@Nullable ErrorPacket error) {
        lastError = error;
    }

    /**
     * What SHOW WARNINGS gives after a statement whose servers are not to be asked: an error that the proxy itself answered, or
     * what was fetched from several places.
     */
    List<Condition> conditions() {
        ErrorPacket error = lastError;
        return conditions.isEmpty() && error != null ? List.of(Condition.of(error)) : conditions;
    }

    void setConditions(List<Condition> fetched) {
        conditions = fetched;
    }

    /** The snapshot that a statement sees: that of the transaction if one is open. */
    Mesh mesh(Mesh newest) {
        if (!transaction.isOpen()) {
            return newest;
        }
        Mesh seen = transactionMesh;
        if (seen == null) {
            transactionMesh = newest;
            return newest;
        }
        return seen;
    }

    void endTransaction() {
        transaction.end();
        transactionMesh = null;
    }

    /** Status flags of an answer that the proxy gives itself. */
    int statusFlags() {
        int status = autocommit() ? ServerStatus.AUTOCOMMIT : 0;
        if (dialect.noBackslashEscapes()) {
            status |= ServerStatus.NO_BACKSLASH_ESCAPES;
        }
        if (transaction.isOpen()) {
            status |=
                    ServerStatus.IN_TRANS | (transaction.isReadOnly(readsOnly()) ? ServerStatus.IN_TRANS_READONLY : 0);
        } else {
            status |= held.transactionFlags();
        }
        return status;
    }

    /** Whether transactions of the session are READ ONLY unless they say otherwise. */
    private boolean readsOnly() {
        String literal = settings.literal("transaction_read_only");
        String older = literal == null ? settings.literal("tx_read_only") : literal;
        return "1".equals(older) || "ON".equalsIgnoreCase(unquoted(older, ""));
    }

    long lastInsertId() {
        return lastInsertId;
    }

    void setLastInsertId(long id) {
        lastInsertId = id;
    }

    /**
     * What FOUND_ROWS() gives.
     *
     * @throws MeshException after a cursor has been opened: its rows are counted by the server only
     */
    long foundRows() {
        if (foundRows == UNKNOWN) {
            throw MeshException.unsupported(
                    "FOUND_ROWS() after a statement with a cursor", "count the rows, or execute it without a cursor");
        }
        return foundRows;
    }

    void setFoundRows(long rows) {
        foundRows = rows;
    }

    /** A cursor has been opened. */
    void returnedCursor() {
        rowCount = -1;
        foundRows = UNKNOWN;
    }

    /** What ROW_COUNT() gives; -1 after a result set. */
    long rowCount() {
        return rowCount;
    }

    void changedRows(long affected) {
        rowCount = affected;
        foundRows = 0;
        keepsFoundRows = false;
    }

    void returnedRows(long rows) {
        rowCount = -1;
        foundRows = keepsFoundRows ? foundRows : rows;
        keepsFoundRows = false;
    }

    /** The rows that are returned next are those of SHOW WARNINGS or SHOW ERRORS, which FOUND_ROWS() does not count. */
    void keepFoundRows() {
        keepsFoundRows = true;
    }

    /**
     * A place to ask what any server can tell: where the session already is, or else where its schema is at home.
     *
     * @throws MeshException when the mesh has no schema
     */
    Location anyLocation(Mesh mesh) {
        List<Location> locations = held.locations();
        if (!locations.isEmpty()) {
            return locations.get(0);
        }
        MeshSchema current = schema == null ? null : mesh.schema(schema);
        if (current != null) {
            return current.config().defaultLocation();
        }
        return mesh.config().schemas().values().stream()
                .map(Schema::defaultLocation)
                .findFirst()
                .orElseThrow(() -> new MeshException(MeshError.NO_DATABASE_SELECTED));
    }
}
