package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.TableName;
import io.dbmesh.sql.tree.VariableScope;
import java.util.List;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Builds SHOW. */
final class ShowBuilder {
    private final Source source;

    ShowBuilder(Source source) {
        this.source = source;
    }

    Statement show(MySqlGrammar.ShowContext context) {
        boolean full = false;
        VariableScope scope = null;
        for (MySqlGrammar.ShowFlagContext flag : context.showFlag()) {
            full |= flag.FULL() != null;
            VariableScope given = PrimaryBuilder.scope(source.kind(Source.position(flag.start)));
            scope = given == null ? scope : given;
        }
        MySqlGrammar.ShowFilterContext filter = context.showFilter();
        Token like = filter == null || filter.LIKE() == null
                ? null
                : filter.STRING_LITERAL().getSymbol();
        return new Statement.Show(
                Source.span(context),
                kind(context),
                full,
                scope,
                table(context),
                schema(context),
                like == null ? -1 : source.literal(like),
                filter != null && filter.WHERE() != null);
    }

    private @Nullable TableName table(MySqlGrammar.ShowContext context) {
        return context.tableName() == null ? null : source.tableName(context.tableName());
    }

    private @Nullable Identifier schema(MySqlGrammar.ShowContext context) {
        if (context.showFrom() != null) {
            return source.identifier(context.showFrom().identifier());
        }
        return source.identifierOrNull(context.identifier());
    }

    private String kind(MySqlGrammar.ShowContext context) {
        if (context.CREATE() != null) {
            if (context.TABLE() != null) {
                return "CREATE TABLE";
            }
            return context.VIEW() != null ? "CREATE VIEW" : "CREATE DATABASE";
        }
        if (!context.showPiece().isEmpty()) {
            return words(context.showPiece());
        }
        int flags = context.showFlag().size();
        TokenKind first = source.kind(Source.position(context.start) + 1 + flags);
        return switch (first) {
            case SCHEMAS -> "DATABASES";
            case FIELDS -> "COLUMNS";
            case INDEXES, KEYS -> "INDEX";
            case TABLE -> "TABLE STATUS";
            case OPEN -> "OPEN TABLES";
            default -> first.name();
        };
    }

    /** The leading words; behind CREATE only one. */
    private String words(List<MySqlGrammar.ShowPieceContext> pieces) {
        StringBuilder words = new StringBuilder();
        for (MySqlGrammar.ShowPieceContext piece : pieces) {
            int position = Source.position(piece.start);
            TokenKind kind = source.kind(position);
            boolean word = kind.isKeyword() || kind == TokenKind.IDENTIFIER;
            boolean ends =
                    kind == TokenKind.FOR || kind == TokenKind.FROM || kind == TokenKind.IN || kind == TokenKind.LIMIT;
            if (!word || ends) {
                break;
            }
            boolean behindCreate = words.toString().equals("CREATE");
            words.append(words.isEmpty() ? "" : " ").append(source.upper(piece.start));
            if (behindCreate) {
                break;
            }
        }
        return words.toString();
    }
}
