package io.dbmesh.examples;

import java.io.PrintStream;

/** A dot for each tenth of some work, on one line. */
final class ProgressDots {
    private static final int PERCENT_PER_DOT = 10;

    private final PrintStream out;
    private int dots;

    ProgressDots(PrintStream out, String work) {
        this.out = out;
        out.print(work + " ");
        out.flush();
    }

    /** Any thread may call it; percentages may come in any order. */
    synchronized void at(int percent) {
        for (; dots < percent / PERCENT_PER_DOT; dots++) {
            out.print(".");
            out.flush();
        }
    }
}
