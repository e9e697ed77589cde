package io.dbmesh.sql.parse;

import io.dbmesh.sql.tree.BinaryOperator;
import io.dbmesh.sql.tree.Expression;
import io.dbmesh.sql.tree.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Makes trees of the flat lists of operators and operands that the grammar reads. */
final class OperatorChain {
    private OperatorChain() {}

    /** An operator and what stands to its right. */
    record Link(BinaryOperator operator, boolean interval, Expression right) {}

    /**
     * AND, XOR and OR, each binding tighter than the next. A run of one operator becomes a balanced tree, so that its depth is
     * the logarithm of its length: all three are associative.
     */
    static Expression logic(Expression first, List<Link> links) {
        List<Expression> ors = new ArrayList<>();
        List<Expression> xors = new ArrayList<>();
        List<Expression> ands = new ArrayList<>();
        ands.add(first);
        for (Link link : links) {
            if (link.operator() != BinaryOperator.AND) {
                xors.add(balanced(BinaryOperator.AND, ands, 0, ands.size()));
                ands.clear();
            }
            if (link.operator() == BinaryOperator.OR) {
                ors.add(balanced(BinaryOperator.XOR, xors, 0, xors.size()));
                xors.clear();
            }
            ands.add(link.right());
        }
        xors.add(balanced(BinaryOperator.AND, ands, 0, ands.size()));
        ors.add(balanced(BinaryOperator.XOR, xors, 0, xors.size()));
        return balanced(BinaryOperator.OR, ors, 0, ors.size());
    }

    private static Expression balanced(BinaryOperator operator, List<Expression> operands, int from, int to) {
        if (to - from == 1) {
            return operands.get(from);
        }
        int middle = (from + to) >>> 1;
        return binary(operator, balanced(operator, operands, from, middle), balanced(operator, operands, middle, to));
    }

    /** Arithmetic and bits: from left to right among operators that bind equally tightly. */
    static Expression arithmetic(Expression first, List<Link> links) {
        Deque<Expression> operands = new ArrayDeque<>();
        Deque<Link> pending = new ArrayDeque<>();
        operands.push(first);
        for (Link link : links) {
            while (!pending.isEmpty() && tightness(pending.peek().operator()) >= tightness(link.operator())) {
                reduce(operands, pending.pop());
            }
            pending.push(link);
            operands.push(link.right());
        }
        while (!pending.isEmpty()) {
            reduce(operands, pending.pop());
        }
        return operands.pop();
    }

    private static void reduce(Deque<Expression> operands, Link link) {
        Expression right = operands.pop();
        Expression left = operands.pop();
        operands.push(link.interval() ? interval(link.operator(), left, right) : binary(link.operator(), left, right));
    }

    private static Expression interval(BinaryOperator operator, Expression left, Expression right) {
        String name = operator == BinaryOperator.ADD ? "INTERVAL_ADD" : "INTERVAL_SUB";
        // Behind the number comes the unit.
        Span span = left.span().to(right.span());
        return new Expression.Function(new Span(span.start(), span.end() + 1), null, name, List.of(left, right));
    }

    static Expression binary(BinaryOperator operator, Expression left, Expression right) {
        return new Expression.Binary(left.span().to(right.span()), operator, left, right);
    }

    private static int tightness(BinaryOperator operator) {
        return switch (operator) {
            case BIT_OR -> 1;
            case BIT_AND -> 2;
            case SHIFT_LEFT, SHIFT_RIGHT -> 3;
            case ADD, SUBTRACT -> 4;
            case MULTIPLY, DIVIDE, INTEGER_DIVIDE, MODULO -> 5;
            case BIT_XOR -> 6;
            case CONCAT -> 7;
            case EQUAL, NULL_SAFE_EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, AND, OR, XOR ->
                throw new IllegalArgumentException(operator + " is no arithmetic");
        };
    }
}
