package org.karst.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A flow, not yet on any node: where, when, what.
 *
 * <p>Authors write {@code Flow.in(TABLE).priority(100).when(match).then(action, action)}.
 *
 * @param table 0–253
 * @param priority 0–65535; the highest that matches wins
 * @param match which packets
 * @param actions what happens to them, in order; none = drop
 */
public record Flow(int table, int priority, Match match, List<Action> actions) {
    public Flow {
        if (table < 0 || table > 253) {
            throw new IllegalArgumentException("tables are 0 to 253, not " + table);
        }
        if (priority < 0 || priority > 0xffff) {
            throw new IllegalArgumentException("priorities are 0 to 65535, not " + priority);
        }
        Objects.requireNonNull(match, "match");
        actions = List.copyOf(actions);
    }

    /** A flow of lowest priority for every packet that drops it; the start of a sentence. */
    public static Flow in(TableRef table) {
        return new Flow(table.number(), 0, Match.all(), List.of());
    }

    /** As {@link #in(TableRef)}, for a gate. */
    public static Flow inGate(Slot slot) {
        return new Flow(slot.gate(), 0, Match.all(), List.of());
    }

    public Flow priority(int number) {
        return new Flow(table, number, match, actions);
    }

    public Flow when(Match condition) {
        return new Flow(table, priority, condition, actions);
    }

    /** Adds actions behind those that are there. */
    public Flow then(Action... more) {
        List<Action> all = new ArrayList<>(actions);
        all.addAll(List.of(more));
        return new Flow(table, priority, match, all);
    }

    /** Adds: writes a value into a register. */
    public <T> Flow set(Register<T> register, T value) {
        return then(new Action.SetField(register.range(), register.encode(value)));
    }

    /** Adds: writes a value into a field. */
    public Flow set(Field field, Bits value) {
        return then(new Action.SetField(field.whole(), value));
    }

    /** As ovs-ofctl(8) takes it. */
    @Override
    public String toString() {
        String condition = match.toString();
        return "table=" + table + ",priority=" + priority + (condition.isEmpty() ? "" : "," + condition) + " actions="
                + (actions.isEmpty()
                        ? "drop"
                        : actions.stream().map(Action::toString).collect(Collectors.joining(",")));
    }
}
