package org.example.portblock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.model.Document;

/**
 * What the annotation {@code example.org/blocked-ports} of a pod says: numbers with commas between them.
 *
 * @param ports 1 to 65535
 * @param problems a sentence for each word that is no port
 */
record BlockedPorts(SortedSet<Integer> ports, List<String> problems) {
    static final String ANNOTATION = "example.org/blocked-ports";

    /** Reads a pod. One bad word does not undo the others. */
    static BlockedPorts decode(Document pod) {
        SortedSet<Integer> ports = new TreeSet<>();
        List<String> problems = new ArrayList<>();
        String text = pod.text("metadata", "annotations", ANNOTATION);
        for (String word : Arrays.stream(text.split(",", -1)).map(String::strip).toList()) {
            if (word.matches("[0-9]{1,5}") && !word.matches("0+") && Integer.parseInt(word) <= 65_535) {
                ports.add(Integer.parseInt(word));
            } else if (!text.isBlank()) {
                problems.add("annotation " + ANNOTATION + ": '" + word + "' is no port, which is 1 to 65535");
            }
        }
        return new BlockedPorts(ports, problems);
    }
}
