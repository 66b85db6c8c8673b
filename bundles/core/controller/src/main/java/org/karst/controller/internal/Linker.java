package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.karst.incremental.Item;
import org.karst.incremental.Rule;
import org.karst.incremental.View;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;

/**
 * Checks that a stage keeps to its slot: at registration the tables, then each emitted flow in time that does not depend on
 * how many there are. A bad flow fails its unit with a sentence, so it never reaches a switch. Stamps cookies.
 */
final class Linker {
    private final Stage stage;
    private final Set<Integer> own = new HashSet<>();
    private final Set<Integer> reachable = new HashSet<>();

    private Linker(Stage stage) {
        this.stage = stage;
        stage.tables().stream().map(TableRef::number).forEach(own::add);
        stage.slot().following().ifPresent(slot -> reachable.add(slot.gate()));
        if (stage.slot() == Slot.VERDICT || stage.slot() == Slot.AUDIT) {
            reachable.add(Verdicts.INGRESS_BEGIN.gate()); // they ask the policy slots, and the packet comes back
        }
    }

    /** The stage's rules, each with the check around it. */
    static List<Rule<?>> link(Stage stage) {
        Linker linker = new Linker(stage);
        List<Rule<?>> linked = new ArrayList<>();
        for (Rule<?> rule : stage.rules()) {
            linked.add(linker.checked(rule));
        }
        return linked;
    }

    private <K extends Comparable<? super K>> Rule<K> checked(Rule<K> rule) {
        BiFunction<View, K, ? extends List<? extends Item>> items = rule.items();
        return new Rule<>(rule.name(), rule.scope(), rule.over(), (view, key) -> {
            Cookie cookie = Cookie.of(stage.number(), rule.name(), key);
            List<Item> stamped = new ArrayList<>();
            for (Item item : items.apply(view, key)) {
                stamped.add(item instanceof FlowItem flow ? checked(flow).with(cookie) : admitted(item));
            }
            return stamped;
        });
    }

    private Item admitted(Item item) {
        if (item instanceof Meter) {
            return item;
        }
        throw new IllegalArgumentException("stage " + stage.name() + " emits flows and meters only, not " + item);
    }

    private FlowItem checked(FlowItem item) {
        Flow flow = item.flow();
        if (!own.contains(flow.table())) {
            throw refused(flow, "table " + flow.table() + " is not one of its tables");
        }
        Match match = flow.match();
        for (Field field : match.fields()) {
            require(flow, field, "matches");
            if (Abi.isShared(field) && !Abi.isScratch(field)) {
                requireDeclared(flow, match, field);
            }
        }
        for (Action action : flow.actions()) {
            check(flow, action);
        }
        return item;
    }

    private void require(Flow flow, Field field, String verb) {
        if (!field.prerequisite().holds(flow.match())) {
            throw refused(
                    flow,
                    "it " + verb + " " + field.fieldName() + ", which needs " + field.prerequisite()
                            + " in the match (ovs-fields(7))");
        }
    }

    /** A match may span several registers; each of its bits must be declared by one. */
    private void requireDeclared(Flow flow, Match match, Field field) {
        Bits undeclared = match.mask(field).and(Abi.declared(field).not());
        if (!undeclared.isZero()) {
            throw refused(
                    flow,
                    "it matches bits " + undeclared + " of " + field.fieldName() + ", which Abi does not declare");
        }
    }

    private void check(Flow flow, Action action) {
        for (int table : action.tables()) {
            boolean forward = own.contains(table) && table > flow.table() || reachable.contains(table);
            if (!forward) {
                throw refused(
                        flow,
                        "it goes to table " + table + ": a stage goes forward in its own tables or to the gate of"
                                + " the following slot");
            }
        }
        for (FieldRange bits : action.writes()) {
            if (!bits.field().writable()) {
                throw refused(flow, bits.field().fieldName() + " cannot be changed");
            }
            require(flow, bits.field(), "changes");
            if (Abi.isShared(bits.field()) && !Abi.declares(bits)) {
                throw refused(flow, "it changes " + bits + ", which Abi does not declare");
            }
        }
        for (FieldRange bits : action.reads()) {
            require(flow, bits.field(), "reads");
            if (Abi.isShared(bits.field()) && !Abi.declares(bits)) {
                throw refused(flow, "it reads " + bits + ", which Abi does not declare");
            }
        }
    }

    private IllegalArgumentException refused(Flow flow, String why) {
        return new IllegalArgumentException("stage " + stage.name() + ": " + why + ": " + flow);
    }
}
