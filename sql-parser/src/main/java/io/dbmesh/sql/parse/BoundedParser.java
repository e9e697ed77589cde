package io.dbmesh.sql.parse;

import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.TokenStream;

/** Stops before a deeply nested statement exhausts the stack. */
abstract class BoundedParser extends Parser {
    /** Rules within rules. A parenthesis in an expression takes 6, a subquery 11; half a megabyte of stack is enough. */
    static final int MAX_DEPTH = 2000;

    private int depth;

    BoundedParser(TokenStream input) {
        super(input);
    }

    @Override
    public void enterRule(ParserRuleContext context, int state, int rule) {
        if (++depth > MAX_DEPTH) {
            throw new NestedTooDeeply();
        }
        super.enterRule(context, state, rule);
    }

    @Override
    public void exitRule() {
        depth--;
        super.exitRule();
    }

    @Override
    public void reset() {
        depth = 0;
        super.reset();
    }

    /** Thrown out of the parser at the current token. */
    static final class NestedTooDeeply extends RuntimeException {
        private static final long serialVersionUID = 1;

        NestedTooDeeply() {
            super("nested too deeply", null, false, false);
        }
    }
}
