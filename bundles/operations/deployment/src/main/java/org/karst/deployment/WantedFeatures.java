package org.karst.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The lines of {@code etc/karst.features}: a name each, with comments after {@code #}, which edits leave as they are.
 *
 * @param lines the lines without their ends
 */
record WantedFeatures(List<String> lines) {

    WantedFeatures {
        lines = List.copyOf(lines);
    }

    /** The names, each once. */
    SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        for (String line : lines) {
            String name = name(line);
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    /** The same file with a name added at its end; itself if the name is there. */
    WantedFeatures with(String name) {
        if (names().contains(name)) {
            return this;
        }
        List<String> longer = new ArrayList<>(lines);
        longer.add(name);
        return new WantedFeatures(longer);
    }

    /** The same file without the lines of a name; itself if the name is not there. */
    WantedFeatures without(String name) {
        if (!names().contains(name)) {
            return this;
        }
        return new WantedFeatures(
                lines.stream().filter(line -> !name(line).equals(name)).toList());
    }

    private static String name(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
