package io.dbmesh.sql.parse;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.TokenSource;
import org.jspecify.annotations.Nullable;

/**
 * What ANTLR sees of a token.
 *
 * @param type of the grammar
 * @param index among the tokens that the grammar sees
 * @param position among the tokens of the digest, which has hints as well
 */
record StatementToken(int type, int index, int position) implements Token {
    @Override
    public int getType() {
        return type;
    }

    @Override
    public int getTokenIndex() {
        return index;
    }

    @Override
    public int getStartIndex() {
        return position;
    }

    @Override
    public int getStopIndex() {
        return position;
    }

    @Override
    public String getText() {
        return MySqlGrammar.VOCABULARY.getDisplayName(type);
    }

    @Override
    public int getLine() {
        return 0;
    }

    @Override
    public int getCharPositionInLine() {
        return 0;
    }

    @Override
    public int getChannel() {
        return DEFAULT_CHANNEL;
    }

    @Override
    public @Nullable TokenSource getTokenSource() {
        return null;
    }

    @Override
    public @Nullable CharStream getInputStream() {
        return null;
    }
}
