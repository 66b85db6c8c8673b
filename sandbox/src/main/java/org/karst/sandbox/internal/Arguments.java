package org.karst.sandbox.internal;

import java.util.ArrayList;
import java.util.List;
import org.karst.sandbox.Families;
import org.karst.sandbox.SandboxSettings;

/**
 * The words of a command line.
 *
 * @param nodes how many
 * @param families which
 * @param json whether the answer is a JSON document
 * @param rest words that are no option; after {@code --} all are
 */
public record Arguments(int nodes, Families families, boolean json, List<String> rest) {
    private static final int DEFAULT_NODES = 3;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a sentence about the first wrong one
     */
    public static Arguments parse(List<String> words) {
        int nodes = DEFAULT_NODES;
        Families families = Families.DUAL;
        boolean json = false;
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                rest.addAll(words.subList(i + 1, words.size()));
                break;
            }
            switch (word) {
                case "--nodes" -> {
                    i++;
                    nodes = nodes(i < words.size() ? words.get(i) : "");
                }
                case "--ipv4" -> families = Families.IPV4;
                case "--ipv6" -> families = Families.IPV6;
                case "--dual" -> families = Families.DUAL;
                case "--json" -> json = true;
                default -> {
                    if (word.startsWith("--nodes=")) {
                        nodes = nodes(word.substring("--nodes=".length()));
                    } else if (word.startsWith("-")) {
                        throw new IllegalArgumentException("there is no option " + word);
                    } else {
                        rest.add(word);
                    }
                }
            }
        }
        return new Arguments(nodes, families, json, List.copyOf(rest));
    }

    private static int nodes(String text) {
        if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > SandboxSettings.MOST_NODES) {
            throw new IllegalArgumentException(
                    "--nodes takes a number from 1 to " + SandboxSettings.MOST_NODES + ", not '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
