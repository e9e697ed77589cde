package io.dbmesh.sql.parse;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.tree.Statement;
import java.nio.charset.StandardCharsets;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/** Parses statements. Stateless but for ANTLR's lookahead tables, which all threads share. */
public final class SqlParser {
    private static final int MAX_NEAR = 80;

    /**
     * Parses what a digest has read.
     *
     * @throws SqlSyntaxException when it is no statement of the grammar
     * @throws TooComplexException when it is nested too deeply
     */
    public Statement parse(Digest digest) {
        if (digest.secondStatement() >= 0) {
            throw syntaxError(digest, digest.malformedAt());
        }
        StatementTokens tokens = new StatementTokens(digest);
        MySqlGrammar grammar = new MySqlGrammar(tokens);
        grammar.removeErrorListeners();
        grammar.setErrorHandler(new BailErrorStrategy());
        try {
            MySqlGrammar.WholeContext whole = parse(grammar, tokens);
            if (digest.isMalformed()) {
                throw syntaxError(digest, digest.malformedAt());
            }
            return new StatementBuilder(new Source(digest)).statement(whole.statement());
        } catch (ParseCancellationException e) {
            throw syntaxError(digest, offset(digest, offending(e, tokens)));
        } catch (Source.Misplaced e) {
            throw syntaxError(digest, offset(digest, e.token()));
        } catch (Source.TooHigh e) {
            throw tooComplex(digest, offset(digest, e.token()));
        } catch (BoundedParser.NestedTooDeeply e) {
            throw tooComplex(digest, offset(digest, tokens.LT(1) instanceof StatementToken t ? t.position() : 0));
        }
    }

    /** First with the fast lookahead, which may err where rules are used in several places; then with the full one. */
    private static MySqlGrammar.WholeContext parse(MySqlGrammar grammar, StatementTokens tokens) {
        try {
            grammar.getInterpreter().setPredictionMode(PredictionMode.SLL);
            return grammar.whole();
        } catch (ParseCancellationException e) {
            tokens.seek(0);
            grammar.reset();
            grammar.getInterpreter().setPredictionMode(PredictionMode.LL);
            return grammar.whole();
        }
    }

    private static int offending(ParseCancellationException e, StatementTokens tokens) {
        Token token = e.getCause() instanceof RecognitionException cause ? cause.getOffendingToken() : tokens.LT(1);
        return token instanceof StatementToken statementToken ? statementToken.position() : 0;
    }

    private static int offset(Digest digest, int token) {
        return token < digest.tokenCount() ? digest.tokenStart(token) : digest.textEnd();
    }

    private static SqlSyntaxException syntaxError(Digest digest, int offset) {
        String near = near(digest, offset);
        return new SqlSyntaxException(
                "syntax error near '" + near + "' at line " + line(digest, offset),
                near,
                line(digest, offset),
                column(digest, offset));
    }

    private static TooComplexException tooComplex(Digest digest, int offset) {
        String near = near(digest, offset);
        return new TooComplexException(
                "nested too deeply near '" + near + "' at line " + line(digest, offset),
                near,
                line(digest, offset),
                column(digest, offset));
    }

    private static String near(Digest digest, int offset) {
        // Four bytes are the longest character.
        int end = Math.min(digest.secondStatement() < 0 ? digest.textEnd() : digest.inputEnd(), offset + 4 * MAX_NEAR);
        String near = new String(digest.text(), offset, Math.max(0, end - offset), StandardCharsets.UTF_8);
        return near.codePointCount(0, near.length()) <= MAX_NEAR
                ? near
                : near.substring(0, near.offsetByCodePoints(0, MAX_NEAR));
    }

    private static int line(Digest digest, int offset) {
        int line = 1;
        for (int i = digest.textStart(); i < offset; i++) {
            if (digest.text()[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    private static int column(Digest digest, int offset) {
        int start = offset;
        while (start > digest.textStart() && digest.text()[start - 1] != '\n') {
            start--;
        }
        return offset - start + 1;
    }
}
