package org.karst.incremental.internal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.karst.incremental.QueryFailedException;
import org.karst.incremental.View;

/**
 * Brings all cells up to date after facts changed.
 *
 * <p>Each definition has a rank above those that it has ever read. Cells that are due are evaluated from low ranks to high,
 * so when a cell runs, all that it may read is up to date; a cell is due only if something that it read really changed.
 * So each runs at most once, and an unchanged outcome ends the matter. A cell that nobody has read yet is evaluated at
 * its first reading, inside its reader's evaluation. If that shows that the outermost evaluation reads something of its own
 * rank or above, its definition rises, the evaluation is discarded, and the cell waits for its new turn.
 */
final class Evaluator {
    final Claims claims;
    private final RankedQueue queue = new RankedQueue();
    private final ArrayDeque<Cell> unread = new ArrayDeque<>();
    private final Map<Derived, Failed> failures = new LinkedHashMap<>();
    private Set<Derived> newFailures = new LinkedHashSet<>();
    private final View view;
    private long revision;
    private int stamps;
    private Frame frame;
    private DerivedDefinition outermost;
    private int draining;
    private boolean discarding;

    /** The copies of a fork by their originals, or null if this is none. */
    private final IdentityHashMap<Definition, Definition> copies;

    Evaluator(Definitions definitions) {
        this.view = new RecordingView(definitions, this);
        this.claims = new Claims();
        this.copies = null;
    }

    /** A copy for a fork that has copies of all definitions. */
    Evaluator(Definitions definitions, Evaluator original, IdentityHashMap<Definition, Definition> copies) {
        this.view = new RecordingView(definitions, this);
        this.claims = new Claims(original.claims, this::local);
        this.copies = copies;
        this.revision = original.revision;
    }

    /** Takes over the failures that stand, when all definitions are copied. */
    void copyFailures(Evaluator original) {
        original.failures.forEach((cell, failed) -> failures.put(local(cell), failed));
    }

    /** The cell of this engine that a link leads to: in a fork, links lead to cells of the original until they are used. */
    @SuppressWarnings("unchecked")
    <C extends Cell> C local(C cell) {
        if (copies == null) {
            return cell;
        }
        Definition definition = copies.get(cell.definition.original);
        return definition == null || definition == cell.definition ? cell : (C) definition.local(cell);
    }

    /** What the last evaluation of a cell read. */
    List<Cell> reads(Derived cell) {
        return List.of(localReads(cell));
    }

    private Cell[] localReads(Derived cell) {
        if (copies == null) {
            return cell.reads;
        }
        Cell[] reads = cell.reads.clone();
        Arrays.setAll(reads, i -> local(reads[i]));
        return reads;
    }

    /** Unwinds evaluations that came too early. */
    private static final class Discarded extends Error {
        private static final long serialVersionUID = 1L;

        Discarded() {
            super("evaluated again when what it reads is up to date", null, false, false);
        }
    }

    long revision() {
        return revision;
    }

    boolean isRunning() {
        return frame != null;
    }

    void begin() {
        revision++;
    }

    /** A cell has a new value: those that read it are due. */
    void changed(Cell cell) {
        cell.changed = revision;
        cell.forEachReader(reader -> enqueue(local(reader)));
    }

    void enqueue(Derived cell) {
        // What is running has not yet seen the old value; what is stale or dead has no value to bring up to date.
        if (!cell.is(Derived.QUEUED | Derived.RUNNING | Derived.STALE | Derived.DEAD)) {
            cell.set(Derived.QUEUED);
            queue.add(cell);
        }
    }

    /** Does not evaluate a cell until it is released. */
    void hold(Derived cell) {
        cell.set(Derived.HELD);
    }

    /** Lets a cell be evaluated again, in the next step if it missed something. */
    void release(Derived cell) {
        boolean missed = cell.is(Derived.MISSED);
        cell.clear(Derived.HELD | Derived.MISSED);
        if (missed) {
            enqueue(cell);
        }
    }

    /** A cell may have become superfluous: if nobody reads it at the end of the step, it is forgotten. */
    void unread(Cell cell) {
        boolean root = cell instanceof Derived derived && derived.isRoot();
        if (!root && !cell.hasReaders()) {
            unread.add(cell);
        }
    }

    /** A derived cell ends: it reads nothing any more. */
    void bury(Derived cell) {
        cell.set(Derived.DEAD);
        for (Cell read : localReads(cell)) {
            read.removeReader(cell);
            unread(read);
        }
        cell.reads = Derived.NOTHING;
        failures.remove(cell);
        newFailures.remove(cell);
    }

    /** Evaluates all that is due. */
    void drain() {
        for (Derived cell = queue.poll(); cell != null; cell = queue.poll()) {
            if (!cell.is(Derived.QUEUED) || cell.is(Derived.DEAD)) {
                continue;
            }
            if (cell.is(Derived.HELD)) {
                cell.clear(Derived.QUEUED);
                cell.set(Derived.MISSED);
                continue;
            }
            if (!cell.isRoot() && !cell.hasReaders()) {
                cell.clear(Derived.QUEUED);
                cell.set(Derived.STALE);
                continue;
            }
            outermost = cell.derivedDefinition();
            draining = outermost.rank;
            try {
                evaluate(cell);
            } catch (Discarded tooEarly) {
                discarding = false;
            } finally {
                outermost = null;
            }
        }
    }

    /** Drops what nobody reads, and what was read by that only. */
    void forget() {
        for (Cell cell = unread.poll(); cell != null; cell = unread.poll()) {
            if (!cell.hasReaders()) {
                cell.forget(this);
            }
        }
    }

    /** Evaluates a function outside of a step and leaves nothing behind. */
    <T> T read(Function<? super View, ? extends T> function) {
        Frame reading = new Frame(null, frame, ++stamps);
        frame = reading;
        try {
            return function.apply(view);
        } finally {
            frame = reading.outer;
            abandon(reading);
            forget();
        }
    }

    /** Refuses a reading that no evaluation waits for; called before any cell is made for it. */
    void checkRunning() {
        if (frame == null) {
            throw new IllegalStateException("a view serves only the evaluation that it was handed to");
        }
        if (discarding) {
            throw new Discarded();
        }
    }

    /** Notes that the running evaluation reads a cell. */
    void note(Cell cell) {
        frame.read(cell);
    }

    /** Notes that the running evaluation reads a query at all, and makes sure that its turn is before the reader's. */
    void note(DerivedDefinition read) {
        if (frame.cell == null) {
            return;
        }
        List<DerivedDefinition> cycle = Ranks.note(frame.cell.derivedDefinition(), read);
        if (!cycle.isEmpty()) {
            String sentence = Ranks.sentence(cycle);
            for (DerivedDefinition definition : cycle) {
                definition.cycle = sentence;
                definition.forEachCell(this::enqueue);
            }
            throw new QueryFailedException(sentence);
        }
        if (outermost != null && outermost.rank > draining) {
            discarding = true;
            throw new Discarded();
        }
    }

    /** The value of a query's cell that was noted, evaluated now if need be. */
    Object value(QueryState.QueryCell cell) {
        if (cell.is(Derived.STALE | Derived.QUEUED)) {
            evaluate(cell);
        }
        if (cell.value() instanceof Failed failed) {
            throw new QueryFailedException(failed.message());
        }
        return cell.value();
    }

    private void evaluate(Derived cell) {
        DerivedDefinition definition = cell.derivedDefinition();
        Frame running = new Frame(cell, frame, ++stamps);
        frame = running;
        cell.clear(Derived.QUEUED | Derived.STALE);
        cell.set(Derived.RUNNING);
        Object outcome;
        try {
            outcome = definition.cycle == null ? cell.compute(view) : new Failed(definition.cycle, false);
        } catch (Discarded tooEarly) {
            outcome = null;
        } catch (QueryFailedException reason) {
            outcome = new Failed(reason.getMessage(), true);
        } catch (Throwable reason) {
            outcome = new Failed(sentence(reason), false);
        } finally {
            frame = running.outer;
            cell.clear(Derived.RUNNING);
        }
        if (discarding) {
            abandon(running);
            if (cell.isRoot() || cell.hasReaders()) {
                enqueue(cell);
            } else {
                cell.set(Derived.STALE);
                unread(cell);
            }
            throw new Discarded();
        }
        if (definition.cycle != null) {
            outcome = new Failed(definition.cycle, false);
        }
        definition.evaluations++;
        commit(cell, running);
        take(cell, outcome);
    }

    private void take(Derived cell, Object outcome) {
        boolean differs;
        if (outcome instanceof Failed failed) {
            if (!failed.equals(failures.put(cell, failed))) {
                newFailures.add(cell);
            }
            differs = cell.fail(failed, this);
        } else {
            if (failures.remove(cell) != null) {
                newFailures.remove(cell);
            }
            differs = outcome != Derived.UNCHANGED;
            if (differs) {
                cell.accept(outcome, this);
            }
        }
        if (differs) {
            changed(cell);
        }
    }

    /** Replaces what a cell reads by what its evaluation has just read. */
    private void commit(Derived cell, Frame ran) {
        ran.distinct(++stamps);
        Cell[] before = localReads(cell);
        if (Arrays.equals(before, 0, before.length, ran.reads, 0, ran.size)) {
            return;
        }
        int old = ++stamps;
        for (Cell read : before) {
            read.stamp = old;
        }
        int kept = ++stamps;
        for (int i = 0; i < ran.size; i++) {
            Cell read = ran.reads[i];
            if (read.stamp != old) {
                read.addReader(cell);
            }
            read.stamp = kept;
        }
        for (Cell read : before) {
            if (read.stamp != kept) {
                read.removeReader(cell);
                unread(read);
            }
        }
        cell.reads = ran.size == 0 ? Derived.NOTHING : Arrays.copyOf(ran.reads, ran.size);
    }

    private void abandon(Frame ran) {
        for (int i = 0; i < ran.size; i++) {
            unread(ran.reads[i]);
        }
    }

    /** All that stand. */
    Map<Derived, Failed> failures() {
        return failures;
    }

    /** The cells that failed or failed differently since this was last asked, and still do. */
    Set<Derived> takeNewFailures() {
        Set<Derived> taken = newFailures;
        newFailures = new LinkedHashSet<>();
        return taken;
    }

    /**
     * Why something was thrown, as a sentence; an author's own sentence stands alone.
     *
     * @throws VirtualMachineError the reason itself, if the virtual machine is at its end
     */
    static String sentence(Throwable reason) {
        if (reason instanceof VirtualMachineError end && !(reason instanceof StackOverflowError)) {
            throw end;
        }
        String message = reason.getMessage();
        boolean meant = reason instanceof IllegalArgumentException || reason instanceof IllegalStateException;
        if (meant && message != null && !message.isBlank()) {
            return message;
        }
        StringBuilder sentence = new StringBuilder(reason.getClass().getSimpleName());
        if (message != null && !message.isBlank()) {
            sentence.append(": ").append(message);
        }
        for (StackTraceElement place : reason.getStackTrace()) {
            if (!place.getClassName().startsWith("java.")) {
                return sentence.append(" (")
                        .append(place.getFileName())
                        .append(':')
                        .append(place.getLineNumber())
                        .append(')')
                        .toString();
            }
        }
        return sentence.toString();
    }
}
