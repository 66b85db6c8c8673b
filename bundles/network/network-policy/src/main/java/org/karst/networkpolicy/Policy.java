package org.karst.networkpolicy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.karst.model.LabelSelector;
import org.karst.pipeline.Direction;

/**
 * A NetworkPolicy (networking.k8s.io/v1).
 *
 * @param enforced whether it is in force; if not, it is in dry run: it is only told what it would decide
 * @param subjects {@code spec.podSelector}: whom it isolates, in its own namespace
 * @param ingress what it lets in; empty if it does not isolate ingress
 * @param egress what it lets out; empty if it does not isolate egress
 * @param problems rules that allow nothing because they make no sense, each a sentence that names the field
 */
record Policy(
        boolean enforced,
        LabelSelector subjects,
        Optional<List<PolicyRule>> ingress,
        Optional<List<PolicyRule>> egress,
        List<String> problems) {
    Policy {
        Objects.requireNonNull(subjects, "subjects");
        ingress = ingress.map(List::copyOf);
        egress = egress.map(List::copyOf);
        problems = List.copyOf(problems);
    }

    boolean isolates(Direction direction) {
        return of(direction).isPresent();
    }

    List<PolicyRule> rules(Direction direction) {
        return of(direction).orElse(List.of());
    }

    private Optional<List<PolicyRule>> of(Direction direction) {
        return switch (direction) {
            case EGRESS -> egress;
            case INGRESS -> ingress;
        };
    }
}
