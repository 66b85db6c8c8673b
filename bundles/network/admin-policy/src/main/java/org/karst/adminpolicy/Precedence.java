package org.karst.adminpolicy;

import java.util.Comparator;
import java.util.Objects;

/**
 * Where a policy stands among those of its tier: by priority, and where these are equal by kind and name, which the API leaves open.
 *
 * @param priority 0 to {@value AdminPolicy#LAST}
 * @param kind of the object
 * @param name of the object
 */
record Precedence(int priority, PolicyKind kind, String name) implements Comparable<Precedence> {
    private static final Comparator<Precedence> ORDER = Comparator.comparing(Precedence::priority)
            .thenComparing(Precedence::kind)
            .thenComparing(Precedence::name);

    Precedence {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(Precedence other) {
        return ORDER.compare(this, other);
    }
}
