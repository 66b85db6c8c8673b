package org.karst.bench.sides;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One scrape of {@code /metrics}, in Prometheus' text format.
 *
 * @param values by the name of the sample with its labels as they are written there
 */
public record Metrics(Map<String, Double> values) {
    private static final Pattern LABEL = Pattern.compile("[{,]([a-zA-Z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    public Metrics {
        values = Map.copyOf(values);
    }

    public static Metrics parse(String text) {
        Map<String, Double> values = new HashMap<>();
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            int end = line.lastIndexOf('}') + 1;
            int space = line.indexOf(' ', end);
            if (space < 0) {
                throw new IllegalArgumentException("no sample of Prometheus' text format: " + line);
            }
            String rest = line.substring(space + 1);
            int timestamp = rest.indexOf(' ');
            values.put(line.substring(0, space), number(timestamp < 0 ? rest : rest.substring(0, timestamp)));
        });
        return new Metrics(values);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** The samples of a name by the value of one label. */
    SortedMap<String, Double> by(String name, String label) {
        SortedMap<String, Double> found = new TreeMap<>();
        values.forEach((sample, value) -> {
            if (sample.startsWith(name + "{")) {
                Matcher matcher = LABEL.matcher(sample);
                while (matcher.find()) {
                    if (matcher.group(1).equals(label)) {
                        found.merge(matcher.group(2), value, Double::sum);
                    }
                }
            }
        });
        return found;
    }
}
