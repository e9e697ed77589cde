package io.dbmesh.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Finds the end of an answer in the bytes of a server as they arrive, in whatever pieces, and keeps what its final packet
 * says. Rows and column definitions are stepped over by their headers, never decoded.
 *
 * <p>The state machine follows "Command Phase" of the protocol manual:
 *
 * <pre>
 * START -> OK | ERR                                          (no result set)
 * START -> count -> COLUMNS [-> COLUMNS_END] -> ROWS -> end  (a result set; the end may say that another one follows)
 * START -> prepare OK -> [PARAMETERS [-> end]] -> [COLUMNS [-> end]]
 * FIELDS -> end                                              (COM_FIELD_LIST)
 * ROWS -> end                                                (COM_STMT_FETCH)
 * </pre>
 *
 * where the packets in brackets that end definitions are only there without DEPRECATE_EOF. Reusable; allocates nothing
 * while it scans.
 */
public final class ResponseScanner {

    /** What is being answered. */
    public enum Kind {
        /** COM_QUERY and COM_STMT_EXECUTE: OK, an error or result sets. */
        RESULT,
        /** COM_STMT_PREPARE. */
        PREPARE,
        /** A command that is answered by one OK, EOF or error packet. */
        SIMPLE,
        /** COM_FIELD_LIST: column definitions up to an EOF packet. */
        FIELD_LIST,
        /** COM_STMT_FETCH: rows, without definitions. */
        FETCH
    }

    private enum Phase {
        START,
        COLUMNS,
        COLUMNS_END,
        ROWS,
        PREPARED_PARAMETERS,
        PREPARED_PARAMETERS_END,
        PREPARED_COLUMNS,
        PREPARED_COLUMNS_END,
        FIELDS,
        COMPLETE
    }

    private static final int ERROR = 0xff;
    private static final int END = 0xfe;
    private static final int OK = 0x00;
    private static final int LOCAL_INFILE = 0xfb;
    /** Longest definition that is believed: names are short, but COM_FIELD_LIST appends a column's default value. */
    private static final int MAX_DEFINITION = 1 << 20;

    private static final int NO_STATUS = -1;
    /** An EOF packet has at most 5 bytes; a longer packet that begins with 0xFE is a row. */
    private static final int MAX_EOF_LENGTH = 8;
    /** Header and errno. */
    private static final int MIN_ERROR_LENGTH = 3;
    /** Final packets are short: an error message has at most 512 bytes, an OK packet's text no more. */
    private static final int MAX_KEPT = 64 * 1024;

    private Kind kind = Kind.SIMPLE;
    private Phase phase = Phase.COMPLETE;
    private boolean deprecateEof;

    // The packet under way.
    private final byte[] header = new byte[Packets.HEADER_LENGTH];
    private int headerFilled;
    private int payloadLength;
    private int payloadLeft;
    private boolean firstByteSeen;
    private boolean continuation;
    private boolean continues;
    private boolean ends;
    private boolean resultSetJustEnded;
    private int sequence;

    private byte[] kept = new byte[64];
    private int keptLength;

    private int definitionsLeft;
    private int laterDefinitions;
    private long rows;
    private boolean error;
    private int status;
    private int warnings;
    private long affectedRows;
    private long lastInsertId;
    private int statementId;
    private int parameterCount;
    private int columnCount;
    private boolean resultSet;

    /** Starts over for the answer of the next command. */
    public void begin(Kind answered, boolean withoutEof) {
        kind = answered;
        deprecateEof = withoutEof;
        phase = switch (answered) {
            case FIELD_LIST -> Phase.FIELDS;
            case FETCH -> Phase.ROWS;
            case RESULT, PREPARE, SIMPLE -> Phase.START;
        };
        headerFilled = 0;
        payloadLeft = 0;
        firstByteSeen = false;
        continuation = false;
        resultSetJustEnded = false;
        keptLength = 0;
        rows = 0;
        error = false;
        status = NO_STATUS;
        warnings = 0;
        affectedRows = 0;
        lastInsertId = 0;
        resultSet = false;
    }

    /** Whether the last byte of the answer has been scanned. */
    public boolean isComplete() {
        return phase == Phase.COMPLETE;
    }

    /** Whether the answer's first row, or its end, is still to come. */
    public boolean isBeforeRows() {
        return phase != Phase.ROWS && phase != Phase.COMPLETE;
    }

    /** Whether the answer ended with an error packet. */
    public boolean isError() {
        return error;
    }

    /** Whether the answer had at least one result set. */
    public boolean hasResultSet() {
        return resultSet;
    }

    /** The error that ended the answer. */
    public ErrorPacket error() {
        return ErrorPacket.read(Unpooled.wrappedBuffer(kept, 0, keptLength));
    }

    /**
     * {@link ServerStatus} flags of the final packet, or -1 when it carried none: an error, and the answer to
     * COM_STMT_PREPARE. What another answer said, perhaps of another server, must not be taken for this one's.
     */
    public int statusFlags() {
        return status;
    }

    public int warnings() {
        return warnings;
    }

    /** Of the final OK packet, unsigned; 0 for a result set. */
    public long affectedRows() {
        return affectedRows;
    }

    /** Of the final OK packet, unsigned; 0 when no key was generated. */
    public long lastInsertId() {
        return lastInsertId;
    }

    /** The final OK packet, for an answer without result set. */
    public OkPacket ok() {
        return OkPacket.read(Unpooled.wrappedBuffer(kept, 0, keptLength));
    }

    /** Rows of all result sets of the answer so far. */
    public long rows() {
        return rows;
    }

    /** Sequence number of the last packet that began. */
    public int sequence() {
        return sequence;
    }

    /** Of a COM_STMT_PREPARE that succeeded. */
    public int statementId() {
        return statementId;
    }

    /** Of a COM_STMT_PREPARE that succeeded. */
    public int parameterCount() {
        return parameterCount;
    }

    /** Of a COM_STMT_PREPARE that succeeded. */
    public int columnCount() {
        return columnCount;
    }

    /**
     * Scans the readable bytes without moving the reader index.
     *
     * @return how many of them belong to this answer; fewer than all only when it is complete, or when its next result
     *     set begins there, whose definitions may have to be treated unlike rows: scan again
     * @throws ProtocolException when they are no answer to the command
     */
    public int scan(ByteBuf in) {
        return scan(in, false);
    }

    /** The same, but stops where the rows begin. */
    public int scanMetadata(ByteBuf in) {
        return scan(in, true);
    }

    private int scan(ByteBuf in, boolean stopAtRows) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int at = start;
        while (at < end && phase != Phase.COMPLETE) {
            if (payloadLeft == 0) {
                at = phase == Phase.ROWS && headerFilled == 0 && !continuation ? skipRows(in, at, end) : at;
                at = readHeader(in, at, end);
                if (headerFilled < Packets.HEADER_LENGTH) {
                    break;
                }
                headerFilled = 0;
            }
            at = readPayload(in, at, end);
            if (stopAtRows ? phase == Phase.ROWS : resultSetJustEnded) {
                resultSetJustEnded = false;
                break;
            }
        }
        return at - start;
    }

    /** The tight loop over rows that lie in the buffer as a whole. */
    private int skipRows(ByteBuf in, int from, int end) {
        int at = from;
        while (end - at > Packets.HEADER_LENGTH) {
            int length = in.getUnsignedMediumLE(at);
            int first = in.getUnsignedByte(at + Packets.HEADER_LENGTH);
            int next = at + Packets.HEADER_LENGTH + length;
            if (first >= END || length == 0 || length == Packets.MAX_PAYLOAD || next > end) {
                break;
            }
            sequence = in.getUnsignedByte(at + 3);
            rows++;
            at = next;
        }
        return at;
    }

    private int readHeader(ByteBuf in, int from, int end) {
        int at = from;
        while (headerFilled < Packets.HEADER_LENGTH && at < end) {
            header[headerFilled++] = in.getByte(at++);
        }
        if (headerFilled == Packets.HEADER_LENGTH) {
            payloadLength = (header[0] & 0xff) | ((header[1] & 0xff) << 8) | ((header[2] & 0xff) << 16);
            sequence = header[3] & 0xff;
            payloadLeft = payloadLength;
            continues = payloadLength == Packets.MAX_PAYLOAD;
            firstByteSeen = continuation;
            if (!continuation) {
                ends = false;
                keptLength = 0;
            }
        }
        return at;
    }

    /** The header has been read, perhaps in an earlier call: {@code payloadLeft} says what is missing of its packet. */
    private int readPayload(ByteBuf in, int from, int end) {
        if (payloadLeft == 0) {
            if (!continuation) {
                throw new ProtocolException("an empty packet in phase " + phase + " (sequence " + sequence + ")");
            }
            packetEnded();
            return from;
        }
        if (from == end) {
            return from;
        }
        if (!firstByteSeen) {
            firstByteSeen = true;
            packetBegan(in.getUnsignedByte(from));
        }
        int length = Math.min(payloadLeft, end - from);
        if (isKept()) {
            keep(in, from, length);
        }
        payloadLeft -= length;
        if (payloadLeft == 0) {
            packetEnded();
        }
        return from + length;
    }

    private boolean isKept() {
        return ends || phase == Phase.START || phase == Phase.COLUMNS_END;
    }

    private void keep(ByteBuf in, int from, int length) {
        if (keptLength + length > MAX_KEPT) {
            throw new ProtocolException("a " + phase + " packet of " + payloadLength + " bytes (sequence " + sequence
                    + "); at most " + MAX_KEPT + " expected");
        }
        if (keptLength + length > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(kept.length * 2, keptLength + length));
        }
        in.getBytes(from, kept, keptLength, length);
        keptLength += length;
    }

    private void packetBegan(int first) {
        switch (phase) {
            case START -> {
                if (first == LOCAL_INFILE && kind == Kind.RESULT) {
                    throw new ProtocolException("the server asks for a local file, which DBMesh does not support");
                }
            }
            case ROWS -> {
                boolean shortEnough =
                        deprecateEof ? payloadLength < Packets.MAX_PAYLOAD : payloadLength <= MAX_EOF_LENGTH;
                ends = first == ERROR || (first == END && shortEnough);
            }
            case COLUMNS, PREPARED_PARAMETERS, PREPARED_COLUMNS -> definitionBegan(first);
            case FIELDS -> {
                definitionBegan(first);
                ends |= first == END;
            }
            case COLUMNS_END, PREPARED_PARAMETERS_END, PREPARED_COLUMNS_END -> {
                ends = first == ERROR;
                if ((first != END && first != ERROR) || (first == END && payloadLength > MAX_EOF_LENGTH)) {
                    throw new ProtocolException(
                            "EOF packet expected after column definitions, found 0x" + Integer.toHexString(first)
                                    + " (length " + payloadLength + ", sequence " + sequence + ")");
                }
            }
            case COMPLETE -> throw new IllegalStateException("the answer is complete");
        }
    }

    private void definitionBegan(int first) {
        ends = first == ERROR;
        if (payloadLength > MAX_DEFINITION) {
            throw new ProtocolException("a column definition of " + payloadLength + " bytes (sequence " + sequence
                    + "); at most " + MAX_DEFINITION + " expected");
        }
    }

    private void packetEnded() {
        continuation = continues;
        if (continues) {
            return;
        }
        if (ends && (kept[0] & 0xff) == ERROR) {
            errorEnded();
            return;
        }
        switch (phase) {
            case START -> started();
            case COLUMNS -> {
                if (--definitionsLeft == 0) {
                    phase = deprecateEof ? Phase.ROWS : Phase.COLUMNS_END;
                }
            }
            case COLUMNS_END -> definitionsEnded();
            case ROWS -> {
                if (ends) {
                    resultSetEnded();
                } else {
                    rows++;
                }
            }
            case PREPARED_PARAMETERS -> {
                if (--definitionsLeft == 0) {
                    phase = deprecateEof ? afterParameters() : Phase.PREPARED_PARAMETERS_END;
                }
            }
            case PREPARED_PARAMETERS_END -> phase = afterParameters();
            case PREPARED_COLUMNS -> {
                if (--definitionsLeft == 0) {
                    phase = deprecateEof ? Phase.COMPLETE : Phase.PREPARED_COLUMNS_END;
                }
            }
            case PREPARED_COLUMNS_END -> phase = Phase.COMPLETE;
            case FIELDS -> {
                if (ends) {
                    resultSetEnded();
                }
            }
            case COMPLETE -> throw new IllegalStateException("the answer is complete");
        }
    }

    /** When a cursor has been opened, no rows follow and this was the end. */
    private void definitionsEnded() {
        boolean cursor = keptLength >= 5
                && (Unpooled.wrappedBuffer(kept, 0, keptLength).getUnsignedShortLE(3) & ServerStatus.CURSOR_EXISTS)
                        != 0;
        if (cursor) {
            resultSetEnded();
        } else {
            phase = Phase.ROWS;
        }
    }

    private void started() {
        int first = kept[0] & 0xff;
        if (first == ERROR) {
            errorEnded();
        } else if (kind == Kind.PREPARE) {
            prepared();
        } else if (first == OK) {
            okEnded();
        } else if (kind == Kind.SIMPLE) {
            if (first != END) {
                throw new ProtocolException("OK or error packet expected, found 0x" + Integer.toHexString(first)
                        + " (length " + payloadLength + ", sequence " + sequence + ")");
            }
            resultSetEnded();
        } else {
            long count = LengthEncoded.readInteger(Unpooled.wrappedBuffer(kept, 0, keptLength));
            if (count < 1 || count > 0xffff) {
                throw new ProtocolException("a result set of " + count + " columns");
            }
            resultSet = true;
            definitionsLeft = (int) count;
            phase = Phase.COLUMNS;
        }
    }

    private void errorEnded() {
        if (keptLength < MIN_ERROR_LENGTH) {
            throw new ProtocolException("error packet of " + keptLength + " bytes, at least " + MIN_ERROR_LENGTH
                    + " expected (sequence " + sequence + ")");
        }
        error = true;
        status = NO_STATUS;
        phase = Phase.COMPLETE;
    }

    private void prepared() {
        if (kept[0] != OK || keptLength < 12) {
            throw new ProtocolException("COM_STMT_PREPARE answered by a packet of " + keptLength + " bytes");
        }
        ByteBuf packet = Unpooled.wrappedBuffer(kept, 0, keptLength);
        statementId = packet.getIntLE(1);
        columnCount = packet.getUnsignedShortLE(5);
        parameterCount = packet.getUnsignedShortLE(7);
        warnings = packet.getUnsignedShortLE(10);
        laterDefinitions = columnCount;
        definitionsLeft = parameterCount;
        phase = parameterCount > 0 ? Phase.PREPARED_PARAMETERS : afterParameters();
    }

    private Phase afterParameters() {
        definitionsLeft = laterDefinitions;
        return definitionsLeft > 0 ? Phase.PREPARED_COLUMNS : Phase.COMPLETE;
    }

    private void okEnded() {
        ByteBuf packet = Unpooled.wrappedBuffer(kept, 1, keptLength - 1);
        affectedRows = LengthEncoded.readInteger(packet);
        lastInsertId = LengthEncoded.readInteger(packet);
        if (packet.readableBytes() < 4) {
            throw new ProtocolException("OK packet of " + keptLength + " bytes ends before its status flags");
        }
        status = packet.readUnsignedShortLE();
        warnings = packet.readUnsignedShortLE();
        if (packet.isReadable()) {
            LengthEncoded.skipString(packet); // so that ok() cannot fail once the answer counts as complete
        }
        nextResult();
    }

    private void resultSetEnded() {
        if (deprecateEof && keptLength > 5) {
            okEnded();
            return;
        }
        if (keptLength < 5) {
            throw new ProtocolException("EOF packet of " + keptLength + " bytes, 5 expected");
        }
        ByteBuf packet = Unpooled.wrappedBuffer(kept, 0, keptLength);
        warnings = packet.getUnsignedShortLE(1);
        status = packet.getUnsignedShortLE(3);
        nextResult();
    }

    private void nextResult() {
        boolean more = (status & ServerStatus.MORE_RESULTS_EXISTS) != 0 && kind == Kind.RESULT;
        phase = more ? Phase.START : Phase.COMPLETE;
        resultSetJustEnded = more;
    }
}
