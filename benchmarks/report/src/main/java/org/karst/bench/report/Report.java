package org.karst.bench.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The answer of a benchmark: rows in the order in which they were added. */
public final class Report {
    private final String peerName;
    private final List<Row> rows = new ArrayList<>();

    /**
     * An empty one.
     *
     * @param peerName head of the peer's column, such as {@code Karaf}
     */
    public Report(String peerName) {
        this.peerName = peerName;
    }

    /** Adds a figure that only informs. */
    public void add(String what, String unit, double karst) {
        rows.add(new Row(what, unit, karst, OptionalDouble.empty(), Optional.empty()));
    }

    /** Adds a figure with a bar. */
    public void add(String what, String unit, double karst, Bar bar) {
        rows.add(new Row(what, unit, karst, OptionalDouble.empty(), Optional.of(bar)));
    }

    /**
     * Adds a figure beside that of the peer, measured in the same run.
     *
     * @param peer more than 0
     */
    public void add(String what, String unit, double karst, double peer) {
        rows.add(new Row(what, unit, karst, OptionalDouble.of(peer), Optional.empty()));
    }

    /** As {@link #add(String, String, double, double)}, with a bar. */
    public void add(String what, String unit, double karst, double peer, Bar bar) {
        rows.add(new Row(what, unit, karst, OptionalDouble.of(peer), Optional.of(bar)));
    }

    /** Whether every bar is taken. */
    public boolean met() {
        return rows.stream().allMatch(row -> row.met().orElse(true));
    }

    /** Prints all rows: one JSON document, or a table. */
    public void print(PrintStream out, boolean json) {
        out.println(json ? json() : table());
    }

    /** {@code {"rows":[{"what","unit","karst","peer","ratio","bar","met"}]}}; null where a row has no peer or no bar. */
    String json() {
        List<String> objects = rows.stream()
                .map(row -> String.format(
                        Locale.ROOT,
                        "{\"what\":%s,\"unit\":%s,\"karst\":%s,\"peer\":%s,\"ratio\":%s,\"bar\":%s,\"met\":%s}",
                        quoted(row.what().strip()),
                        quoted(row.unit()),
                        Row.number(row.karst()),
                        Row.number(row.peer(), "null"),
                        Row.number(row.ratio(), "null"),
                        row.bar().map(bar -> quoted(bar.toString())).orElse("null"),
                        row.met().map(String::valueOf).orElse("null")))
                .toList();
        return "{\"rows\":[" + String.join(",", objects) + "]}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private String table() {
        int width = rows.stream().mapToInt(row -> row.what().length()).max().orElse(0);
        String line = "%-" + Math.max(width, 4) + "s %-5s %11s %11s %7s  %-12s %s";
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, line, "what", "unit", "karst", peerName, "ratio", "bar", "met"));
        for (Row row : rows) {
            text.append('\n')
                    .append(String.format(
                                    Locale.ROOT,
                                    line,
                                    row.what(),
                                    row.unit(),
                                    Row.number(row.karst()),
                                    Row.number(row.peer(), ""),
                                    Row.number(row.ratio(), ""),
                                    row.bar().map(Bar::toString).orElse(""),
                                    row.met().map(met -> met ? "yes" : "NO").orElse(""))
                            .stripTrailing());
        }
        return text.toString();
    }
}
