package org.karst.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The outcome of a benchmark program: one row for each promise. */
final class Report {
    private final List<Row> rows = new ArrayList<>();

    /** One promise; without a bar it only informs. */
    private record Row(String what, String unit, double karst, Double peer, Double bar) {
        /** The bar is for the ratio where there is a peer, else for the figure. */
        boolean met() {
            return bar == null || (peer == null ? karst : karst / peer) < bar;
        }
    }

    /** Adds a figure. */
    void add(String what, String unit, double karst) {
        rows.add(new Row(what, unit, karst, null, null));
    }

    /** Adds a figure that must stay below a bar. */
    void add(String what, String unit, double karst, double bar) {
        rows.add(new Row(what, unit, karst, null, bar));
    }

    /** Adds a figure next to that of a peer, measured in the same run; their ratio must stay below a bar. */
    void add(String what, String unit, double karst, double peer, double bar) {
        rows.add(new Row(what, unit, karst, peer, bar));
    }

    boolean met() {
        return rows.stream().allMatch(Row::met);
    }

    void print(PrintStream out, boolean json) {
        out.println(json ? json() : table());
    }

    private String json() {
        List<String> objects = rows.stream()
                .map(row -> String.format(
                        Locale.ROOT,
                        "{\"what\":\"%s\",\"unit\":\"%s\",\"karst\":%s,\"peer\":%s,\"ratio\":%s,\"bar\":%s,\"met\":%s}",
                        row.what().strip(),
                        row.unit(),
                        number(row.karst()),
                        row.peer() == null ? "null" : number(row.peer()),
                        row.peer() == null ? "null" : number(row.karst() / row.peer()),
                        row.bar() == null ? "null" : "\"< " + number(row.bar()) + "\"",
                        row.bar() == null ? "null" : row.met()))
                .toList();
        return "{\"rows\":[" + String.join(",", objects) + "]}";
    }

    private String table() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%-62s %12s %12s %-6s %10s %s", "what", "karst", "peer", "unit", "bar", "met"));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n%-62s %12s %12s %-6s %10s %s",
                    row.what(),
                    number(row.karst()),
                    row.peer() == null ? "" : number(row.peer()),
                    row.unit(),
                    row.bar() == null ? "" : "< " + number(row.bar()) + (row.peer() == null ? "" : "x"),
                    row.bar() == null ? "" : row.met() ? "yes" : "NO"));
        }
        return text.toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }
}
