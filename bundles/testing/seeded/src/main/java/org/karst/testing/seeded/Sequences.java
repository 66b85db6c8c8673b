package org.karst.testing.seeded;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Random sequences of edits from fixed seeds.
 *
 * <p>The system property {@code karst.law.runs} multiplies the number of sequences and {@code karst.law.seed} moves the
 * first seed, for long searches. A report names the seed that failed.
 *
 * @param <E> the type of an edit: immutable, with a {@code toString} that a reader can follow
 */
public final class Sequences<E> {
    private static final int MOST_SHRINKING_TRIES = 20_000;

    private final Function<? super RandomGenerator, ? extends E> edit;
    private final int longest;
    private final int runs;

    private Sequences(Function<? super RandomGenerator, ? extends E> edit, int longest, int runs) {
        this.edit = Objects.requireNonNull(edit, "edit");
        this.longest = longest;
        this.runs = runs;
    }

    /** Sequences of edits of that kind, 200 of up to 60 edits. */
    public static <E> Sequences<E> of(Function<? super RandomGenerator, ? extends E> edit) {
        return new Sequences<>(edit, 60, 200);
    }

    /** The same with up to that many edits in a sequence, at least 1. */
    public Sequences<E> upTo(int edits) {
        return new Sequences<>(edit, edits, runs);
    }

    /** The same with that many sequences, at least 1. */
    public Sequences<E> times(int sequences) {
        return new Sequences<>(edit, longest, sequences);
    }

    /**
     * Tries a law with all sequences.
     *
     * @throws AssertionError if one breaks it, with the seed, a shortest sequence that breaks it, and what that one threw
     */
    public void obey(Law<E> law) {
        long first = Long.getLong("karst.law.seed", 1);
        long count = (long) runs * Integer.getInteger("karst.law.runs", 1);
        for (long seed = first; seed < first + count; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int length = 1 + random.nextInt(longest);
            List<E> edits = new ArrayList<>(length);
            for (int i = 0; i < length; i++) {
                edits.add(edit.apply(random));
            }
            if (broken(law, edits) != null) {
                throw report(seed, law, shrink(law, edits));
            }
        }
    }

    /** Leaves out ever smaller parts as long as the rest still breaks the law. */
    static <E> List<E> shrink(Law<E> law, List<E> failing) {
        List<E> shortest = failing;
        int tries = 0;
        for (int size = Math.max(1, failing.size() / 2); size >= 1; size /= 2) {
            int start = 0;
            while (start < shortest.size() && tries++ < MOST_SHRINKING_TRIES) {
                List<E> candidate = new ArrayList<>(shortest);
                candidate
                        .subList(start, Math.min(start + size, shortest.size()))
                        .clear();
                if (broken(law, candidate) != null) {
                    shortest = candidate;
                    // What seemed to matter before may not matter any more.
                    start = size == 1 ? 0 : start;
                } else {
                    start += size;
                }
            }
        }
        return shortest;
    }

    private static <E> Throwable broken(Law<E> law, List<E> edits) {
        try {
            law.holdsFor(List.copyOf(edits));
            return null;
        } catch (Throwable reason) {
            return reason;
        }
    }

    private static <E> AssertionError report(long seed, Law<E> law, List<E> edits) {
        Throwable reason = broken(law, edits);
        StringBuilder text =
                new StringBuilder("the law is broken (seed ").append(seed).append(") by");
        for (E edit : edits) {
            text.append("\n    ").append(edit);
        }
        return new AssertionError(text.append("\n  because ").append(reason).toString(), reason);
    }
}
