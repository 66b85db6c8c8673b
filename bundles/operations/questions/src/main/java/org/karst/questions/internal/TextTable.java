package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Columns of text, as wide as their widest cell. */
public final class TextTable {
    private static final String GAP = "   ";

    private final int columns;
    private final List<List<String>> lines = new ArrayList<>();

    /** A table with that heading. */
    public TextTable(String... heading) {
        columns = heading.length;
        lines.add(List.of(heading));
    }

    /** Adds a row; what is empty is shown as "-". */
    public void row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
        }
        List<String> line = new ArrayList<>();
        for (String cell : cells) {
            line.add(cell.isEmpty() ? "-" : cell);
        }
        lines.add(line);
    }

    /** The whole; what is said instead of a table without rows. */
    public String text(String ofNothing) {
        return lines.size() == 1 ? ofNothing : plain(lines);
    }

    /** Lines of as many cells each, below each other. */
    public static String plain(List<List<String>> lines) {
        List<Integer> widths = new ArrayList<>(Collections.nCopies(lines.get(0).size(), 0));
        for (List<String> line : lines) {
            for (int at = 0; at < line.size(); at++) {
                widths.set(at, Math.max(widths.get(at), line.get(at).length()));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int at = 0; at < line.size(); at++) {
                String cell = line.get(at);
                row.append(at == 0 ? "" : GAP).append(cell);
                row.append(" ".repeat(widths.get(at) - cell.length()));
            }
            text.append(text.isEmpty() ? "" : "\n").append(row.toString().stripTrailing());
        }
        return text.toString();
    }

    /** Values with commas between. */
    public static String list(List<String> values) {
        return String.join(",", values);
    }

    /** A number, "" for 0. */
    public static String number(int value) {
        return value == 0 ? "" : Integer.toString(value);
    }

    /** The name of a constant in lower case with spaces. */
    public static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
