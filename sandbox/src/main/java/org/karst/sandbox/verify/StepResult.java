package org.karst.sandbox.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of one step.
 *
 * @param name of the step, or its number
 * @param lines each line that was asked, in the order of the case
 * @param skipped loopback lines
 * @param problem empty, or why nothing was asked: then every line has failed
 */
record StepResult(String name, List<Line> lines, int skipped, String problem) {
    private static final int MOST_PROBLEMS = 5;

    /**
     * One line.
     *
     * @param actual empty when there was no answer
     * @param problem why
     * @param byTrace whether the flows were asked, and not packets
     */
    record Line(PolicyCase.Expectation expected, Optional<Boolean> actual, String problem, boolean byTrace) {
        boolean passed() {
            return actual.equals(Optional.of(expected.allowed()));
        }
    }

    /** A port, as heading of a table. */
    private record PortKey(int port, PolicyCase.Protocol protocol) implements Comparable<PortKey> {
        @Override
        public int compareTo(PortKey other) {
            int byPort = Integer.compare(port, other.port);
            return byPort == 0 ? protocol.compareTo(other.protocol) : byPort;
        }
    }

    StepResult {
        lines = List.copyOf(lines);
    }

    long passed() {
        return lines.stream().filter(Line::passed).count();
    }

    long failed() {
        return lines.size() - passed();
    }

    long byTrace() {
        return lines.stream().filter(Line::byTrace).count();
    }

    /** A table for each port with a wrong line: senders down, receivers across. Empty when all is right. */
    String table() {
        if (failed() == 0) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        if (!problem.isEmpty()) {
            return text.append("  ").append(problem).append('\n').toString();
        }
        Map<PortKey, List<Line>> byPort = new TreeMap<>();
        lines.forEach(line -> byPort.computeIfAbsent(
                        new PortKey(line.expected().port(), line.expected().protocol()), port -> new ArrayList<>())
                .add(line));
        byPort.forEach((port, ofPort) -> {
            if (!ofPort.stream().allMatch(Line::passed)) {
                text.append(table(port.protocol() + " " + port.port(), ofPort));
            }
        });
        lines.stream()
                .filter(line -> line.actual().isEmpty())
                .map(line -> "  no answer from " + line.expected().from() + " to "
                        + line.expected().to() + ": " + line.problem() + "\n")
                .distinct()
                .limit(MOST_PROBLEMS)
                .forEach(text::append);
        return text.append("  . allowed  X denied  ! is denied, should be allowed  + is allowed, should be denied"
                        + "  ? no answer  # itself\n")
                .toString();
    }

    private static String table(String heading, List<Line> lines) {
        TreeSet<String> senders = new TreeSet<>();
        TreeSet<String> receivers = new TreeSet<>();
        Map<String, Character> cells = new TreeMap<>();
        for (Line line : lines) {
            senders.add(line.expected().from());
            receivers.add(line.expected().to());
            cells.put(line.expected().from() + " " + line.expected().to(), cell(line));
        }
        int width = Math.max(
                heading.length(),
                senders.stream().mapToInt(String::length).max().orElse(0));
        StringBuilder text = new StringBuilder("  ").append(heading).append(" ".repeat(width - heading.length()));
        receivers.forEach(receiver -> text.append("  ").append(receiver));
        text.append('\n');
        for (String sender : senders) {
            text.append("  ").append(sender).append(" ".repeat(width - sender.length()));
            for (String receiver : receivers) {
                char cell = sender.equals(receiver) ? '#' : cells.getOrDefault(sender + " " + receiver, ' ');
                text.append("  ").append(cell).append(" ".repeat(receiver.length() - 1));
            }
            text.append('\n');
        }
        return text.toString().replaceAll(" +\n", "\n");
    }

    private static char cell(Line line) {
        if (line.actual().isEmpty()) {
            return '?';
        }
        boolean allowed = line.actual().get();
        if (line.passed()) {
            return allowed ? '.' : 'X';
        }
        return allowed ? '+' : '!';
    }

    /** For {@code --json}. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("passed", passed());
        map.put("failed", failed());
        map.put("skipped", skipped);
        map.put("byTrace", byTrace());
        map.put("problem", problem);
        map.put(
                "wrong",
                lines.stream()
                        .filter(line -> !line.passed())
                        .map(StepResult::wrong)
                        .toList());
        return map;
    }

    private static Map<String, Object> wrong(Line line) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("from", line.expected().from());
        map.put("to", line.expected().to());
        map.put("port", line.expected().port());
        map.put("protocol", line.expected().protocol().name());
        map.put("expected", line.expected().allowed());
        map.put("actual", line.actual().orElse(null));
        map.put("problem", line.problem());
        return map;
    }
}
