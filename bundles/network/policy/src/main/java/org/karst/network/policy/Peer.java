package org.karst.network.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.model.LabelSelector;
import org.karst.model.Labels;

/** One peer of a rule. Text tells two of them apart. */
public sealed interface Peer {
    /** Whether it means a pod. */
    boolean hasPod(String namespace, Labels namespaceLabels, Labels podLabels);

    boolean hasAddress(Ip address);

    /** Where an index over policies finds it by the labels of pods; none if it is found by address. */
    List<String> anchors();

    /** The addresses that it means by themselves, as few prefixes as can be. */
    List<Cidr> prefixes();

    /** Pods of one namespace: a podSelector alone. */
    public record PodsOfNamespace(String namespace, LabelSelector pods) implements Peer {
        @Override
        public boolean hasPod(String where, Labels namespaceLabels, Labels podLabels) {
            return namespace.equals(where) && pods.matches(podLabels);
        }

        @Override
        public boolean hasAddress(Ip address) {
            return false;
        }

        @Override
        public List<String> anchors() {
            if (pods.isEverything()) {
                return List.of(Anchors.whole(namespace));
            }
            return pods.anchors().stream()
                    .map(anchor -> Anchors.inNamespace(namespace, anchor))
                    .toList();
        }

        @Override
        public List<Cidr> prefixes() {
            return List.of();
        }

        @Override
        public String toString() {
            return "pods " + namespace + "/" + pods;
        }
    }

    /** Pods of some namespaces: a namespaceSelector, with or without a podSelector. */
    public record PodsOfNamespaces(LabelSelector namespaces, LabelSelector pods) implements Peer {
        /** Whether it is every pod of the cluster: one prefix then, not each of their addresses. */
        public boolean isEveryPod() {
            return namespaces.isEverything() && pods.isEverything();
        }

        @Override
        public boolean hasPod(String where, Labels namespaceLabels, Labels podLabels) {
            return namespaces.matches(namespaceLabels) && pods.matches(podLabels);
        }

        @Override
        public boolean hasAddress(Ip address) {
            return false;
        }

        @Override
        public List<String> anchors() {
            if (isEveryPod()) {
                return List.of();
            }
            if (pods.isEverything()) {
                return namespaces.anchors().stream().map(Anchors::wholeOf).toList();
            }
            List<String> anchors = pods.anchors();
            return anchors.get(0).isEmpty()
                    ? namespaces.anchors().stream().map(Anchors::ofNamespace).toList()
                    : anchors.stream().map(Anchors::anywhere).toList();
        }

        @Override
        public List<Cidr> prefixes() {
            return List.of();
        }

        @Override
        public String toString() {
            return "pods {" + namespaces + "}/" + pods;
        }
    }

    /** Addresses, wherever they are: an ipBlock. */
    public record Block(Cidr cidr, SortedSet<Cidr> except) implements Peer {
        /** A whole prefix. */
        public static Block of(Cidr cidr) {
            return new Block(cidr, Collections.emptySortedSet());
        }

        /**
         * Reads a CIDR. Bits after the prefix length are ignored, as the API server does.
         *
         * @param field where it stands
         * @throws IllegalArgumentException with a sentence that names the field
         */
        public static Cidr decode(String text, String field) {
            int slash = text.indexOf('/');
            Optional<Ip> address = slash < 0 ? Optional.empty() : Ip.find(text.substring(0, slash));
            String length = text.substring(slash + 1);
            if (address.isEmpty()
                    || !length.matches("0|[1-9][0-9]{0,2}")
                    || Integer.parseInt(length) > address.get().family().bits()) {
                throw new IllegalArgumentException(
                        field + ": '" + text + "' is not a CIDR, as 10.0.0.0/8 or 2001:db8::/32");
            }
            return Cidr.around(address.get(), Integer.parseInt(length));
        }

        @Override
        public boolean hasPod(String where, Labels namespaceLabels, Labels podLabels) {
            return false;
        }

        @Override
        public boolean hasAddress(Ip address) {
            return cidr.contains(address) && except.stream().noneMatch(hole -> hole.contains(address));
        }

        /** Whether it means a node that has these addresses: one of them, and none is excepted. */
        public boolean hasNode(SortedSet<Ip> addresses) {
            return addresses.stream().anyMatch(cidr::contains)
                    && except.stream().noneMatch(hole -> addresses.stream().anyMatch(hole::contains));
        }

        @Override
        public List<String> anchors() {
            return List.of();
        }

        @Override
        public List<Cidr> prefixes() {
            List<Cidr> prefixes = new ArrayList<>();
            cut(cidr, List.copyOf(except), prefixes);
            return prefixes;
        }

        private static void cut(Cidr whole, List<Cidr> holes, List<Cidr> into) {
            List<Cidr> inside = holes.stream().filter(whole::overlaps).toList();
            if (inside.isEmpty()) {
                into.add(whole);
            } else if (inside.stream().noneMatch(hole -> hole.contains(whole))) {
                int length = whole.length() + 1;
                Cidr lower = new Cidr(whole.network(), length);
                cut(lower, inside, into);
                cut(upper(whole, length), inside, into);
            }
        }

        /** The second half: the bit at the new length is set. */
        private static Cidr upper(Cidr whole, int length) {
            int low = whole.family().bits() - length;
            Ip network = whole.network();
            return new Cidr(
                    low >= 64
                            ? Ip.v6(network.high() | 1L << (low - 64), network.low())
                            : new Ip(network.family(), network.high(), network.low() | 1L << low),
                    length);
        }

        @Override
        public String toString() {
            return "block " + cidr + (except.isEmpty() ? "" : "-" + except);
        }
    }

    /** Nodes, with all their addresses. */
    record Nodes(LabelSelector labels) implements Peer {
        @Override
        public boolean hasPod(String where, Labels namespaceLabels, Labels podLabels) {
            return false;
        }

        @Override
        public boolean hasAddress(Ip address) {
            return false;
        }

        @Override
        public List<String> anchors() {
            return List.of();
        }

        @Override
        public List<Cidr> prefixes() {
            return List.of();
        }

        @Override
        public String toString() {
            return "nodes " + labels;
        }
    }

    /** How labels become values of an index. */
    public final class Anchors {
        private Anchors() {}

        public static String inNamespace(String namespace, String anchor) {
            return "in " + namespace + " " + anchor;
        }

        public static String anywhere(String anchor) {
            return "any " + anchor;
        }

        public static String ofNamespace(String anchor) {
            return "of " + anchor;
        }

        public static String whole(String namespace) {
            return "whole " + namespace;
        }

        public static String wholeOf(String anchor) {
            return "whole of " + anchor;
        }

        /** All under which a peer may stand that means each pod of a namespace. */
        public static List<String> of(String namespace, Labels labels) {
            List<String> anchors = new ArrayList<>();
            anchors.add(whole(namespace));
            LabelSelector.anchors(labels).forEach(anchor -> anchors.add(wholeOf(anchor)));
            return anchors;
        }

        /** All under which a peer may stand that means a pod, and not each of its namespace. */
        public static List<String> of(String namespace, Labels namespaceLabels, Labels podLabels) {
            List<String> anchors = new ArrayList<>();
            for (String anchor : LabelSelector.anchors(podLabels)) {
                anchors.add(inNamespace(namespace, anchor));
                if (!anchor.isEmpty()) {
                    anchors.add(anywhere(anchor));
                }
            }
            LabelSelector.anchors(namespaceLabels).forEach(anchor -> anchors.add(ofNamespace(anchor)));
            return anchors;
        }
    }
}
