package io.dbmesh.sql.parse;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.TokenKind;
import java.util.Arrays;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.TokenSource;
import org.antlr.v4.runtime.TokenStream;
import org.antlr.v4.runtime.misc.Interval;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a digest as ANTLR wants them, without hints. Parentheses that open a query become tokens of their own kind,
 * because telling {@code ((SELECT 1) UNION ...)} from {@code ((SELECT 1) + 1)} by lookahead takes time that is quadratic in
 * the depth.
 */
final class StatementTokens implements TokenStream {
    /** Token type of the grammar by ordinal of the kind. */
    private static final int[] TYPES = types();

    private final StatementToken[] tokens;
    private int position;

    StatementTokens(Digest digest) {
        tokens = read(digest);
        markQueries();
        markByNext();
    }

    private static int[] types() {
        int[] types = new int[TokenKind.values().length];
        for (int type = 1; type <= MySqlGrammar.VOCABULARY.getMaxTokenType(); type++) {
            types[
                    TokenKind.valueOf(MySqlGrammar.VOCABULARY.getSymbolicName(type))
                            .ordinal()] = type;
        }
        types[TokenKind.END_OF_TEXT.ordinal()] = Token.EOF;
        // What no rule takes but that for stored programs; SqlParser looks whether the text is well-formed, too.
        types[TokenKind.INVALID.ordinal()] = MySqlGrammar.SEMICOLON;
        return types;
    }

    private static StatementToken[] read(Digest digest) {
        StatementToken[] tokens = new StatementToken[digest.tokenCount() + 1];
        int count = 0;
        for (int i = 0; i < digest.tokenCount(); i++) {
            TokenKind kind = digest.tokenKind(i);
            if (kind != TokenKind.HINT) {
                tokens[count] = new StatementToken(TYPES[kind.ordinal()], count, i);
                count++;
            }
        }
        tokens[count] = new StatementToken(Token.EOF, count, digest.tokenCount());
        return Arrays.copyOf(tokens, count + 1);
    }

    private void markQueries() {
        int[] partners = partners();
        for (int i = tokens.length - 1; i >= 0; i--) {
            if (tokens[i].type() == MySqlGrammar.LEFT_PAREN && opensQuery(i, partners)) {
                tokens[i] = new StatementToken(MySqlGrammar.QUERY_PAREN, i, tokens[i].position());
            }
        }
    }

    /** Tells words that are operators only with what follows them from names, and variables that are assigned to from others. */
    private void markByNext() {
        for (int i = 0; i < tokens.length - 1; i++) {
            int type = typeByNext(tokens[i].type(), typeAt(i + 1));
            if (type != tokens[i].type()) {
                tokens[i] = new StatementToken(type, i, tokens[i].position());
            }
        }
    }

    private static int typeByNext(int type, int next) {
        return switch (type) {
            case MySqlGrammar.ANY, MySqlGrammar.SOME ->
                next == MySqlGrammar.QUERY_PAREN ? type : MySqlGrammar.IDENTIFIER;
            case MySqlGrammar.MEMBER -> next == MySqlGrammar.OF ? type : MySqlGrammar.IDENTIFIER;
            case MySqlGrammar.SOUNDS -> next == MySqlGrammar.LIKE ? type : MySqlGrammar.IDENTIFIER;
            case MySqlGrammar.USER_VARIABLE -> next == MySqlGrammar.ASSIGN ? MySqlGrammar.ASSIGNED_VARIABLE : type;
            default -> type;
        };
    }

    /** For each opening parenthesis where it is closed; the end of the text when it is not. */
    private int[] partners() {
        int[] partners = new int[tokens.length];
        int[] open = new int[tokens.length];
        int depth = 0;
        for (int i = 0; i < tokens.length; i++) {
            partners[i] = tokens.length - 1;
            if (tokens[i].type() == MySqlGrammar.LEFT_PAREN) {
                open[depth++] = i;
            } else if (tokens[i].type() == MySqlGrammar.RIGHT_PAREN && depth > 0) {
                partners[open[--depth]] = i;
            }
        }
        return partners;
    }

    private boolean opensQuery(int at, int[] partners) {
        return switch (typeAt(at + 1)) {
            case MySqlGrammar.SELECT, MySqlGrammar.WITH, MySqlGrammar.TABLE -> true;
            case MySqlGrammar.VALUES -> typeAt(at + 2) == MySqlGrammar.ROW;
            case MySqlGrammar.QUERY_PAREN -> !isCalled(at) && goesOn(typeAt(partners[at + 1] + 1));
            default -> false;
        };
    }

    /** Whether a query in parentheses with this behind it is part of a larger query. */
    private static boolean goesOn(int type) {
        return switch (type) {
            case MySqlGrammar.RIGHT_PAREN,
                    MySqlGrammar.UNION,
                    MySqlGrammar.INTERSECT,
                    MySqlGrammar.EXCEPT,
                    MySqlGrammar.ORDER,
                    MySqlGrammar.LIMIT,
                    MySqlGrammar.FOR,
                    MySqlGrammar.LOCK,
                    MySqlGrammar.INTO -> true;
            default -> false;
        };
    }

    /** Whether the parenthesis holds the arguments of a function, or values. */
    private boolean isCalled(int at) {
        TokenKind before = at == 0 ? TokenKind.COMMA : kind(at - 1);
        return switch (before) {
            case IDENTIFIER,
                    VALUES,
                    ROW,
                    CHAR,
                    IF,
                    LEFT,
                    RIGHT,
                    REPLACE,
                    INSERT,
                    MOD,
                    REPEAT,
                    DATABASE,
                    SCHEMA,
                    GROUPING,
                    CONVERT,
                    INTERVAL,
                    CURRENT_TIME,
                    CURRENT_TIMESTAMP,
                    LOCALTIME,
                    LOCALTIMESTAMP,
                    UTC_TIME,
                    UTC_TIMESTAMP,
                    NTILE,
                    LEAD,
                    LAG,
                    FIRST_VALUE,
                    LAST_VALUE,
                    NTH_VALUE,
                    JSON_TABLE -> true;
            case ANY, SOME -> false;
            default -> before.isFunction() || before.isWord();
        };
    }

    private TokenKind kind(int index) {
        return TokenKind.valueOf(MySqlGrammar.VOCABULARY.getSymbolicName(tokens[index].type()));
    }

    private int typeAt(int index) {
        return tokens[Math.min(index, tokens.length - 1)].type();
    }

    @Override
    public int LA(int k) {
        Token token = LT(k);
        return token == null ? Token.EOF : token.getType();
    }

    @Override
    public @Nullable Token LT(int k) {
        int index = k > 0 ? position + k - 1 : position + k;
        return k == 0 || index < 0 ? null : tokens[Math.min(index, tokens.length - 1)];
    }

    @Override
    public Token get(int index) {
        return tokens[index];
    }

    @Override
    public void consume() {
        if (tokens[position].type() == Token.EOF) {
            throw new IllegalStateException("cannot consume the end of the text");
        }
        position++;
    }

    @Override
    public int mark() {
        return -1;
    }

    @Override
    public void release(int marker) {}

    @Override
    public int index() {
        return position;
    }

    @Override
    public void seek(int index) {
        position = index;
    }

    @Override
    public int size() {
        return tokens.length;
    }

    @Override
    public String getSourceName() {
        return "statement";
    }

    @Override
    public @Nullable TokenSource getTokenSource() {
        return null;
    }

    @Override
    public String getText(Interval interval) {
        return "tokens " + interval;
    }

    @Override
    public String getText() {
        return getText(Interval.of(0, tokens.length - 1));
    }

    @Override
    public String getText(RuleContext context) {
        return getText(context.getSourceInterval());
    }

    @Override
    public String getText(Token start, Token stop) {
        return getText(Interval.of(start.getTokenIndex(), stop.getTokenIndex()));
    }
}
