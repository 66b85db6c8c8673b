package org.karst.network.policy;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.model.Document;

/**
 * The ports that a pod's containers have named; those of init containers (sidecars are such) included.
 *
 * @param named sorted
 */
public record ContainerPorts(SortedSet<NamedPort> named) {
    public static final ContainerPorts NONE = new ContainerPorts(Collections.emptySortedSet());

    public ContainerPorts {
        named = Collections.unmodifiableSortedSet(new TreeSet<>(named));
    }

    /** Reads a v1 Pod. A port that makes no sense is as good as none: the API server refuses it. */
    public static ContainerPorts decode(Document pod) {
        SortedSet<NamedPort> named = new TreeSet<>();
        for (String list : List.of("containers", "initContainers")) {
            for (Document container : pod.list("spec", list)) {
                for (Document port : container.list("ports")) {
                    String name = port.text("name");
                    Optional<Protocol> protocol = Protocol.find(port.text("protocol"));
                    long number = port.number("containerPort");
                    if (!name.isEmpty() && protocol.isPresent() && number > 0 && number <= 0xffff) {
                        named.add(new NamedPort(new PortName(name, protocol.get()), (int) number));
                    }
                }
            }
        }
        return named.isEmpty() ? NONE : new ContainerPorts(named);
    }

    public boolean has(PortName name, int number) {
        return named.contains(new NamedPort(name, number));
    }

    /** The numbers that a name stands for. */
    public SortedSet<Integer> numbers(PortName name) {
        SortedSet<Integer> numbers = new TreeSet<>();
        named.tailSet(new NamedPort(name, 0)).stream()
                .takeWhile(port -> port.name().equals(name))
                .forEach(port -> numbers.add(port.number()));
        return numbers;
    }

    @Override
    public String toString() {
        return named.isEmpty() ? "" : named.toString();
    }
}
