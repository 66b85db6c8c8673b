package org.karst.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A LabelSelector (meta/v1): all its requirements must hold; without any it selects everything. {@code matchLabels} are
 * requirements with one value. Two selectors that were written in another order are equal.
 *
 * @param requirements sorted
 */
public record LabelSelector(SortedSet<Requirement> requirements) {
    /** Selects everything. */
    public static final LabelSelector EVERYTHING = new LabelSelector(Collections.emptySortedSet());

    public LabelSelector {
        requirements = Collections.unmodifiableSortedSet(new TreeSet<>(requirements));
    }

    /** The operators of LabelSelectorRequirement. */
    public enum Operator {
        IN("In"),
        NOT_IN("NotIn"),
        EXISTS("Exists"),
        DOES_NOT_EXIST("DoesNotExist");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        static Optional<Operator> find(String text) {
            for (Operator operator : values()) {
                if (operator.text.equals(text)) {
                    return Optional.of(operator);
                }
            }
            return Optional.empty();
        }

        private boolean needsValues() {
            return this == IN || this == NOT_IN;
        }

        private boolean holds(Optional<String> value, SortedSet<String> values) {
            return switch (this) {
                case IN -> value.isPresent() && values.contains(value.get());
                case NOT_IN -> value.isEmpty() || !values.contains(value.get());
                case EXISTS -> value.isPresent();
                case DOES_NOT_EXIST -> value.isEmpty();
            };
        }
    }

    /**
     * One condition on one label.
     *
     * @param key the label
     * @param operator what must hold
     * @param values for IN and NOT_IN, at least one; sorted
     */
    public record Requirement(String key, Operator operator, SortedSet<String> values)
            implements Comparable<Requirement> {
        public Requirement {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(operator, "operator");
            values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
        }

        boolean holds(Labels labels) {
            return operator.holds(labels.get(key), values);
        }

        @Override
        public int compareTo(Requirement other) {
            int order = key.compareTo(other.key);
            order = order == 0 ? operator.compareTo(other.operator) : order;
            return order == 0 ? values.toString().compareTo(other.values.toString()) : order;
        }

        /** As kubectl takes it: {@code key in (a,b)}. What is no label is quoted, so equal texts mean equal requirements. */
        @Override
        public String toString() {
            String list = "("
                    + String.join(",", values.stream().map(Requirement::quoted).toList()) + ")";
            return switch (operator) {
                case IN -> quoted(key) + " in " + list;
                case NOT_IN -> quoted(key) + " notin " + list;
                case EXISTS -> quoted(key);
                case DOES_NOT_EXIST -> "!" + quoted(key);
            };
        }

        private static String quoted(String text) {
            return text.matches("[-A-Za-z0-9_./]*")
                    ? text
                    : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /**
     * Reads a LabelSelector.
     *
     * @param field where it stands, for error messages
     * @throws IllegalArgumentException with a sentence that names the field
     */
    public static LabelSelector decode(Document document, String field) {
        SortedSet<Requirement> requirements = new TreeSet<>();
        document.texts("matchLabels")
                .forEach((key, value) ->
                        requirements.add(new Requirement(key, Operator.IN, new TreeSet<>(List.of(value)))));
        List<Document> expressions = document.list("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            requirements.add(requirement(expressions.get(i), field + ".matchExpressions[" + i + "]"));
        }
        return requirements.isEmpty() ? EVERYTHING : new LabelSelector(requirements);
    }

    private static Requirement requirement(Document document, String field) {
        String key = document.text("key");
        if (key.isEmpty()) {
            throw new IllegalArgumentException(field + ".key must not be empty");
        }
        String text = document.text("operator");
        Operator operator = Operator.find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        field + ".operator '" + text + "' is none of In, NotIn, Exists and DoesNotExist"));
        SortedSet<String> values = new TreeSet<>();
        document.list("values").forEach(value -> values.add(value.text()));
        if (operator.needsValues() == values.isEmpty()) {
            throw new IllegalArgumentException(
                    field + ".values must " + (values.isEmpty() ? "not " : "") + "be empty for " + text);
        }
        return new Requirement(key, operator, values);
    }

    /** Whether it selects everything. */
    public boolean isEverything() {
        return requirements.isEmpty();
    }

    public boolean matches(Labels labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(labels)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where an index finds this selector: labels that it matches have one of these among {@link #anchors(Labels)}. Those of the
     * most selective requirement that demands a label, or "" if there is none.
     */
    public List<String> anchors() {
        List<String> best = List.of();
        for (Requirement requirement : requirements) {
            if (requirement.operator() == Operator.IN
                    && (best.isEmpty()
                            || requirement.values().size() < best.size()
                            || best.get(0).indexOf('=') < 0)) {
                List<String> anchors = new ArrayList<>();
                requirement.values().forEach(value -> anchors.add(requirement.key() + "=" + value));
                best = anchors;
            } else if (requirement.operator() == Operator.EXISTS && best.isEmpty()) {
                best = List.of(requirement.key());
            }
        }
        return best.isEmpty() ? List.of("") : best;
    }

    /** Where an index finds the selectors that may match labels: "", each key, each key=value. */
    public static List<String> anchors(Labels labels) {
        List<String> anchors = new ArrayList<>(2 * labels.entries().size() + 1);
        anchors.add("");
        labels.entries().forEach((key, value) -> {
            anchors.add(key);
            anchors.add(key + "=" + value);
        });
        return anchors;
    }

    /** As kubectl takes it; "" selects everything. */
    @Override
    public String toString() {
        return String.join(",", requirements.stream().map(Requirement::toString).toList());
    }
}
