package io.dbmesh.engine.error;

import org.jspecify.annotations.Nullable;

/**
 * An error of the catalogue with its arguments. Immutable, so that a plan may hold one and give it to many clients.
 *
 * <p>Only faults of DBMesh and of backends carry a stack trace: the others are ordinary answers to a client, and may be
 * raised many times a second.
 */
public final class MeshException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NOWHERE = 0;

    private final MeshError error;
    private final int line;
    private final int column;

    public MeshException(MeshError error, @Nullable Object... arguments) {
        this(error, null, NOWHERE, NOWHERE, arguments);
    }

    private MeshException(
            MeshError error, @Nullable Throwable cause, int line, int column, @Nullable Object... arguments) {
        super(error.format(arguments), cause, true, error.blame() == Blame.BUG || error.blame() == Blame.BACKEND);
        this.error = error;
        this.line = line;
        this.column = column;
    }

    /** The same with the cause kept, for the log; the client sees the message only. */
    public static MeshException causedBy(Throwable cause, MeshError error, @Nullable Object... arguments) {
        return new MeshException(error, cause, NOWHERE, NOWHERE, arguments);
    }

    /** The same at a place in the client's statement, both counted from 1. */
    public static MeshException at(int line, int column, MeshError error, @Nullable Object... arguments) {
        return new MeshException(error, null, line, column, arguments);
    }

    /** The common refusal: names the construct, and says what to do instead. */
    public static MeshException unsupported(String construct, String instead) {
        return new MeshException(MeshError.UNSUPPORTED, construct, instead);
    }

    public MeshError error() {
        return error;
    }

    /** What the client is told. */
    public String message() {
        String message = getMessage();
        return message == null ? error.template() : message;
    }

    /** Line in the statement from 1, or 0 when the error has no place. */
    public int line() {
        return line;
    }

    /** Column in the line from 1, or 0 when the error has no place. */
    public int column() {
        return column;
    }

    /** One line for the log: id, message and advice. */
    public String describe() {
        return error.id() + ": " + message() + " [" + error.advice() + "]";
    }
}
