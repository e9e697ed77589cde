package io.dbmesh.sql.parse;

import io.dbmesh.sql.lexer.TokenKind;
import io.dbmesh.sql.tree.BinaryOperator;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.LiteralKind;
import io.dbmesh.sql.tree.MatchOperator;
import io.dbmesh.sql.tree.OrderItem;
import io.dbmesh.sql.tree.Span;
import io.dbmesh.sql.tree.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;

/**
 * Builds operators; what stands between them is the {@link PrimaryBuilder}'s.
 *
 * <p>Keeps the height of trees within {@link #MAX_HEIGHT}, so that whoever walks them may recurse: chains of AND and OR are
 * balanced, but others, such as {@code 1 + 1 + 1 + ...}, are as high as they are long.
 */
final class ExpressionBuilder {
    static final int MAX_HEIGHT = 1000;

    /** The height of the highest tree built since {@link #beginNode}. */
    private int height;

    private int assignments;

    private final Source source;
    private final QueryBuilder queries;
    private final PrimaryBuilder primaries;

    ExpressionBuilder(Source source, QueryBuilder queries) {
        this.source = source;
        this.queries = queries;
        primaries = new PrimaryBuilder(source, this, queries);
    }

    /** To be called before the children of a node are built; the result is for {@link #endNode}. */
    int beginNode() {
        int outer = height;
        height = 0;
        return outer;
    }

    /**
     * To be called when the children of a node are built.
     *
     * @param levels how many levels the node adds
     */
    void endNode(int outer, int levels, Token where) {
        int own = height + levels;
        if (own > MAX_HEIGHT) {
            throw new Source.TooHigh(Source.position(where));
        }
        height = Math.max(outer, own);
    }

    Expression expression(MySqlGrammar.ExpressionContext context) {
        int outer = beginNode();
        Expression expression = logic(context);
        int operands = context.getChildCount() / 2 + 1;
        // A balanced tree for each of AND, XOR and OR.
        endNode(outer, operands == 1 ? 0 : 3 * (33 - Integer.numberOfLeadingZeros(operands)), context.start);
        return expression;
    }

    private Expression logic(MySqlGrammar.ExpressionContext context) {
        return context.getChildCount() == 1 ? logicOperand(context, 0, 0) : logic(context, 0, 0);
    }

    /** The chain from an operand on, and of that from one of its prefixes on. */
    private Expression logic(MySqlGrammar.ExpressionContext context, int from, int firstPrefix) {
        Expression first = logicOperand(context, from, firstPrefix);
        List<OperatorChain.Link> links = new ArrayList<>((context.getChildCount() - from) / 2);
        // An assignment takes all that is right of it, and so is the last operand.
        int end = assignmentEnd(context, from, firstPrefix);
        for (int i = from + 1; i < end; i += 2) {
            BinaryOperator operator = operator(((ParserRuleContext) context.getChild(i)).start);
            links.add(new OperatorChain.Link(operator, false, logicOperand(context, i + 1, 0)));
        }
        return OperatorChain.logic(first, links);
    }

    /** Behind the first operand from here on that is an assignment, or behind the last operand. */
    private static int assignmentEnd(MySqlGrammar.ExpressionContext context, int from, int firstPrefix) {
        for (int i = from; i < context.getChildCount(); i += 2) {
            MySqlGrammar.LogicOperandContext operand = (MySqlGrammar.LogicOperandContext) context.getChild(i);
            int prefixes = operand.getChildCount() - 1;
            for (int p = i == from ? firstPrefix : 0; p < prefixes; p++) {
                if (prefix(operand, p).ASSIGN() != null) {
                    return i + 1;
                }
            }
        }
        return context.getChildCount();
    }

    /** In a select list, the one place where a table's star may stand. */
    Expression selected(MySqlGrammar.ExpressionContext context) {
        ParseTree only = context;
        while (only.getChildCount() == 1) {
            only = only.getChild(0);
            if (only instanceof MySqlGrammar.NamePrimaryContext name && primaries.isStar(name.name())) {
                return primaries.star(name.name());
            }
        }
        return expression(context);
    }

    Expression.Literal literal(Token token) {
        return primaries.literal(token);
    }

    Expression.Literal cell(Token token) {
        return primaries.cell(token);
    }

    Expression.SystemVariable systemVariable(MySqlGrammar.SystemVariableContext context) {
        return primaries.systemVariable(context);
    }

    @Nullable Expression expressionOrNull(MySqlGrammar.@Nullable ExpressionContext context) {
        return context == null ? null : expression(context);
    }

    List<Expression> expressions(List<MySqlGrammar.ExpressionContext> contexts) {
        List<Expression> expressions = new ArrayList<>(contexts.size());
        for (MySqlGrammar.ExpressionContext context : contexts) {
            expressions.add(expression(context));
        }
        return expressions;
    }

    List<OrderItem> orderItems(MySqlGrammar.@Nullable OrderItemsContext context) {
        List<OrderItem> items = new ArrayList<>();
        if (context != null) {
            for (MySqlGrammar.OrderItemContext item : context.orderItem()) {
                items.add(new OrderItem(Source.span(item), expression(item.expression()), item.DESC() != null));
            }
        }
        return items;
    }

    List<OrderItem> orderBy(MySqlGrammar.@Nullable OrderByContext context) {
        return context == null ? List.of() : orderItems(context.orderItems());
    }

    /**
     * An operand of AND, OR or XOR from one of its prefixes on.
     *
     * @param at which child of the expression it is
     */
    private Expression logicOperand(MySqlGrammar.ExpressionContext context, int at, int firstPrefix) {
        MySqlGrammar.LogicOperandContext operand = (MySqlGrammar.LogicOperandContext) context.getChild(at);
        int outer = beginNode();
        int prefixes = operand.getChildCount() - 1;
        int assignment = firstPrefix;
        while (assignment < prefixes && prefix(operand, assignment).ASSIGN() == null) {
            assignment++;
        }
        Expression expression = assignment == prefixes
                ? comparison((MySqlGrammar.ComparisonContext) operand.getChild(prefixes))
                : assignment(context, at, assignment);
        for (int i = assignment - 1; i >= firstPrefix; i--) {
            int not = Source.position(prefix(operand, i).start);
            expression = new Expression.Unary(new Span(not, expression.span().end()), UnaryOperator.NOT, expression);
        }
        endNode(outer, assignment - firstPrefix, operand.start);
        return expression;
    }

    private static MySqlGrammar.LogicPrefixContext prefix(MySqlGrammar.LogicOperandContext operand, int index) {
        return (MySqlGrammar.LogicPrefixContext) operand.getChild(index);
    }

    private Expression assignment(MySqlGrammar.ExpressionContext context, int at, int index) {
        Token variable = prefix((MySqlGrammar.LogicOperandContext) context.getChild(at), index).start;
        if (++assignments > MAX_HEIGHT / 2) {
            throw new Source.TooHigh(Source.position(variable));
        }
        int outer = beginNode();
        Expression value = logic(context, at, index + 1);
        endNode(outer, 1, variable);
        Expression.UserVariable target = primaries.userVariable(variable);
        return new Expression.Assignment(target.span().to(value.span()), target, value);
    }

    private Expression comparison(MySqlGrammar.ComparisonContext context) {
        int outer = beginNode();
        Expression left = predicate((MySqlGrammar.PredicateContext) context.getChild(0));
        for (int i = 1; i < context.getChildCount(); i++) {
            left = comparisonTail(left, (MySqlGrammar.ComparisonTailContext) context.getChild(i));
        }
        endNode(outer, context.getChildCount(), context.start);
        return left;
    }

    private Expression comparisonTail(Expression left, MySqlGrammar.ComparisonTailContext tail) {
        Span span = left.span().to(Source.span(tail));
        if (tail.IS() != null) {
            return new Expression.Is(span, tail.not() != null, left, test(tail));
        }
        BinaryOperator operator = operator(tail.comparisonOperator().start);
        if (tail.query() != null) {
            return new Expression.Quantified(span, operator, tail.ALL() != null, left, queries.query(tail.query()));
        }
        return new Expression.Binary(span, operator, left, predicate(tail.predicate()));
    }

    private static Expression.Is.Test test(MySqlGrammar.ComparisonTailContext tail) {
        if (tail.NULL() != null) {
            return Expression.Is.Test.NULL;
        }
        if (tail.TRUE() != null) {
            return Expression.Is.Test.TRUE;
        }
        return tail.FALSE() != null ? Expression.Is.Test.FALSE : Expression.Is.Test.UNKNOWN;
    }

    private Expression predicate(MySqlGrammar.PredicateContext context) {
        Expression left = arithmetic(context.arithmetic());
        MySqlGrammar.PredicateTailContext tail = context.predicateTail();
        return tail == null ? left : predicateTail(left, tail, Source.span(context));
    }

    private Expression predicateTail(Expression left, MySqlGrammar.PredicateTailContext tail, Span span) {
        boolean negated = tail.not() != null;
        if (tail.IN() != null) {
            return tail.query() != null
                    ? new Expression.InQuery(span, negated, left, queries.query(tail.query()))
                    : new Expression.InList(span, negated, left, expressions(tail.expression()));
        }
        if (tail.BETWEEN() != null) {
            return new Expression.Between(
                    span, negated, left, arithmetic(tail.arithmetic()), predicate(tail.predicate()));
        }
        if (tail.MEMBER() != null) {
            return new Expression.Match(span, negated, MatchOperator.MEMBER_OF, left, operand(tail.operand(0)));
        }
        if (tail.SOUNDS() != null) {
            return new Expression.Match(span, negated, MatchOperator.SOUNDS_LIKE, left, arithmetic(tail.arithmetic()));
        }
        if (tail.LIKE() != null) {
            return new Expression.Match(span, negated, MatchOperator.LIKE, left, operand(tail.operand(0)));
        }
        return new Expression.Match(span, negated, MatchOperator.REGEXP, left, arithmetic(tail.arithmetic()));
    }

    Expression arithmetic(MySqlGrammar.ArithmeticContext context) {
        int outer = beginNode();
        Expression expression = chain(context);
        endNode(outer, context.getChildCount() - 1, context.start);
        return expression;
    }

    private Expression chain(MySqlGrammar.ArithmeticContext context) {
        Expression first = operand((MySqlGrammar.OperandContext) context.getChild(0));
        if (context.getChildCount() == 1) {
            return first;
        }
        List<OperatorChain.Link> links = new ArrayList<>(context.getChildCount() - 1);
        for (int i = 1; i < context.getChildCount(); i++) {
            MySqlGrammar.ArithmeticTailContext tail = (MySqlGrammar.ArithmeticTailContext) context.getChild(i);
            boolean interval = tail.INTERVAL() != null;
            links.add(new OperatorChain.Link(
                    operator(tail.start),
                    interval,
                    interval ? expression(tail.expression()) : operand(tail.operand())));
        }
        return OperatorChain.arithmetic(first, links);
    }

    Expression operand(MySqlGrammar.OperandContext context) {
        return operand((ParserRuleContext) context);
    }

    Expression intervalOperand(MySqlGrammar.IntervalOperandContext context) {
        return operand((ParserRuleContext) context);
    }

    /** Prefixes, a primary, suffixes, which bind tighter than the prefixes. */
    private Expression operand(ParserRuleContext context) {
        int outer = beginNode();
        int at = 0;
        while (context.getChild(at) instanceof MySqlGrammar.PrefixContext) {
            at++;
        }
        Expression expression = primaries.primary((MySqlGrammar.PrimaryContext) context.getChild(at));
        for (int i = at + 1; i < context.getChildCount(); i++) {
            expression = suffix(expression, (MySqlGrammar.SuffixContext) context.getChild(i));
        }
        for (int i = at - 1; i >= 0; i--) {
            expression = prefix(((MySqlGrammar.PrefixContext) context.getChild(i)).start, expression);
        }
        endNode(outer, context.getChildCount(), context.start);
        return expression;
    }

    private Expression suffix(Expression operand, MySqlGrammar.SuffixContext suffix) {
        Span span = operand.span().to(Source.span(suffix));
        if (suffix.COLLATE() != null) {
            return new Expression.Function(span, null, "COLLATE", List.of(operand));
        }
        String name = suffix.ARROW() != null ? "JSON_EXTRACT" : "JSON_UNQUOTE_EXTRACT";
        return new Expression.Function(
                span,
                null,
                name,
                List.of(operand, primaries.literal(suffix.STRING_LITERAL().getSymbol())));
    }

    private Expression prefix(Token sign, Expression operand) {
        int position = Source.position(sign);
        Span span = new Span(position, operand.span().end());
        TokenKind kind = source.kind(position);
        if (kind == TokenKind.MINUS
                && operand instanceof Expression.Literal literal
                && isNumber(literal.kind())
                && literal.span().start() == position + 1
                && source.kind(position + 1) != TokenKind.LEFT_PAREN) {
            return new Expression.Literal(span, literal.kind(), literal.ordinal(), !literal.negated());
        }
        UnaryOperator operator =
                switch (kind) {
                    case MINUS -> UnaryOperator.MINUS;
                    case PLUS -> UnaryOperator.PLUS;
                    case TILDE -> UnaryOperator.BIT_NOT;
                    case BINARY -> UnaryOperator.BINARY;
                    default -> UnaryOperator.NOT;
                };
        return new Expression.Unary(span, operator, operand);
    }

    private static boolean isNumber(LiteralKind kind) {
        return kind == LiteralKind.INTEGER || kind == LiteralKind.DECIMAL || kind == LiteralKind.FLOAT;
    }

    private BinaryOperator operator(Token token) {
        TokenKind kind = source.kind(Source.position(token));
        return switch (kind) {
            case AND, AND_AND -> BinaryOperator.AND;
            case OR, OR_OR -> BinaryOperator.OR;
            case XOR -> BinaryOperator.XOR;
            case EQUAL -> BinaryOperator.EQUAL;
            case NULL_SAFE_EQUAL -> BinaryOperator.NULL_SAFE_EQUAL;
            case NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
            case LESS_THAN -> BinaryOperator.LESS;
            case LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
            case GREATER_THAN -> BinaryOperator.GREATER;
            case GREATER_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
            case PLUS -> BinaryOperator.ADD;
            case MINUS -> BinaryOperator.SUBTRACT;
            case STAR -> BinaryOperator.MULTIPLY;
            case SLASH -> BinaryOperator.DIVIDE;
            case DIV -> BinaryOperator.INTEGER_DIVIDE;
            case PERCENT, MOD -> BinaryOperator.MODULO;
            case PIPE -> BinaryOperator.BIT_OR;
            case AMPERSAND -> BinaryOperator.BIT_AND;
            case CARET -> BinaryOperator.BIT_XOR;
            case SHIFT_LEFT -> BinaryOperator.SHIFT_LEFT;
            case SHIFT_RIGHT -> BinaryOperator.SHIFT_RIGHT;
            case CONCAT_PIPES -> BinaryOperator.CONCAT;
            default -> throw new IllegalStateException("no operator: " + kind);
        };
    }
}
