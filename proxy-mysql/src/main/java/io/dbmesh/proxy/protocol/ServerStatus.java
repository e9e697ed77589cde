package io.dbmesh.proxy.protocol;

/** The status flags of OK and EOF packets (SERVER_STATUS_flags_enum in the manual). */
public final class ServerStatus {
    /** A transaction is open. */
    public static final int IN_TRANS = 0x0001;
    /** Each statement is a transaction of its own unless one is open. */
    public static final int AUTOCOMMIT = 0x0002;
    /** Another result set follows. */
    public static final int MORE_RESULTS_EXISTS = 0x0008;
    /** The rows stay at the server until COM_STMT_FETCH asks for them. */
    public static final int CURSOR_EXISTS = 0x0040;
    /** A COM_STMT_FETCH has come to the last row, and the cursor is closed. */
    public static final int LAST_ROW_SENT = 0x0080;
    /** A backslash in a string is an ordinary character, so that clients must not escape by it. */
    public static final int NO_BACKSLASH_ESCAPES = 0x0200;
    /** The open transaction was started READ ONLY. */
    public static final int IN_TRANS_READONLY = 0x2000;
    /** An OK packet ends with changes of the session. */
    static final int SESSION_STATE_CHANGED = 0x4000;

    private ServerStatus() {}
}
