package io.dbmesh.sql.parse;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.TableName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Reads spans and names out of the text for the builders. */
final class Source {
    private final Digest digest;
    /** The literal of each token; -1 for others. */
    private final int[] literals;

    Source(Digest digest) {
        this.digest = digest;
        literals = new int[digest.tokenCount() + 1];
        // Ordinals count the literals of the template: those of further rows share the tokens of the first and are not
        // counted.
        int ordinal = 0;
        for (int token = 0; token < digest.tokenCount(); token++) {
            literals[token] = digest.tokenKind(token).isLiteral() ? ordinal++ : -1;
        }
    }

    /** Something that the grammar lets pass stands where it cannot be. */
    static final class Misplaced extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int token;

        Misplaced(int token) {
            super("misplaced token " + token, null, false, false);
            this.token = token;
        }

        int token() {
            return token;
        }
    }

    /** A tree would become higher than those who walk it can take. */
    static final class TooHigh extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int token;

        TooHigh(int token) {
            super("tree too high at token " + token, null, false, false);
            this.token = token;
        }

        int token() {
            return token;
        }
    }

    static int position(Token token) {
        return ((StatementToken) token).position();
    }

    static Span span(ParserRuleContext context) {
        return new Span(position(context.start), position(context.stop) + 1);
    }

    static Span span(TerminalNode node) {
        int position = position(node.getSymbol());
        return new Span(position, position + 1);
    }

    static Span span(Token first, Token last) {
        return new Span(position(first), position(last) + 1);
    }

    static @Nullable Span spanOrNull(@Nullable ParserRuleContext context) {
        return context == null ? null : span(context);
    }

    TokenKind kind(int token) {
        return digest.tokenKind(token);
    }

    int literal(Token token) {
        return literals[position(token)];
    }

    Digest digest() {
        return digest;
    }

    /** A token's bytes as they are. */
    String raw(int token) {
        int start = digest.tokenStart(token);
        return new String(digest.text(), start, digest.tokenEnd(token) - start, StandardCharsets.UTF_8);
    }

    String upper(Token token) {
        return raw(position(token)).toUpperCase(Locale.ROOT);
    }

    boolean isQuoted(int token) {
        byte first = digest.text()[digest.tokenStart(token)];
        return first == '`' || first == '"' || first == '\'';
    }

    /** A name or a string in the place of a name, without quotes. */
    String name(int token) {
        return unquote(digest.tokenStart(token), digest.tokenEnd(token));
    }

    /** A user variable's name without sign and quotes. */
    String variable(Token token) {
        int position = position(token);
        return unquote(digest.tokenStart(position) + 1, digest.tokenEnd(position));
    }

    private String unquote(int start, int end) {
        byte[] text = digest.text();
        byte quote = text[start];
        if (quote != '`' && quote != '"' && quote != '\'') {
            return new String(text, start, end - start, StandardCharsets.UTF_8);
        }
        boolean string = quote == '\'' || (quote == '"' && !digest.dialect().ansiQuotes());
        boolean escapes = string && !digest.dialect().noBackslashEscapes();
        ByteArrayOutputStream name = new ByteArrayOutputStream(end - start);
        for (int i = start + 1; i < end - 1; i++) {
            if (text[i] == quote || (text[i] == '\\' && escapes)) {
                i++;
            }
            name.write(text[i]);
        }
        return name.toString(StandardCharsets.UTF_8);
    }

    Identifier identifier(ParserRuleContext context) {
        return new Identifier(name(position(context.start)), span(context));
    }

    @Nullable Identifier identifierOrNull(@Nullable ParserRuleContext context) {
        return context == null ? null : identifier(context);
    }

    List<Identifier> identifiers(List<MySqlGrammar.IdentifierContext> contexts) {
        List<Identifier> names = new ArrayList<>(contexts.size());
        for (MySqlGrammar.IdentifierContext context : contexts) {
            names.add(identifier(context));
        }
        return names;
    }

    List<Identifier> columnNames(MySqlGrammar.@Nullable ColumnNamesContext context) {
        return context == null ? List.of() : identifiers(context.identifier());
    }

    @Nullable Identifier alias(MySqlGrammar.@Nullable AliasContext context) {
        if (context == null) {
            return null;
        }
        int token = position(context.stop);
        return new Identifier(name(token), new Span(token, token + 1));
    }

    TableName tableName(MySqlGrammar.TableNameContext context) {
        List<MySqlGrammar.IdentifierContext> parts = context.identifier();
        return parts.size() == 1
                ? new TableName(null, identifier(parts.get(0)), span(context))
                : new TableName(identifier(parts.get(0)), identifier(parts.get(1)), span(context));
    }

    List<TableName> tableNames(List<MySqlGrammar.TableNameContext> contexts) {
        List<TableName> names = new ArrayList<>(contexts.size());
        for (MySqlGrammar.TableNameContext context : contexts) {
            names.add(tableName(context));
        }
        return names;
    }

    Expression.Column column(MySqlGrammar.ColumnContext context) {
        List<Identifier> parts = identifiers(context.identifier());
        int last = parts.size() - 1;
        return new Expression.Column(
                span(context), last > 1 ? parts.get(0) : null, last > 0 ? parts.get(last - 1) : null, parts.get(last));
    }
}
