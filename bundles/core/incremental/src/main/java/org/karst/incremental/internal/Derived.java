package org.karst.incremental.internal;

import org.karst.incremental.View;

/** A cell with a function: it knows what it read and can be evaluated. */
abstract class Derived extends Cell {
    static final Cell[] NOTHING = {};
    static final Object UNCHANGED = new Object();

    /** Waits for its evaluation: something that it read changed. */
    static final int QUEUED = 1;
    /** Has no value that counts: it is new, or was due while nobody read it. It is evaluated when read. */
    static final int STALE = 2;
    /** Its function is running. */
    static final int RUNNING = 4;
    /** Its key is gone. */
    static final int DEAD = 8;
    /** Is not evaluated for the time being. */
    static final int HELD = 16;
    /** Would have been evaluated, had it not been held. */
    static final int MISSED = 32;

    /** What the last evaluation read, each once, in the order of reading. */
    Cell[] reads = NOTHING;

    private byte state;

    Derived(DerivedDefinition definition, Object key) {
        super(definition, key);
    }

    Derived(Derived original, DerivedDefinition definition) {
        super(original, definition);
        this.reads = original.reads;
        this.state = original.state;
    }

    final DerivedDefinition derivedDefinition() {
        return (DerivedDefinition) definition;
    }

    final boolean is(int flag) {
        return (state & flag) != 0;
    }

    final void set(int flag) {
        state |= (byte) flag;
    }

    final void clear(int flag) {
        state &= (byte) ~flag;
    }

    /** Whether it is evaluated although no cell reads it. */
    boolean isRoot() {
        return false;
    }

    /**
     * Runs the function and checks what it returns. All calls of an author's code are made here, so that what it throws is
     * caught in one place.
     *
     * @return the outcome, or {@link #UNCHANGED} if it equals the last
     */
    abstract Object compute(View view);

    /** Takes over an outcome of {@link #compute} that differs from the last. */
    abstract void accept(Object outcome, Evaluator evaluator);

    /** Takes over a failure; returns whether it differs from the last outcome. */
    abstract boolean fail(Failed failed, Evaluator evaluator);
}
