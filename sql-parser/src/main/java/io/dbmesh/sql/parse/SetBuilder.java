package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Identifier;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.Statement;
import io.dbmesh.sql.tree.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/** Builds SET in its forms. */
final class SetBuilder {
    private final Source source;
    private final ExpressionBuilder expressions;

    SetBuilder(Source source, ExpressionBuilder expressions) {
        this.source = source;
        this.expressions = expressions;
    }

    Statement set(MySqlGrammar.SetContext context) {
        Span span = Source.span(context);
        if (context.setTransaction() != null) {
            return transaction(span, context.setTransaction());
        }
        List<MySqlGrammar.SetItemContext> items = context.setItem();
        if (items.size() == 1 && items.get(0).setTarget() == null) {
            MySqlGrammar.SetItemContext names = items.get(0);
            return new Statement.SetNames(span, names.NAMES() == null, word(names.charset()), word(names.collation()));
        }
        List<Statement.VariableAssignment> assignments = new ArrayList<>();
        for (MySqlGrammar.SetItemContext item : items) {
            assignments.add(item.setTarget() == null ? names(item) : assignment(item));
        }
        return new Statement.SetVariables(span, assignments);
    }

    private Statement transaction(Span span, MySqlGrammar.SetTransactionContext context) {
        VariableScope scope = PrimaryBuilder.scope(source.kind(Source.position(context.start)));
        String isolation = null;
        Boolean readOnly = null;
        for (MySqlGrammar.TransactionOptionContext option : context.transactionOption()) {
            if (option.isolation() == null) {
                readOnly = option.ONLY() != null;
            } else {
                isolation = words(option.isolation());
            }
        }
        return new Statement.SetTransaction(span, scope, isolation, readOnly);
    }

    private String words(ParserRuleContext context) {
        String first = source.upper(context.start);
        return context.start == context.stop ? first : first + " " + source.upper(context.stop);
    }

    private @Nullable String word(@Nullable ParserRuleContext context) {
        if (context == null) {
            return null;
        }
        int position = Source.position(context.start);
        return source.kind(position) == TokenKind.DEFAULT
                ? null
                : source.name(position).toLowerCase(Locale.ROOT);
    }

    /** NAMES and CHARACTER SET among other assignments have the names {@code names} and {@code character set}. */
    private Statement.VariableAssignment names(MySqlGrammar.SetItemContext item) {
        String name = item.NAMES() == null ? "character set" : "names";
        Expression value = item.charset() == null
                ? new Expression.Constant(Source.span(item.DEFAULT()), Expression.Constant.Keyword.DEFAULT)
                : bareWord(item.charset());
        return new Statement.VariableAssignment(Source.span(item), null, name, value);
    }

    private Statement.VariableAssignment assignment(MySqlGrammar.SetItemContext item) {
        MySqlGrammar.SetTargetContext target = item.setTarget();
        Span span = Source.span(item);
        Expression value = value(item.setValue());
        if (target.USER_VARIABLE() != null || target.ASSIGNED_VARIABLE() != null) {
            String name = "@" + source.variable(target.start);
            return new Statement.VariableAssignment(span, null, name, value);
        }
        if (target.systemVariable() != null) {
            Expression.SystemVariable variable = expressions.systemVariable(target.systemVariable());
            return new Statement.VariableAssignment(span, variable.scope(), variable.name(), value);
        }
        List<Identifier> parts = source.identifiers(target.identifier());
        String name = parts.get(0).text();
        if (parts.size() > 1) {
            name += "." + parts.get(1).text();
        }
        boolean scoped = target.start != target.identifier(0).start;
        VariableScope scope = scoped ? PrimaryBuilder.scope(source.kind(Source.position(target.start))) : null;
        return new Statement.VariableAssignment(span, scope, name.toLowerCase(Locale.ROOT), value);
    }

    private Expression value(MySqlGrammar.SetValueContext context) {
        return context.expression() == null ? bareWord(context) : expressions.expression(context.expression());
    }

    private Expression bareWord(ParserRuleContext context) {
        return new Expression.Column(Source.span(context), null, null, source.identifier(context));
    }
}
