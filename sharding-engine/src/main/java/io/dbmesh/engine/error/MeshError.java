package io.dbmesh.engine.error;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue. Each entry has an id that never changes its meaning and is never reused, the MySQL errno and SQLSTATE
 * that a client sees, and a template whose {@code {names}} are filled by the arguments in their order.
 *
 * <p>Errnos are chosen so that drivers and frameworks react rightly. Above all the SQLSTATE class 08 makes drivers and
 * client pools throw the connection away, therefore only faults that end the <em>client's</em> connection use it; a
 * lost backend costs a statement or a transaction, not the client's connection.
 *
 * <p>{@code docs/errors.md} is made from this list; {@code MeshErrorTest} fails when it is stale.
 */
public enum MeshError {
    // 1xxx: the statement, its values or the login (MySQL's own wording, so that tools recognise it)
    SYNTAX(
            "DBM-1001",
            1064,
            "42000",
            Blame.USER,
            "You have an error in your SQL syntax; check the manual that corresponds to your {product} server version for"
                    + " the right syntax to use near '{near}' at line {line}",
            "Correct the statement. If one MySQL server accepts it, report it: DBMesh's grammar lacks it."),
    UNKNOWN_DATABASE(
            "DBM-1002",
            1049,
            "42000",
            Blame.USER,
            "Unknown database '{schema}'",
            "Use a schema of the mesh's configuration (SHOW DATABASES lists them), or add it under `schemas`."),
    NO_DATABASE_SELECTED(
            "DBM-1003",
            1046,
            "3D000",
            Blame.USER,
            "No database selected",
            "Name the schema in the connection, by USE, or before the table's name."),
    UNKNOWN_TABLE(
            "DBM-1004",
            1146,
            "42S02",
            Blame.USER,
            "Table '{schema}.{table}' doesn't exist",
            "Create the table through DBMesh, so that it exists on every shard."),
    UNKNOWN_COLUMN(
            "DBM-1005",
            1054,
            "42S22",
            Blame.USER,
            "Unknown column '{column}' in '{clause}'",
            "Correct the column's name. After a change made directly on a server, reload the metadata."),
    AMBIGUOUS_COLUMN(
            "DBM-1006",
            1052,
            "23000",
            Blame.USER,
            "Column '{column}' in {clause} is ambiguous",
            "Write the table's name or alias before the column."),
    ACCESS_DENIED(
            "DBM-1007",
            1045,
            "28000",
            Blame.USER,
            "Access denied for user '{user}'@'{host}' (using password: {usingPassword})",
            "Users and passwords are those under `users` in the mesh's configuration, not the servers' own."),
    ACCESS_DENIED_DATABASE(
            "DBM-1008",
            1044,
            "42000",
            Blame.USER,
            "Access denied for user '{user}'@'{host}' to database '{schema}'",
            "Ask the operator of the mesh for access to the schema."),
    QUERY_INTERRUPTED(
            "DBM-1009", 1317, "70100", Blame.USER, "Query execution was interrupted", "Somebody stopped it by KILL."),
    QUERY_TIMEOUT(
            "DBM-1010",
            3024,
            "HY000",
            Blame.USER,
            "Query execution was interrupted, maximum statement execution time exceeded",
            "Make the statement cheaper or raise its time limit."),
    UNKNOWN_THREAD(
            "DBM-1011",
            1094,
            "HY000",
            Blame.USER,
            "Unknown thread id: {thread}",
            "SHOW PROCESSLIST and MESH SHOW SESSIONS list the ids that KILL takes."),
    UNKNOWN_PREPARED_STATEMENT(
            "DBM-1012",
            1243,
            "HY000",
            Blame.USER,
            "Unknown prepared statement handler ({statement}) given to {command}",
            "Prepare the statement again; it was closed, or it belongs to another connection."),
    WRONG_ARGUMENTS(
            "DBM-1013", 1210, "HY000", Blame.USER, "Incorrect arguments to {command}", "Correct the arguments."),
    COLUMN_COUNT_MISMATCH(
            "DBM-1014",
            1136,
            "21S01",
            Blame.USER,
            "Column count doesn't match value count at row {row}",
            "Give each row as many values as there are columns."),
    EMPTY_QUERY("DBM-1015", 1065, "42000", Blame.USER, "Query was empty", "Send a statement."),

    // 11xx: sharding keys
    KEY_NULL(
            "DBM-1101",
            1048,
            "23000",
            Blame.USER,
            "Column '{column}' cannot be null: it is the sharding key of {table}",
            "Give a value; NULL belongs to no shard."),
    KEY_WITHOUT_SHARD(
            "DBM-1102",
            1526,
            "HY000",
            Blame.USER,
            "Table {table} has no shard for value {value} of its sharding key '{column}'",
            "Use a value that the table's `by: { range }` or `by: { list }` covers, or extend the rule (`others`)."),
    KEY_OUT_OF_RANGE(
            "DBM-1103",
            1264,
            "22003",
            Blame.USER,
            "Out of range value for column '{column}': {value} does not fit {type}, and it is the sharding key of"
                    + " {table}",
            "Give a value that the column can hold. DBMesh needs it exactly, even where sql_mode is not strict."),
    KEY_NOT_ROUTABLE(
            "DBM-1104",
            1235,
            "42000",
            Blame.UNSUPPORTED,
            "DBMesh cannot tell the shard of this value of sharding key '{column}' of {table}: {reason}",
            "Use a value of the column's own type. For strings beyond printable ASCII declare the key column with a"
                    + " binary (_bin) collation and connect with the column's character set."),
    KEY_MISSING(
            "DBM-1105",
            1364,
            "HY000",
            Blame.USER,
            "Field '{column}' doesn't have a value: it is the sharding key of {table}",
            "Name the sharding key among the INSERT's columns; a default value is only known to the shard."),
    KEY_UPDATE(
            "DBM-1106",
            1235,
            "42000",
            Blame.UNSUPPORTED,
            "DBMesh does not change the sharding key: column '{column}' of {table}",
            "A new key can belong to another shard: delete the row and insert it again, in one transaction."),
    UNIQUE_KEY_WITHOUT_SHARD_KEY(
            "DBM-1107",
            1503,
            "HY000",
            Blame.USER,
            "A {keyKind} must include all columns of the table's sharding key: '{key}' of {table} lacks '{column}'",
            "A shard sees its own rows only, so such a key would be unique on each shard but not in the whole table."
                    + " Add the sharding key to it, or make it an ordinary index."),
    KEY_TYPE(
            "DBM-1108",
            1235,
            "42000",
            Blame.UNSUPPORTED,
            "Column '{column}' of {table} cannot be a sharding key: {reason}",
            "Shard by an integer, string, DATE or DATETIME column."),
    KEY_COLUMN_ABSENT(
            "DBM-1109",
            1072,
            "42000",
            Blame.USER,
            "Key column '{column}' doesn't exist in table: the configuration shards {table} by it",
            "Create the table with the column, or name the right one as `key` in the configuration."),

    NOT_COLOCATED(
            "DBM-1110",
            1105,
            "HY000",
            Blame.CONFIGURATION,
            "{table} is configured `with: {other}`, but equal keys can be on different shards: one key is {type}, the"
                    + " other {otherType}",
            "Give both key columns one type and collation; until then joins of the two are not pushed down."),
    KEYS_EXHAUSTED(
            "DBM-1111",
            1467,
            "HY000",
            Blame.USER,
            "Failed to read auto-increment value from storage engine: {table} has used its AUTO_INCREMENT values up to"
                    + " {highest}, the highest of the column's type",
            "Give the column a longer type (ALTER TABLE), such as BIGINT."),
    KEY_VALUE_UNCLEAR(
            "DBM-1112",
            1235,
            "42000",
            Blame.UNSUPPORTED,
            "DBMesh cannot tell which number this value of the AUTO_INCREMENT column '{column}' of {table} is: {reason}",
            "Give a whole number, so that no key which is made later is the same."),

    // 2xxx: not supported
    UNSUPPORTED(
            "DBM-2001",
            1235,
            "42000",
            Blame.UNSUPPORTED,
            "This version of DBMesh doesn't yet support {construct}; {instead}",
            "Do as the message says."),
    UNSUPPORTED_COMMAND(
            "DBM-2002",
            1047,
            "08S01",
            Blame.UNSUPPORTED,
            "Unknown command: DBMesh does not support {command}",
            "The client used a protocol command that DBMesh does not have; switch it off in the client."),

    // 3xxx: backends
    BACKEND_UNREACHABLE(
            "DBM-3001",
            // ER_CONNECT_TO_FOREIGN_DATA_SOURCE: the one errno by which a MySQL server says that it could not reach
            // another one. 2003 would be the client library's word for this very connection.
            1429,
            "HY000",
            Blame.BACKEND,
            "Unable to connect to data source {dataSource} at {address}: {reason}",
            "See whether the server runs and accepts the user and password of the configuration. Other data sources"
                    + " go on."),
    BACKEND_LOST(
            "DBM-3002",
            // ER_QUERY_ON_FOREIGN_DATA_SOURCE, for the same reason; not 2013, which belongs to client libraries.
            1430,
            "HY000",
            Blame.BACKEND,
            "Lost connection to data source {dataSource} at {address} during query: {reason}",
            "The statement may or may not have been carried out there. Look before repeating a write."),
    TRANSACTION_LOST(
            "DBM-3003",
            // 40001 tells frameworks that the whole transaction was rolled back and can be tried again.
            1213,
            "40001",
            Blame.BACKEND,
            "The transaction was rolled back: data source {dataSource} at {address} broke off: {reason}",
            "Repeat the transaction from its beginning."),
    COMMIT_UNCERTAIN(
            "DBM-3004",
            1180,
            "HY000",
            Blame.BACKEND,
            "Got error during COMMIT on data source {dataSource}: {reason}; {committed} of {total} shards had committed",
            "The shards may disagree. Check the rows of the transaction before repeating it."),
    BACKEND_PROTOCOL(
            "DBM-3005",
            1430,
            "HY000",
            Blame.BACKEND,
            "Data source {dataSource} at {address} sent what DBMesh does not understand: {reason}",
            "The connection was closed. Report it with the server's version."),
    METADATA_UNKNOWN(
            "DBM-3006",
            1429,
            "HY000",
            Blame.BACKEND,
            "The tables of schema {schema} are not known yet: data source {dataSource} at {address} did not answer:"
                    + " {reason}",
            "They are loaded as soon as the server answers."),
    SHARDS_DIFFER(
            "DBM-3007",
            1430,
            "HY000",
            Blame.BACKEND,
            "{table} differs between {first} and {second}: {difference}",
            "Bring the table to one definition on all shards, and make changes through DBMesh only."),
    DATABASE_MISSING(
            "DBM-3008",
            1049,
            "42000",
            Blame.BACKEND,
            "Unknown database '{database}' on data source {dataSource} at {address}: {reason}",
            "Create the database there, or give the data source's user the right to create it."),

    // 4xxx: limits
    TOO_MANY_CONNECTIONS(
            "DBM-4001",
            1040,
            "08004",
            Blame.OVERLOAD,
            "Too many connections: {limit} clients are connected",
            "Raise `limits.maxClientConnections`, or close idle clients."),
    POOL_TIMEOUT(
            "DBM-4002",
            // Not 08004: the client's own connection is healthy and must not be thrown away.
            1040,
            "HY000",
            Blame.OVERLOAD,
            "Too many connections: no connection to data source {dataSource} became free in {waitedMillis} ms ({active}"
                    + " of {maxConnections} busy, {waiting} waiting)",
            "Raise the data source's `maxConnections` or `limits.poolWaitTimeoutMillis`, or look for long"
                    + " transactions in MESH SHOW SESSIONS."),
    RESULT_TOO_LARGE(
            "DBM-4003",
            1038,
            "HY001",
            Blame.OVERLOAD,
            "Out of memory for {purpose}: more than {limit} {unit}",
            "Select fewer rows or columns, sort by an indexed order that each shard can stream, or raise the limit."),
    PACKET_TOO_LARGE(
            "DBM-4004",
            1153,
            "08S01",
            Blame.OVERLOAD,
            "Got a packet bigger than 'max_allowed_packet' bytes ({bytes} > {limit})",
            "Send smaller statements, or raise `limits.maxAllowedPacketBytes`."),
    TOO_MANY_PREPARED_STATEMENTS(
            "DBM-4005",
            1461,
            "42000",
            Blame.OVERLOAD,
            "Can't create more than max_prepared_stmt_count statements (current value: {limit})",
            "Close prepared statements, or raise `limits.maxPreparedStatementsPerClient`."),
    STATEMENT_TOO_COMPLEX(
            "DBM-4006",
            1436,
            "HY000",
            Blame.OVERLOAD,
            "Thread stack overrun: the statement is nested deeper than {limit} levels",
            "Write the statement with less nesting, for example IN instead of many ORs."),
    IDLE_TIMEOUT(
            "DBM-4007",
            // MySQL 8.0.24 and later send this errno before they close an idle connection.
            4031,
            "HY000",
            Blame.OVERLOAD,
            "The client was disconnected by the server because of inactivity",
            "Raise `limits.clientIdleTimeoutMillis`, or let the client's pool test its connections."),
    LOGIN_TIMEOUT(
            "DBM-4008",
            1159,
            "08S01",
            Blame.OVERLOAD,
            "Got timeout reading communication packets: no login in {limitMillis} ms",
            "See what holds the client up, or raise `limits.loginTimeoutMillis`."),
    TOO_FEW_CONNECTIONS(
            "DBM-4009",
            1040,
            "HY000",
            Blame.OVERLOAD,
            "Too many connections: the statement needs {wanted} connections to data source {dataSource} at one time, and"
                    + " an event loop of this proxy may open {allowed}",
            "Raise the data source's `maxConnections`, which the event loops share evenly."),

    // 5xxx: the client's connection
    MALFORMED_PACKET(
            "DBM-5001",
            1835,
            "HY000",
            Blame.USER,
            "Malformed communication packet: {detail}",
            "The connection was closed. Check the client library, and that nothing else uses the port."),
    PACKETS_OUT_OF_ORDER(
            "DBM-5002",
            1156,
            "08S01",
            Blame.USER,
            "Got packets out of order: expected {expected}, found {found}",
            "The connection was closed. Check the client library."),
    BAD_HANDSHAKE(
            "DBM-5003",
            1043,
            "08S01",
            Blame.USER,
            "Bad handshake: {detail}",
            "Use a client that speaks MySQL's protocol 4.1 or later."),
    UNSUPPORTED_AUTHENTICATION(
            "DBM-5004",
            1251,
            "08004",
            Blame.USER,
            "Client does not support authentication protocol requested by server; {detail}",
            "Use a client that has caching_sha2_password or mysql_native_password."),
    SHUTDOWN(
            "DBM-5005",
            1053,
            "08S01",
            Blame.OVERLOAD,
            "Server shutdown in progress",
            "Connect again, to another proxy or after the restart."),
    CONNECTION_KILLED(
            "DBM-5006",
            1317,
            "70100",
            Blame.USER,
            "Query execution was interrupted: the connection was killed",
            "Somebody stopped the connection by KILL."),

    // 6xxx: configuration
    CONFIG_INVALID(
            "DBM-6001",
            1105,
            "HY000",
            Blame.CONFIGURATION,
            "The configuration has {count} fault(s):\n{faults}",
            "Each fault names its line, what is wrong and what is allowed; docs/configuration.md has every field."),
    CONFIG_UNREADABLE(
            "DBM-6002",
            1105,
            "HY000",
            Blame.CONFIGURATION,
            "Cannot read the configuration {file}: {reason}",
            "Give the path of a readable file to --config."),
    BOUND_INVALID(
            "DBM-6003",
            1105,
            "HY000",
            Blame.CONFIGURATION,
            "The `by` of {table} does not fit its key column '{column}' {type}: {reason}",
            "Write bounds and values as the key column's type has them."),
    NO_DATA_SOURCE_ANSWERS(
            "DBM-6004",
            1105,
            "HY000",
            Blame.CONFIGURATION,
            "No data source answers: {faults}",
            "See whether the servers run and accept the users and passwords of the configuration."),
    CANNOT_LISTEN(
            "DBM-6005",
            1105,
            "HY000",
            Blame.CONFIGURATION,
            "Cannot listen on {address}: {reason}",
            "Stop what uses the port (ss -ltnp lists it), or give another address under `listen`."),

    // 9xxx: our fault
    INTERNAL(
            "DBM-9001",
            1815,
            "HY000",
            Blame.BUG,
            "Internal error of DBMesh: {detail}",
            "Please report it with the statement and the log.");

    private final String id;
    private final int errno;
    private final String sqlState;
    private final Blame blame;
    private final String template;
    private final String advice;

    @SuppressWarnings("ImmutableEnumChecker") // parametersOf() returns an unmodifiable list
    private final List<String> parameters;

    MeshError(String id, int errno, String sqlState, Blame blame, String template, String advice) {
        this.id = id;
        this.errno = errno;
        this.sqlState = sqlState;
        this.blame = blame;
        this.template = template;
        this.advice = advice;
        this.parameters = parametersOf(template);
    }

    /** The stable id, for logs and documentation: {@code DBM-1001}. */
    public String id() {
        return id;
    }

    /** MySQL's error number, as the client sees it. */
    public int errno() {
        return errno;
    }

    /** The five characters of SQLSTATE. */
    public String sqlState() {
        return sqlState;
    }

    public Blame blame() {
        return blame;
    }

    /** The message with {@code {names}} in place of its arguments. */
    public String template() {
        return template;
    }

    /** What the reader of the message can do. */
    public String advice() {
        return advice;
    }

    /** The names in the template, in the order in which arguments are given. */
    public List<String> parameters() {
        return parameters;
    }

    /**
     * The message with its arguments. A wrong number of arguments is a bug of the caller, but one that must not hide
     * the error being reported: it fails only where assertions are on, and otherwise leaves a name standing.
     */
    public String format(@Nullable Object... arguments) {
        assert arguments.length == parameters.size()
                : this + " takes " + parameters + ", but was given " + arguments.length + " arguments";
        StringBuilder message = new StringBuilder(template.length() + 32);
        int next = 0;
        int from = 0;
        while (next < arguments.length) {
            int open = template.indexOf('{', from);
            if (open < 0) {
                break;
            }
            int close = template.indexOf('}', open);
            message.append(template, from, open).append(arguments[next++]);
            from = close + 1;
        }
        return message.append(template, from, template.length()).toString();
    }

    private static List<String> parametersOf(String template) {
        List<String> names = new ArrayList<>();
        int open = template.indexOf('{');
        while (open >= 0) {
            int close = template.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("unclosed { in: " + template);
            }
            names.add(template.substring(open + 1, close));
            open = template.indexOf('{', close);
        }
        return List.copyOf(names);
    }
}
