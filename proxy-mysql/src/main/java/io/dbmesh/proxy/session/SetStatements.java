package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.proxy.backend.BackendConnection;
import io.dbmesh.proxy.backend.SessionSettings;
import io.dbmesh.proxy.protocol.ColumnDefinition;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.sql.lexer.Dialect;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.VariableScope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SET in all of its forms. What a session sets is kept as literals, validated once by a server, and replayed on whichever
 * connection a later statement runs. A value that is more than a literal is computed by a server first.
 */
final class SetStatements implements Execution {

    private static final Pattern NAMES =
            Pattern.compile("(?i)['\"]?([A-Za-z0-9_]+)['\"]?(?:\\s+COLLATE\\s+['\"]?([A-Za-z0-9_]+)['\"]?)?");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_$]+");

    private static final Pattern OF_THE_SESSION = Pattern.compile(
            "(?i)\\b(DATABASE|SCHEMA|CONNECTION_ID|USER|SESSION_USER|SYSTEM_USER|CURRENT_USER|FOUND_ROWS|ROW_COUNT)"
                    + "\\s*\\(\\s*\\)");

    /** What would make answers wrong when it is set behind the mesh's back, with the reason. */
    private static final Map<String, String> REFUSED = Map.of(
            "sql_log_bin", "it would part the servers' replicas",
            "gtid_next", "transaction ids belong to each server",
            "insert_id", "keys of sharded tables are made by the mesh",
            "pseudo_thread_id", "threads are the mesh's sessions",
            "sql_auto_is_null", "the last key is the session's, not the server's",
            "completion_type", "transactions are the session's; say COMMIT AND CHAIN");

    private final ClientSession session;

    SetStatements(ClientSession session) {
        this.session = session;
    }

    /**
     * A variable and its value.
     *
     * @param name as {@link SessionSettings} has it
     * @param literal null when a server has to compute it
     * @param expression the client's text of the value, each char one byte
     */
    private record Assignment(String name, @Nullable String literal, String expression) {
        Assignment computed(String value) {
            return new Assignment(name, value, expression);
        }
    }

    // ------------------------------------------------------------------ SET a = 1, @b = 2

    void run(Statement.SetVariables statement, StatementText text) {
        session.started(this);
        List<Assignment> assignments = new ArrayList<>();
        for (Statement.VariableAssignment assignment : statement.assignments()) {
            assignments.add(read(assignment, text));
        }
        List<Assignment> open =
                assignments.stream().filter(each -> each.literal() == null).toList();
        if (open.isEmpty()) {
            apply(assignments);
        } else {
            compute(
                    open,
                    values -> apply(assignments.stream()
                            .map(each -> each.literal() != null ? each : each.computed(values.get(open.indexOf(each))))
                            .toList()));
        }
    }

    private static Assignment read(Statement.VariableAssignment assignment, StatementText text) {
        VariableScope scope = assignment.scope();
        if (scope != null && scope != VariableScope.SESSION) {
            throw MeshException.unsupported("SET " + scope, "set it on each server, or in its configuration file");
        }
        String name = assignment.isUserVariable()
                ? variable(assignment.name().substring(1))
                : assignment.name().toLowerCase(Locale.ROOT);
        String expression = text.of(assignment.value().span());
        if (isNames(name)) {
            return new Assignment(name, expression, expression);
        }
        return new Assignment(name, literal(assignment.value(), expression, assignment.isUserVariable()), expression);
    }

    /**
     * A user variable as {@link SessionSettings} has it.
     *
     * @param name without its sign, perhaps quoted
     */
    static String variable(String name) {
        boolean quoted = name.length() > 1 && "`'\"".indexOf(name.charAt(0)) >= 0;
        String quote = name.substring(0, 1);
        String plain = quoted ? name.substring(1, name.length() - 1).replace(quote + quote, quote) : name;
        return "@`" + plain.toLowerCase(Locale.ROOT).replace("`", "``") + "`";
    }

    /** {@code SET a = 1, NAMES utf8mb4 COLLATE utf8mb4_bin}: the parser makes an assignment to this name of it. */
    private static boolean isNames(String name) {
        return name.equals("names") || name.equals("character set") || name.equals("charset");
    }

    /** The value as SQL that means the same on every server and under every sql_mode; null when it must be computed. */
    private static @Nullable String literal(Expression value, String text, boolean userVariable) {
        return switch (value) {
            case Expression.Constant constant -> constant.keyword().name();
            case Expression.Column column -> !userVariable && WORD.matcher(text).matches() ? text : null;
            case Expression.Literal literal ->
                switch (literal.kind()) {
                    case INTEGER, DECIMAL, FLOAT, HEX, BIT -> text;
                    case STRING -> isPlainString(text) ? "'" + text.substring(1, text.length() - 1) + "'" : null;
                    case NULL -> "NULL";
                    case NATIONAL_OR_INTRODUCED, TEMPORAL, PARAMETER -> null;
                };
            default -> null;
        };
    }

    private static boolean isPlainString(String text) {
        String inner = text.substring(1, text.length() - 1);
        return inner.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '\'' && c != '"' && c != '\\');
    }

    private void apply(List<Assignment> assignments) {
        SessionSettings settings = session.state().settings();
        Boolean autocommit = null;
        for (Assignment assignment : assignments) {
            String name = assignment.name();
            String literal = String.valueOf(assignment.literal());
            if (isNames(name)) {
                settings = names(settings, name, literal);
                continue;
            }
            if (name.equals("autocommit")) {
                autocommit = isOn(literal);
                literal = autocommit ? "1" : "0";
            }
            settings = with(settings, name, literal);
        }
        boolean commits = Boolean.TRUE.equals(autocommit) && session.state().inTransaction();
        accept(settings, commits);
    }

    private static SessionSettings names(SessionSettings settings, String name, String value) {
        Matcher parts = NAMES.matcher(value.strip());
        if (!parts.matches()) {
            throw MeshException.unsupported("SET NAMES " + value, "name a character set");
        }
        String charset = parts.group(1).equalsIgnoreCase("DEFAULT") ? null : parts.group(1);
        return withNames(settings, charset, parts.group(2), !name.equals("names"));
    }

    private SessionSettings with(SessionSettings settings, String name, String literal) {
        String reason = REFUSED.get(name);
        if (reason != null && !isOff(literal)) {
            throw MeshException.unsupported("SET " + name, reason);
        }
        return switch (name) {
            case "last_insert_id", "identity" -> {
                session.state().setLastInsertId(Long.parseUnsignedLong(literal));
                yield settings;
            }
            case "character_set_client" -> {
                CharacterSets.require(unquoted(literal));
                yield settings.with(name, literal);
            }
            case "character_set_connection" ->
                settings.without("collation_connection").with(name, literal);
            case "collation_connection" ->
                settings.without("character_set_connection").with(name, literal);
            default -> reason != null ? settings : settings.with(name, literal);
        };
    }

    private static boolean isOff(String literal) {
        String value = unquoted(literal).toUpperCase(Locale.ROOT);
        return value.equals("0")
                || value.equals("OFF")
                || value.equals("FALSE")
                || value.equals("DEFAULT")
                || value.equals("AUTOMATIC")
                || value.equals("NO_CHAIN");
    }

    private static boolean isOn(String literal) {
        return switch (unquoted(literal).toUpperCase(Locale.ROOT)) {
            case "1", "ON", "TRUE", "DEFAULT" -> true;
            case "0", "OFF", "FALSE" -> false;
            default ->
                throw new StatementError(new ErrorPacket(
                        1231,
                        "42000",
                        "Variable 'autocommit' can't be set to the value of '" + unquoted(literal) + "'"));
        };
    }

    private static String unquoted(String literal) {
        return literal.replace("'", "");
    }

    // ------------------------------------------------------------------ SET NAMES, SET TRANSACTION

    void run(Statement.SetNames statement) {
        session.started(this);
        accept(
                withNames(
                        session.state().settings(),
                        statement.charset(),
                        statement.collation(),
                        statement.characterSetOnly()),
                false);
    }

    private static SessionSettings withNames(
            SessionSettings before, @Nullable String charset, @Nullable String collation, boolean characterSetOnly) {
        SessionSettings settings = before.without("character_set_connection")
                .without("collation_connection")
                .without(SessionSettings.NAMES);
        if (charset == null) {
            return settings.without("character_set_client").without("character_set_results");
        }
        CharacterSets.require(charset);
        String quoted = quoted(charset);
        if (collation != null && !characterSetOnly) {
            return settings.without("character_set_client")
                    .without("character_set_results")
                    .with(SessionSettings.NAMES, quoted + " COLLATE " + quoted(collation));
        }
        settings = settings.with("character_set_client", quoted).with("character_set_results", quoted);
        if (characterSetOnly) {
            return settings.with("collation_connection", "@@collation_database");
        }
        return settings.with("character_set_connection", quoted);
    }

    private static String quoted(String name) {
        return "'" + name.replace("'", "''") + "'";
    }

    void run(Statement.SetTransaction statement) {
        session.started(this);
        VariableScope scope = statement.scope();
        if (scope == null) {
            setNextTransaction(statement);
            return;
        }
        if (scope != VariableScope.SESSION) {
            throw MeshException.unsupported("SET " + scope + " TRANSACTION", "set it in each server's configuration");
        }
        Dialect dialect = session.state().dialect();
        // MariaDB knows the newer names since 11.1.
        boolean oldNames = dialect.mariaDb() && dialect.version() < 110_101;
        SessionSettings settings = session.state().settings();
        String isolation = statement.isolation();
        if (isolation != null) {
            settings = settings.with(
                    oldNames ? "tx_isolation" : "transaction_isolation",
                    "'" + isolation.toUpperCase(Locale.ROOT).replace(' ', '-') + "'");
        }
        Boolean readOnly = statement.readOnly();
        if (readOnly != null) {
            settings = settings.with(oldNames ? "tx_read_only" : "transaction_read_only", readOnly ? "1" : "0");
        }
        accept(settings, false);
    }

    private void setNextTransaction(Statement.SetTransaction statement) {
        if (session.state().transaction().isOpen()) {
            throw new StatementError(new ErrorPacket(
                    1568, "25001", "Transaction characteristics can't be changed while a transaction is in progress"));
        }
        List<String> parts = new ArrayList<>();
        if (statement.isolation() != null) {
            parts.add("ISOLATION LEVEL " + statement.isolation().replace('-', ' '));
        }
        Boolean readOnly = statement.readOnly();
        if (readOnly != null) {
            parts.add(readOnly ? "READ ONLY" : "READ WRITE");
        }
        session.state().transaction().setNextCharacteristics("SET TRANSACTION " + String.join(", ", parts));
        session.answerOkAndComplete();
    }

    // ------------------------------------------------------------------ servers

    /** Lets a server judge settings that none has seen yet, then makes them the session's. */
    private void accept(SessionSettings settings, boolean commits) {
        List<String> unknown = new ArrayList<>();
        settings.literals().forEach((name, literal) -> {
            String assignment = name + "=" + literal;
            boolean same = literal.equals(session.state().settings().literals().get(name));
            if (!same && !session.loop().isAcceptedSetting(assignment)) {
                unknown.add(assignment);
            }
        });
        if (unknown.isEmpty()) {
            take(settings, commits);
            return;
        }
        judge(
                settings,
                () -> {
                    unknown.forEach(session.loop()::acceptSetting);
                    take(settings, commits);
                },
                () -> take(settings, commits));
    }

    /**
     * Sets the session's present settings on a connection and then, alone, what is new, so that the server's warnings are
     * about that.
     */
    private void judge(SessionSettings settings, Runnable accepted, Runnable warned) {
        Location location = session.anyLocation();
        SessionSettings before = session.state().settings();
        if (!settings.isReachableFrom(before)) {
            // Another connection is needed, on which all of them are set.
            judgeWhole(location, settings, before, accepted);
            return;
        }
        session.connections().acquireBeside(location, List.of(), new Connections.Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                connection.prepareFor(location.database(), settings, List.of(), new BackendConnection.Ready() {
                    @Override
                    public void ready(BackendConnection ready) {
                        tellWarnings(location, ready, accepted, warned);
                    }

                    @Override
                    public void failed(ErrorPacket reason) {
                        session.connections().release(location, connection);
                        session.failed(reason);
                    }
                });
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                session.failed(reason);
            }
        });
    }

    private void judgeWhole(Location location, SessionSettings settings, SessionSettings before, Runnable accepted) {
        session.state().set(settings);
        session.connections().acquireBeside(location, List.of(), new Connections.Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                Conditions.fetch(List.of(connection), told -> {
                    session.connections().release(location, connection);
                    accepted.run();
                });
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                session.state().set(before);
                session.failed(reason);
            }
        });
    }

    /** What a server warns of is not remembered as accepted, so that the next session hears of it too. */
    private void tellWarnings(Location location, BackendConnection connection, Runnable accepted, Runnable warned) {
        Conditions.fetch(List.of(connection), told -> {
            session.connections().release(location, connection);
            if (connection.isClosed()) {
                session.failed(new ErrorPacket(2013, "HY000", "Lost connection to MySQL server during query"));
                return;
            }
            // MariaDB keeps what statements before it have warned of.
            if (connection.settingsWarnings() == 0) {
                accepted.run();
            } else {
                session.state().setConditions(told.getFirst());
                warned.run();
            }
        });
    }

    private void take(SessionSettings settings, boolean commits) {
        session.state().set(settings);
        if (commits) {
            session.transactions().commitThen(this::answerOk);
        } else {
            answerOk();
        }
    }

    /** What the server would say of its own session. */
    private String withSessionValues(String expression) {
        Matcher matcher = OF_THE_SESSION.matcher(expression);
        if (!matcher.find()) {
            return expression;
        }
        if (expression.indexOf('\'') >= 0 || expression.indexOf('"') >= 0) {
            throw MeshException.unsupported(
                    matcher.group() + " in an expression of SET with strings", "set it to a variable of its own first");
        }
        return matcher.replaceAll(found -> Matcher.quoteReplacement(session.literals()
                .expression(
                        switch (found.group(1).toUpperCase(Locale.ROOT)) {
                            case "DATABASE", "SCHEMA" -> SessionFunction.CURRENT_SCHEMA;
                            case "CONNECTION_ID" -> SessionFunction.CONNECTION_ID;
                            case "CURRENT_USER" -> SessionFunction.CURRENT_USER;
                            case "FOUND_ROWS" -> SessionFunction.FOUND_ROWS;
                            case "ROW_COUNT" -> SessionFunction.ROW_COUNT;
                            default -> SessionFunction.USER;
                        })));
    }

    private void answerOk() {
        int warnings = session.state().conditions().size();
        session.answer(new OkPacket(0, 0, session.state().statusFlags(), warnings, ""));
        session.completed();
    }

    /** Asks a server for the values of expressions, within the session's settings and transaction. */
    private void compute(List<Assignment> open, Consumer<List<String>> then) {
        StringBuilder select = new StringBuilder("SELECT ");
        for (Assignment assignment : open) {
            String expression = withSessionValues(assignment.expression());
            select.append(select.length() > 7 ? ", " : "")
                    .append(expression)
                    .append(", HEX(CONVERT((")
                    .append(expression)
                    .append(") USING utf8mb4))");
        }
        byte[] sql = select.toString().getBytes(StandardCharsets.ISO_8859_1);
        Location location = session.anyLocation();
        List<String> before = List.of(
                "SET last_insert_id = " + Long.toUnsignedString(session.state().lastInsertId()));
        session.connections().acquireBeside(location, before, new Connections.Receiver() {
            @Override
            public void acquired(BackendConnection connection) {
                RowsExchange exchange = new RowsExchange(connection.profile().deprecateEof(), 1) {
                    @Override
                    protected void rows(
                            BackendConnection from,
                            List<ColumnDefinition> columns,
                            List<List<byte @Nullable []>> rows) {
                        session.connections().release(location, from);
                        session.guarded(() -> then.accept(SqlLiterals.of(columns, rows.get(0))));
                    }

                    @Override
                    protected void error(BackendConnection from, ErrorPacket reason) {
                        session.connections().release(location, from);
                        session.failed(reason);
                    }
                };
                connection.send(CommandByte.QUERY, sql, exchange);
                connection.flush();
            }

            @Override
            public void unavailable(ErrorPacket reason) {
                session.failed(reason);
            }
        });
    }

    @Override
    public void clientWritable() {
        // The answer is one packet.
    }

    @Override
    public void abandoned() {
        // Nothing is held besides connections.
    }
}
