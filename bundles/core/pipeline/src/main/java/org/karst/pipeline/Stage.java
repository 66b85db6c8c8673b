package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.incremental.Rule;

/**
 * What a feature puts into one slot: tables, the rules that fill them, and answers to packets.
 *
 * @param name unique in the process; a stage of the same name takes the flows of its predecessor over
 * @param slot where
 * @param gate which packets enter; disjoint from the other stages of the slot
 * @param tables the tables that it owns; the first is where packets enter, and its number is the stage's number
 * @param rules what fills the tables; they emit flows and meters
 * @param answers answers to packets that its flows send to the controller
 * @param guard whether it stays in force, frozen, when its bundle goes, until an administrator releases it: an empty slot
 *     would let traffic pass that it held back
 */
public record Stage(
        String name,
        Slot slot,
        Match gate,
        List<TableRef> tables,
        List<Rule<?>> rules,
        List<Answer> answers,
        boolean guard) {
    public Stage {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(gate, "gate");
        tables = List.copyOf(tables);
        rules = List.copyOf(rules);
        answers = List.copyOf(answers);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("stage " + name + " owns no table");
        }
        for (TableRef table : tables) {
            if (table.slot() != slot) {
                throw new IllegalArgumentException(
                        "stage " + name + " lives in " + slot + ", table " + table.name() + " in " + table.slot());
            }
        }
    }

    /** A stage that neither answers packets nor guards. */
    public static Stage of(String name, Slot slot, Match gate, List<TableRef> tables, List<Rule<?>> rules) {
        return new Stage(name, slot, gate, tables, rules, List.of(), false);
    }

    /** The same with answers. */
    public Stage answering(Answer... more) {
        return new Stage(name, slot, gate, tables, rules, List.of(more), guard);
    }

    /** The number in cookies: that of the first table, unique because no two stages share a table. */
    public int number() {
        return tables.get(0).number();
    }

    /** The number of the meter that a stage may use for what it sends to the controller: its own, since no two share it. */
    public static int meter(TableRef first) {
        return first.number();
    }
}
