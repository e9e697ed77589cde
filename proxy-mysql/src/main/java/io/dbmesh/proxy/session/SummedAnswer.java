package io.dbmesh.proxy.session;

import io.dbmesh.proxy.protocol.OkPacket;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Makes one OK packet of those of several places. */
final class SummedAnswer {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private SummedAnswer() {}

    /**
     * The client's answer.
     *
     * @param answers all OK, at least one
     * @param countsOnce whether all of them wrote the same rows, so that the first one's numbers are the client's
     */
    static OkPacket of(List<Gather.Answer> answers, boolean countsOnce, int status) {
        OkPacket first = ok(answers.get(0));
        if (countsOnce || answers.size() == 1) {
            return new OkPacket(first.affectedRows(), first.lastInsertId(), status, first.warnings(), first.info());
        }
        long affected = 0;
        long lastInsertId = 0;
        int warnings = 0;
        for (Gather.Answer answer : answers) {
            OkPacket ok = ok(answer);
            affected += ok.affectedRows();
            warnings += ok.warnings();
            lastInsertId = lastInsertId == 0 ? ok.lastInsertId() : lastInsertId;
        }
        List<String> infos = answers.stream().map(answer -> ok(answer).info()).toList();
        return new OkPacket(affected, lastInsertId, status, warnings, sumNumbers(infos));
    }

    /** The same with the text that an INSERT of several rows has, of which some places got a single row and sent none. */
    static OkPacket ofRows(OkPacket sum, List<Gather.Answer> answers, MultiWrite.SplitRows rows) {
        if (rows.total() == 1) {
            return sum;
        }
        long duplicates = 0;
        for (Gather.Answer answer : answers) {
            duplicates += duplicates(ok(answer), rows.ignore());
        }
        String info = "Records: " + rows.total() + "  Duplicates: " + duplicates + "  Warnings: " + sum.warnings();
        return new OkPacket(sum.affectedRows(), sum.lastInsertId(), sum.status(), sum.warnings(), info);
    }

    private static long duplicates(OkPacket ok, boolean ignore) {
        long[] numbers = numbers(ok.info());
        if (numbers.length > 1) {
            return numbers[1];
        }
        // One row. A duplicate was left out, or counts twice because it was replaced.
        return ignore ? (ok.affectedRows() == 1 ? 0 : 1) : Math.max(0, ok.affectedRows() - 1);
    }

    /** {@code Rows matched} of an UPDATE, {@code Records} of an INSERT, or 0. */
    static long firstNumber(Gather.Answer answer) {
        long[] numbers = numbers(ok(answer).info());
        return numbers.length == 0 ? 0 : numbers[0];
    }

    private static long[] numbers(String info) {
        return NUMBER.matcher(info)
                .results()
                .mapToLong(match -> Long.parseLong(match.group()))
                .toArray();
    }

    private static OkPacket ok(Gather.Answer answer) {
        OkPacket ok = answer.ok();
        if (ok == null) {
            throw new IllegalArgumentException("an error where all places succeeded: " + answer);
        }
        return ok;
    }

    /** {@code Rows matched: 2  Changed: 1  Warnings: 0}: the same words with the sums of their numbers. */
    static String sumNumbers(List<String> infos) {
        long[] sums = new long[0];
        String words = "";
        for (String info : infos) {
            long[] found = numbers(info);
            if (found.length > sums.length) {
                words = info;
                sums = Arrays.copyOf(sums, found.length);
            }
            for (int i = 0; i < found.length; i++) {
                sums[i] += found[i];
            }
        }
        long[] totals = sums;
        int[] next = {0};
        return NUMBER.matcher(words).replaceAll(match -> Long.toString(totals[next[0]++]));
    }
}
