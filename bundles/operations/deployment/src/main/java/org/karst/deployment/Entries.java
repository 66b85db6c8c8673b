package org.karst.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The lines of a file: an entry each, with comments after {@code #}, which edits leave as they are.
 *
 * @param lines the lines without their ends
 */
record Entries(List<String> lines) {

    Entries {
        lines = List.copyOf(lines);
    }

    /** The entries, each once. */
    SortedSet<String> all() {
        SortedSet<String> entries = new TreeSet<>();
        for (String line : lines) {
            String entry = entry(line);
            if (!entry.isEmpty()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    /** The same with an entry added at the end; itself if it is there. */
    Entries with(String entry) {
        if (all().contains(entry)) {
            return this;
        }
        List<String> longer = new ArrayList<>(lines);
        longer.add(entry);
        return new Entries(longer);
    }

    /** The same without the lines of an entry; itself if it is not there. */
    Entries without(String entry) {
        if (!all().contains(entry)) {
            return this;
        }
        return new Entries(
                lines.stream().filter(line -> !entry(line).equals(entry)).toList());
    }

    private static String entry(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
