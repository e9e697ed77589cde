package io.dbmesh.proxy.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of a session as its client sees it. No server hears of it before a statement needs that server: each
 * connection that joins is brought up to date with {@link #joinStatements()}, in the same write as the statement.
 */
final class TransactionState {

    private boolean open;
    private String begin = "BEGIN";
    private @Nullable String characteristics;
    private @Nullable String nextCharacteristics;
    private final List<String> savepoints = new ArrayList<>();

    /** Whether {@code BEGIN} has been said and neither {@code COMMIT} nor {@code ROLLBACK}. */
    boolean isOpen() {
        return open;
    }

    /**
     * Whether the open transaction may not change anything.
     *
     * @param otherwise what holds when neither its BEGIN nor a SET TRANSACTION before it has said so
     */
    boolean isReadOnly(boolean otherwise) {
        String said = (characteristics == null ? "" : characteristics) + " " + begin;
        return said.lastIndexOf("READ ONLY") > said.lastIndexOf("READ WRITE")
                || (otherwise && !said.contains("READ WRITE"));
    }

    /**
     * Opens a transaction.
     *
     * @param beginSql the statement that opens it on a server, such as {@code START TRANSACTION READ ONLY}
     */
    void begin(String beginSql) {
        open = true;
        begin = beginSql;
        characteristics = nextCharacteristics;
        nextCharacteristics = null;
        savepoints.clear();
    }

    /** Opens the next one with what the ended one had, for {@code AND CHAIN}. */
    void chain() {
        open = true;
        savepoints.clear();
    }

    void end() {
        open = false;
        characteristics = null;
        savepoints.clear();
    }

    /** {@code SET TRANSACTION ...} without a scope: holds for the next transaction only. */
    void setNextCharacteristics(String setTransactionSql) {
        nextCharacteristics = setTransactionSql;
    }

    /** COMMIT and ROLLBACK end what {@code SET TRANSACTION} has said even when no transaction has followed. */
    void forgetNextCharacteristics() {
        nextCharacteristics = null;
    }

    /** The {@code SET TRANSACTION} that an autocommitted statement uses up, or null. */
    @Nullable String takeNextCharacteristics() {
        String taken = nextCharacteristics;
        nextCharacteristics = null;
        return taken;
    }

    /**
     * Without autocommit a transaction begins with its first statement: what {@code SET TRANSACTION} has said before it holds
     * for every place that it comes to.
     */
    void beginByStatement() {
        if (nextCharacteristics != null) {
            characteristics = nextCharacteristics;
            nextCharacteristics = null;
        }
    }

    /** Whether what {@code SET TRANSACTION} has said goes to a server without a BEGIN after it. */
    boolean leavesCharacteristics() {
        return !open && (characteristics != null || nextCharacteristics != null);
    }

    /** The {@code SET TRANSACTION} that holds for the transaction that is open or comes next. */
    List<String> characteristics() {
        String said = nextCharacteristics == null ? characteristics : nextCharacteristics;
        return said == null ? List.of() : List.of(said);
    }

    /** Whether {@link #joinStatements} or a characteristic for one statement is to be sent to a new connection. */
    boolean hasSomethingToJoin() {
        return open || characteristics != null || nextCharacteristics != null || !savepoints.isEmpty();
    }

    /** What a connection must be told, in order, to join the transaction where it now stands. */
    List<String> joinStatements() {
        List<String> statements = new ArrayList<>(2 + savepoints.size());
        if (characteristics != null) {
            statements.add(characteristics);
        }
        if (open) {
            statements.add(begin);
        }
        for (String name : savepoints) {
            statements.add("SAVEPOINT " + name);
        }
        return statements;
    }

    /** MySQL moves a savepoint that is set again to the end. */
    void addSavepoint(String quotedName) {
        savepoints.removeIf(quotedName::equalsIgnoreCase);
        savepoints.add(quotedName);
    }

    boolean hasSavepoint(String quotedName) {
        return savepoints.stream().anyMatch(quotedName::equalsIgnoreCase);
    }

    /** Forgets the savepoints after the named one; it stays itself. */
    void rollbackTo(String quotedName) {
        while (!savepoints.get(savepoints.size() - 1).equalsIgnoreCase(quotedName)) {
            savepoints.remove(savepoints.size() - 1);
        }
    }

    /** Forgets the named savepoint and all after it. */
    void release(String quotedName) {
        rollbackTo(quotedName);
        savepoints.remove(savepoints.size() - 1);
    }
}
