package org.karst.pipeline;

import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A rule of a policy object, as answers and log lines name it. The order is that in which rules are named: by priority,
 * namespace, name, index.
 *
 * @param priority of the policy among those of its kind; the lower comes first
 * @param kind of the object: NetworkPolicy …
 * @param namespace of the object, "" if it has none
 * @param name of the object
 * @param direction of the rule
 * @param index of the rule in {@code spec.ingress} or {@code spec.egress}, from 0; empty where it is not one of its rules that
 *     speaks but the policy itself, because it isolates
 * @param acl its name in audit logs, as OVN-Kubernetes writes it; at most {@value #LONGEST_ACL} characters
 */
public record RuleReference(
        int priority, String kind, String namespace, String name, Direction direction, OptionalInt index, String acl)
        implements Comparable<RuleReference> {
    /** OVN cuts names of ACLs to this. */
    public static final int LONGEST_ACL = 63;

    private static final Comparator<RuleReference> ORDER = Comparator.comparing(RuleReference::priority)
            .thenComparing(RuleReference::namespace)
            .thenComparing(RuleReference::name)
            .thenComparing(rule -> rule.index().orElse(-1))
            .thenComparing(RuleReference::kind)
            .thenComparing(RuleReference::direction);

    public RuleReference {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(index, "index");
        acl = acl.length() > LONGEST_ACL ? acl.substring(0, LONGEST_ACL) : acl;
    }

    /** A direction as names of ACLs have it: {@code Ingress} or {@code Egress}. */
    public static String word(Direction direction) {
        return switch (direction) {
            case EGRESS -> "Egress";
            case INGRESS -> "Ingress";
        };
    }

    @Override
    public int compareTo(RuleReference other) {
        return ORDER.compare(this, other);
    }

    /** {@code NetworkPolicy x/web, spec.ingress[0]}, or without the field if it is the policy itself. */
    @Override
    public String toString() {
        String object = kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
        String list = "spec." + direction.name().toLowerCase(Locale.ROOT);
        return index.isPresent() ? object + ", " + list + "[" + index.getAsInt() + "]" : object;
    }
}
