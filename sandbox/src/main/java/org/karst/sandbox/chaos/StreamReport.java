package org.karst.sandbox.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What became of a stream.
 *
 * @param stream which
 * @param sent how many datagrams were sent
 * @param answered how many came back in time
 * @param gaps the others, those that follow each other closely in one
 */
public record StreamReport(Stream stream, long sent, long answered, List<Gap> gaps) {
    /**
     * Datagrams that were lost one after the other.
     *
     * @param from when the first was sent, in {@link System#nanoTime}
     * @param to when the last was sent
     * @param lost how many
     */
    public record Gap(long from, long to, int lost) {
        boolean within(Window window) {
            return from - window.from() >= 0 && window.to() - to >= 0;
        }
    }

    /**
     * A time in which losses are expected.
     *
     * @param from begin, in {@link System#nanoTime}
     * @param to end
     */
    public record Window(long from, long to) {
        /** With so much more at both ends. */
        public Window widened(Duration margin) {
            return new Window(from - margin.toNanos(), to + margin.toNanos());
        }

        /** The same times, with those that touch each other as one. */
        static List<Window> joined(List<Window> windows) {
            List<Window> sorted = new ArrayList<>(windows);
            sorted.sort((one, other) -> Long.signum(one.from - other.from));
            List<Window> joined = new ArrayList<>();
            for (Window window : sorted) {
                Window last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
                if (last != null && window.from - last.to <= 0) {
                    long to = window.to - last.to > 0 ? window.to : last.to;
                    joined.set(joined.size() - 1, new Window(last.from, to));
                } else {
                    joined.add(window);
                }
            }
            return joined;
        }
    }

    public StreamReport {
        gaps = List.copyOf(gaps);
    }

    /** How many were lost. */
    public long lost() {
        return gaps.stream().mapToLong(Gap::lost).sum();
    }

    /** The gaps that are in none of these windows. */
    public List<Gap> outside(List<Window> windows) {
        return gaps.stream()
                .filter(gap -> windows.stream().noneMatch(gap::within))
                .toList();
    }

    /** When gaps were, as windows. */
    public List<Window> windows() {
        return gaps.stream().map(gap -> new Window(gap.from(), gap.to())).toList();
    }

    /** For people: what was lost when, in seconds after a moment. */
    public String describe(List<Gap> some, long begin) {
        return stream.name() + ": "
                + some.stream()
                        .map(gap -> String.format(
                                Locale.ROOT,
                                "%d lost at %.3f s in %d ms",
                                gap.lost(),
                                (gap.from() - begin) / 1e9,
                                (gap.to() - gap.from()) / 1_000_000))
                        .collect(Collectors.joining(", "));
    }
}
