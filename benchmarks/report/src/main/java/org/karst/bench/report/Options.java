package org.karst.bench.report;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The words of a benchmark's command line: {@code --json}, and numbers by name. */
public final class Options {
    private static final int WRONG_USAGE = 2;

    private final SortedMap<String, Integer> numbers;
    private boolean json;

    private Options(Map<String, Integer> defaults) {
        numbers = new TreeMap<>(defaults);
    }

    /**
     * Reads them.
     *
     * @param defaults the names of the numbers that the benchmark takes, such as {@code --rounds}, with what they are otherwise
     * @throws IllegalArgumentException with a sentence about the first wrong word
     */
    public static Options parse(String[] arguments, Map<String, Integer> defaults) {
        Options options = new Options(defaults);
        Iterator<String> words = Arrays.asList(arguments).iterator();
        while (words.hasNext()) {
            String word = words.next();
            if (word.equals("--json")) {
                options.json = true;
            } else if (defaults.containsKey(word)) {
                String value = words.hasNext() ? words.next() : "";
                if (!value.matches("[1-9][0-9]{0,7}")) {
                    throw new IllegalArgumentException(word + " takes a number from 1, not '" + value + "'");
                }
                options.numbers.put(word, Integer.parseInt(value));
            } else {
                throw new IllegalArgumentException("what is '" + word + "'? This benchmark takes --json"
                        + (defaults.isEmpty() ? "" : ", " + String.join(" N, ", options.numbers.keySet()) + " N"));
            }
        }
        return options;
    }

    /** Whether the answer is a document instead of a table. */
    public boolean json() {
        return json;
    }

    /** A number that was among the defaults. */
    public int number(String name) {
        return numbers.get(name);
    }

    /** What a benchmark's program does with its options. */
    @FunctionalInterface
    public interface Program {
        void measure(Options options, Report report) throws Exception;
    }

    /**
     * The whole of a benchmark's main method: ends the process with 0 if every bar is taken, 1 if one is not or nothing could be
     * measured, 2 after wrong words.
     *
     * @param peerName head of the peer's column
     */
    public static void run(String[] arguments, Map<String, Integer> defaults, String peerName, Program program) {
        System.exit(run(arguments, defaults, peerName, program, System.err::println));
    }

    static int run(
            String[] arguments,
            Map<String, Integer> defaults,
            String peerName,
            Program program,
            Consumer<String> complaints) {
        Options options;
        try {
            options = parse(arguments, defaults);
        } catch (IllegalArgumentException wrong) {
            complaints.accept("karst: " + wrong.getMessage());
            return WRONG_USAGE;
        }
        Report report = new Report(peerName);
        try {
            program.measure(options, report);
        } catch (Exception failure) {
            complaints.accept("karst: the benchmark failed: " + failure.getMessage());
            return 1;
        }
        report.print(System.out, options.json);
        return report.met() ? 0 : 1;
    }
}
