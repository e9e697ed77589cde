package io.dbmesh.engine.plan;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.Plan.Cell;
import io.dbmesh.engine.plan.Plan.GeneratedKey;
import io.dbmesh.engine.plan.Plan.InsertRows;
import io.dbmesh.engine.plan.Plan.RowTemplate;
import io.dbmesh.engine.plan.Rewrite.Part;
import io.dbmesh.engine.plan.Rewrite.SessionFunction;
import io.dbmesh.engine.plan.Rewrite.Splice;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Lexer;
import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.LiteralKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The text that goes to a server: the client's with the splices of a {@link Rewrite}. Reused, one for each event loop;
 * the text lies in {@link #bytes()} until the next call.
 *
 * <p>A statement is written in one of two ways. As <em>text</em> every value is a literal. As a <em>template</em>, for
 * preparing it on a server, each value that the mesh adds is a {@code ?}, so that the template is the same for every
 * execution, and {@link Markers} hears in the order of the {@code ?} what each of them stands for.
 */
public final class StatementRewriter {
    /** What a {@code ?} of a template stands for. */
    public interface Markers {
        /** The client's parameter, from 0. */
        void parameter(int parameter);

        /** The sum of LIMIT and OFFSET, by their ordinals. */
        void limitSum(int countOrdinal, @Nullable Integer offsetOrdinal);

        /** The key that was made for a row, by its number in the client's statement. */
        void key(int row);
    }

    /** What the session knows. */
    public interface SessionValues {
        /** A constant expression with the session's value and the function's type. */
        String expression(SessionFunction function);
    }

    /**
     * Which rows of an INSERT go into a text.
     *
     * @param rows their numbers in the client's statement, ascending; the first {@code count} of the array count
     * @param keys the key made for each row of the client's statement by its number, 0 for a row that has its own; null when
     *     none is made
     */
    public record RowChoice(int[] rows, int count, long @Nullable [] keys) {
        boolean hasKey(int row) {
            return keys != null && keys[row] != 0;
        }

        long key(int row) {
            return keys == null ? 0 : keys[row];
        }
    }

    private static final int INITIAL_CAPACITY = 512;

    private final Lexer lexer = new Lexer();
    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;
    private Digest digest = new Digest();
    private Rewrite rewrite = Rewrite.NONE;
    private @Nullable Location location;
    private @Nullable Bindings bindings;
    private @Nullable SessionValues session;
    private @Nullable Markers markers;
    /** For each literal of a template how many parameters stand before it. */
    private int[] parametersBefore = new int[16];

    private int cellStart;
    private int cellEnd;

    /** The text that was written last; the first {@link #length()} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** The text that was written last, for people. */
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Writes a statement as text.
     *
     * @param to the place it goes to
     */
    public void text(Digest statement, Rewrite changes, Location to, Bindings values, SessionValues sessionValues) {
        begin(statement, changes, to);
        bindings = values;
        session = sessionValues;
        whole();
    }

    /** Writes a statement as a template. Values of the session are in its text, so it is as good as they are. */
    public void template(
            Digest statement, Rewrite changes, Location to, SessionValues sessionValues, Markers meanings) {
        begin(statement, changes, to);
        session = sessionValues;
        beginMarkers(meanings);
        whole();
    }

    /** Writes some rows of an INSERT as text. */
    public void insertText(
            Digest statement, InsertRows plan, Location to, RowChoice choice, SessionValues sessionValues) {
        begin(statement, plan.rewrite(), to);
        session = sessionValues;
        insert(plan, choice);
    }

    /** Writes some rows of an INSERT as a template; of the choice's keys only matters whether a row has one. */
    public void insertTemplate(
            Digest statement,
            InsertRows plan,
            Location to,
            RowChoice choice,
            SessionValues sessionValues,
            Markers meanings) {
        begin(statement, plan.rewrite(), to);
        session = sessionValues;
        beginMarkers(meanings);
        insert(plan, choice);
    }

    /** How many rows the client's statement has. */
    public static int rowCount(Digest statement, InsertRows plan) {
        return rowCount(statement, plan.rows());
    }

    /** How many rows the client's statement has, of an INSERT with these templates. */
    public static int rowCount(Digest statement, List<RowTemplate> rows) {
        return rows.size() > 1 ? rows.size() : Math.max(1, statement.rowCount());
    }

    /** The template of a row of the client's statement. */
    public static RowTemplate templateOf(InsertRows plan, int row) {
        return templateOf(plan.rows(), row);
    }

    /** The one of these templates that is a row's. */
    public static RowTemplate templateOf(List<RowTemplate> rows, int row) {
        return rows.size() > 1 ? rows.get(row) : rows.getFirst();
    }

    /** The literal of the text for an ordinal in a row's template. */
    public static int literalOf(Digest statement, InsertRows plan, int row, int ordinal) {
        return literalOf(statement, plan.rows(), row, ordinal);
    }

    /** The same, of an INSERT with these templates. */
    public static int literalOf(Digest statement, List<RowTemplate> rows, int row, int ordinal) {
        return rows.size() > 1 ? ordinal : statement.literalIndex(row, ordinal);
    }

    private void begin(Digest statement, Rewrite changes, Location to) {
        digest = statement;
        rewrite = changes;
        location = to;
        bindings = null;
        session = null;
        markers = null;
        length = 0;
    }

    private void beginMarkers(Markers meanings) {
        markers = meanings;
        int count = digest.literalCount();
        if (parametersBefore.length < count) {
            parametersBefore = new int[Math.max(count, parametersBefore.length * 2)];
        }
        int parameters = 0;
        for (int i = 0; i < count; i++) {
            parametersBefore[i] = parameters;
            if (digest.literalKind(i) == LiteralKind.PARAMETER) {
                parameters++;
            }
        }
    }

    private void whole() {
        requireSplicesFit(0, digest.tokenCount(), digest.rowCount() > 1);
        spliced(0, digest.tokenCount(), digest.textStart(), digest.textEnd());
    }

    private void insert(InsertRows plan, RowChoice choice) {
        boolean collapsed = plan.rows().size() == 1 && digest.rowCount() > 1;
        requireSplicesFit(plan.rowsFrom(), plan.rowsTo(), collapsed);
        int rowsStart = digest.tokenStart(plan.rowsFrom());
        int rowsEnd = collapsed ? digest.rowEnd(digest.rowCount() - 1) : digest.tokenEnd(plan.rowsTo() - 1);
        spliced(0, plan.rowsFrom(), digest.textStart(), rowsStart);
        for (int i = 0; i < choice.count(); i++) {
            if (i > 0) {
                write(',');
            }
            row(plan, choice, choice.rows()[i], collapsed);
        }
        spliced(plan.rowsTo(), digest.tokenCount(), rowsEnd, digest.textEnd());
    }

    /** Only the first of collapsed rows has tokens, so what is spliced there is not spliced in the others. */
    private void requireSplicesFit(int fromToken, int toToken, boolean collapsed) {
        if (!collapsed || rewrite.isEmpty()) {
            return;
        }
        int first = digest.rowStart(0);
        int last = digest.rowEnd(0);
        List<Splice> splices = rewrite.splices();
        for (int i = 0; i < splices.size(); i++) {
            Splice splice = splices.get(i);
            boolean within = splice.from() >= fromToken && splice.to() <= toToken && splice.to() > splice.from();
            if (within && digest.tokenStart(splice.from()) > first && digest.tokenEnd(splice.to() - 1) < last) {
                throw MeshException.unsupported(
                        "functions of the session in the rows of an INSERT of several rows",
                        "insert one row at a time, or give the value");
            }
        }
    }

    private void row(InsertRows plan, RowChoice choice, int row, boolean collapsed) {
        RowTemplate template = templateOf(plan, row);
        int start = collapsed ? digest.rowStart(row) : digest.tokenStart(template.fromToken());
        int end = collapsed ? digest.rowEnd(row) : digest.tokenEnd(template.toToken() - 1);
        int fromToken = collapsed ? 0 : template.fromToken();
        int toToken = collapsed ? 0 : template.toToken();
        GeneratedKey generated = plan.generated();
        Cell cell = template.generatedCell();
        if (generated == null || !choice.hasKey(row)) {
            spliced(fromToken, toToken, start, end);
        } else if (cell != null) {
            locate(plan, template, cell, row, collapsed);
            int after = cellEnd;
            spliced(fromToken, collapsed ? 0 : cell.fromToken(), start, cellStart);
            key(row, choice);
            spliced(collapsed ? 0 : cell.toToken(), toToken, after, end);
        } else if (generated.assigned()) {
            spliced(fromToken, toToken, start, end);
            write(", ");
            write(Planning.quoted(generated.column()));
            write(" = ");
            key(row, choice);
        } else {
            spliced(fromToken, toToken, start, end - 1);
            write(", ");
            key(row, choice);
            write(')');
        }
    }

    private void key(int row, RowChoice choice) {
        if (markers == null) {
            write(choice.key(row));
        } else {
            write('?');
            markers.key(row);
        }
    }

    private void locate(InsertRows plan, RowTemplate template, Cell cell, int row, boolean collapsed) {
        if (cell.value() != null) {
            int literal = literalOf(digest, plan, row, cell.value().ordinal());
            cellStart = digest.literalStart(literal);
            cellEnd = digest.literalEnd(literal);
        } else if (!collapsed || row == 0) {
            cellStart = digest.tokenStart(cell.fromToken());
            cellEnd = digest.tokenEnd(cell.toToken() - 1);
        } else {
            locateByCommas(row, cellNumber(template, cell));
        }
    }

    private int cellNumber(RowTemplate template, Cell cell) {
        int depth = 0;
        int commas = 0;
        for (int token = template.fromToken(); token < cell.fromToken(); token++) {
            TokenKind kind = digest.tokenKind(token);
            depth += depthChange(kind);
            commas += kind == TokenKind.COMMA && depth == 1 ? 1 : 0;
        }
        return commas;
    }

    /** Reads a row again, up to a cell that is no literal (DEFAULT). */
    private void locateByCommas(int row, int cell) {
        lexer.reset(digest.text(), digest.rowStart(row), digest.rowEnd(row), digest.dialect());
        int depth = 0;
        int commas = 0;
        cellStart = -1;
        for (TokenKind kind = lexer.next(); kind != TokenKind.END_OF_TEXT; kind = lexer.next()) {
            int before = depth;
            depth += depthChange(kind);
            boolean ends = (kind == TokenKind.COMMA && depth == 1) || depth == 0;
            if (ends && commas++ == cell) {
                return;
            }
            if (!ends && before > 0 && commas == cell) {
                cellStart = cellStart < 0 ? lexer.start() : cellStart;
                cellEnd = lexer.end();
            }
        }
        throw new IllegalStateException("row " + row + " has no cell " + cell);
    }

    private static int depthChange(TokenKind kind) {
        return kind == TokenKind.LEFT_PAREN || kind == TokenKind.QUERY_PAREN
                ? 1
                : kind == TokenKind.RIGHT_PAREN ? -1 : 0;
    }

    /** The client's bytes with the splices that lie within the tokens. */
    private void spliced(int fromToken, int toToken, int fromByte, int toByte) {
        int at = fromByte;
        List<Splice> splices = rewrite.splices();
        for (int i = 0; i < splices.size(); i++) {
            Splice splice = splices.get(i);
            boolean within = splice.from() >= fromToken
                    && splice.to() <= toToken
                    && (splice.from() < toToken || toToken == digest.tokenCount());
            if (within) {
                copy(at, startOf(splice));
                for (Part part : splice.parts()) {
                    part(part);
                }
                at = splice.to() > splice.from() ? digest.tokenEnd(splice.to() - 1) : startOf(splice);
            }
        }
        copy(at, toByte);
    }

    /** At the end it goes before a comment that may follow the last token. */
    private int startOf(Splice splice) {
        return splice.from() < digest.tokenCount()
                ? digest.tokenStart(splice.from())
                : digest.tokenEnd(digest.tokenCount() - 1);
    }

    private void part(Part part) {
        switch (part) {
            case Part.Text text -> write(text.sql());
            case Part.Database database ->
                write(Planning.quoted(
                        Objects.requireNonNull(location, "a text has a place").database()));
            case Part.Tokens tokens -> copy(digest.tokenStart(tokens.from()), digest.tokenEnd(tokens.to() - 1));
            case Part.Name name -> name(digest.tokenStart(name.from()), digest.tokenEnd(name.to() - 1));
            case Part.LimitSum sum -> limitSum(sum);
            case Part.SessionValue value ->
                write(Objects.requireNonNull(session, "a text has a session").expression(value.function()));
        }
    }

    private void limitSum(Part.LimitSum sum) {
        if (markers != null) {
            write('?');
            markers.limitSum(sum.countOrdinal(), sum.offsetOrdinal());
            return;
        }
        Bindings values = Objects.requireNonNull(bindings, "a text has values");
        write(sumOf(sum.countOrdinal(), sum.offsetOrdinal(), values));
    }

    /** OFFSET + LIMIT as the shards are told, unsigned; more than 64 bits is as good as no limit. */
    public static long sumOf(int countOrdinal, @Nullable Integer offsetOrdinal, Bindings values) {
        long count = values.wholeNumber(countOrdinal);
        long offset = offsetOrdinal == null ? 0 : values.wholeNumber(offsetOrdinal);
        long sum = count + offset;
        return Long.compareUnsigned(sum, count) < 0 ? -1L : sum;
    }

    private void copy(int from, int to) {
        if (to <= from) {
            return;
        }
        ensure(to - from);
        System.arraycopy(digest.text(), from, bytes, length, to - from);
        length += to - from;
        if (markers != null) {
            parameters(markers, from, to);
        }
    }

    private void parameters(Markers meanings, int from, int to) {
        int low = 0;
        int high = digest.literalCount();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (digest.literalStart(middle) < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i < digest.literalCount() && digest.literalStart(i) < to; i++) {
            if (digest.literalKind(i) == LiteralKind.PARAMETER) {
                meanings.parameter(parametersBefore[i]);
            }
        }
    }

    private void name(int from, int to) {
        write('`');
        for (int i = from; i < to; i++) {
            byte b = digest.text()[i];
            ensure(2);
            bytes[length++] = b;
            if (b == '`') {
                bytes[length++] = b;
            }
        }
        write('`');
    }

    private void write(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
    }

    /** Unsigned. */
    private void write(long number) {
        write(Long.toUnsignedString(number));
    }

    private void write(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
