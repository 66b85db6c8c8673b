package org.karst.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.incremental.Engine;
import org.karst.incremental.Index;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Numbering;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Table;
import org.karst.incremental.View;

/**
 * A network in miniature with the rules that matter for cost: flows of pods, routes between nodes, and ingress policies by
 * conjunctions, keyed on the narrow side. It stands for the features in measurements of the engine.
 */
final class ModelNetwork {
    static final Table<String, Node> NODES = Table.named("nodes");
    static final Table<PodKey, Pod> PODS = Table.named("pods");
    static final Table<String, Policy> POLICIES = Table.named("policies");

    static final Index<Address, PodKey, Pod> PODS_BY_ADDRESS =
            Index.of("pods by address", PODS, pod -> List.of(pod.address()));
    static final Index<Term, PodKey, Pod> PODS_BY_TERM =
            Index.byKeyAndRow("pods by term", PODS, (key, pod) -> pod.labels().terms(key.namespace()));
    static final Index<Term, String, Policy> POLICIES_BY_SUBJECT = Index.of(
            "policies by subject", POLICIES, policy -> List.of(policy.subject().first()));
    static final Index<Term, String, Policy> POLICIES_BY_PEER = Index.of(
            "policies by peer", POLICIES, policy -> List.of(policy.peer().first()));

    static final Numbering<String> CONJUNCTIONS = Numbering.of("conjunctions", POLICIES, name -> name);

    /** The nodes on which a policy has subjects. */
    static final Query<String, SortedSet<String>> SUBJECT_NODES = Query.of("subject nodes", (view, name) -> {
        SortedSet<String> nodes = new TreeSet<>();
        view.get(POLICIES, name).ifPresent(policy -> {
            for (PodKey key : view.find(PODS_BY_TERM, policy.subject().first())) {
                Pod pod = view.get(PODS, key).orElseThrow();
                if (policy.subject().matches(key.namespace(), pod.labels())) {
                    nodes.add(pod.node());
                }
            }
        });
        return nodes;
    });

    /** The policies that select pods of a namespace with those labels, as subjects or as peers. */
    static final Query<LabelsOfNamespace, List<String>> POLICIES_OF_SUBJECT =
            Query.of("policies of subject", (view, labels) -> selecting(view, POLICIES_BY_SUBJECT, labels, true));

    static final Query<LabelsOfNamespace, List<String>> POLICIES_OF_PEER =
            Query.of("policies of peer", (view, labels) -> selecting(view, POLICIES_BY_PEER, labels, false));

    static final List<Rule<?>> RULES = List.of(
            new Rule<>("nodes", Scope.ZONE, Keys.of(NODES), ModelNetwork::node),
            new Rule<>("pods", Scope.ZONE, Keys.of(PODS), ModelNetwork::pod),
            new Rule<>("policy sources", Scope.ZONE, Keys.of(PODS_BY_ADDRESS), ModelNetwork::sources),
            new Rule<>("policy subjects", Scope.ZONE, Keys.of(PODS), ModelNetwork::subjects),
            new Rule<>("policies", Scope.ZONE, Keys.of(POLICIES), ModelNetwork::policy));

    private ModelNetwork() {}

    record Address(int bits) implements Comparable<Address> {
        @Override
        public int compareTo(Address other) {
            return Integer.compareUnsigned(bits, other.bits);
        }
    }

    record PodKey(String namespace, String name) implements Comparable<PodKey> {
        @Override
        public int compareTo(PodKey other) {
            int order = namespace.compareTo(other.namespace);
            return order == 0 ? name.compareTo(other.name) : order;
        }
    }

    record Labels(SortedMap<String, String> map) {
        List<Term> terms(String namespace) {
            List<Term> terms = new ArrayList<>(map.size());
            map.forEach((name, value) -> terms.add(new Term(namespace, name, value)));
            return terms;
        }
    }

    record LabelsOfNamespace(String namespace, Labels labels) {}

    /** One required label in a namespace. */
    record Term(String namespace, String label, String value) implements Comparable<Term> {
        @Override
        public int compareTo(Term other) {
            int order = namespace.compareTo(other.namespace);
            order = order == 0 ? label.compareTo(other.label) : order;
            return order == 0 ? value.compareTo(other.value) : order;
        }
    }

    record Selector(String namespace, SortedMap<String, String> required) {
        Term first() {
            return new Term(namespace, required.firstKey(), required.get(required.firstKey()));
        }

        boolean matches(String where, Labels labels) {
            return namespace.equals(where) && labels.map().entrySet().containsAll(required.entrySet());
        }
    }

    record Node(Address address, Address subnet) {}

    record Pod(String node, Address address, int port, Labels labels) {}

    record Policy(Selector subject, Selector peer, List<Integer> ports) {}

    enum Stage {
        CLASSIFIER,
        SPOOF_GUARD,
        ROUTING,
        INGRESS_RULES,
        INGRESS_DEFAULT,
        OUTPUT
    }

    enum Name {
        IN_PORT,
        ARP_SPA,
        IP_SRC,
        IP_DST,
        TCP_DST,
        CONJ_ID,
        REGISTER,
        TUNNEL,
        CONJUNCTION,
        OUTPUT,
        DROP
    }

    record Field(Name name, long value, long mask) {}

    record FlowKey(Stage table, int priority, List<Field> match) {}

    record Flow(FlowKey key, List<Field> actions) {}

    /** A flow on a node. */
    record OnNode(String node, Flow flow) implements Item {
        @Override
        public Object identity() {
            return new Identity(node, flow.key());
        }
    }

    record Identity(String node, FlowKey flow) {}

    private static Flow flow(Stage table, int priority, Field match, Field... actions) {
        return new Flow(new FlowKey(table, priority, List.of(match)), List.of(actions));
    }

    private static Field field(Name name, long value) {
        return new Field(name, value, -1);
    }

    private static List<OnNode> node(View view, String name) {
        Node node = view.get(NODES, name).orElseThrow();
        Flow toIt = flow(
                Stage.ROUTING,
                100,
                new Field(Name.IP_DST, node.subnet().bits(), 0xffffff00L),
                field(Name.TUNNEL, node.address().bits()),
                field(Name.OUTPUT, 1));
        List<OnNode> flows = new ArrayList<>();
        for (String other : view.all(NODES)) {
            if (!other.equals(name)) {
                flows.add(new OnNode(other, toIt));
            }
        }
        return flows;
    }

    private static List<OnNode> pod(View view, PodKey key) {
        Pod pod = view.get(PODS, key).orElseThrow();
        Field inPort = field(Name.IN_PORT, pod.port());
        Field source = field(Name.IP_SRC, pod.address().bits());
        return List.of(
                new OnNode(pod.node(), flow(Stage.CLASSIFIER, 100, inPort, field(Name.REGISTER, pod.port()))),
                new OnNode(
                        pod.node(),
                        new Flow(
                                new FlowKey(Stage.SPOOF_GUARD, 200, List.of(inPort, source)),
                                List.of(field(Name.REGISTER, 1)))),
                new OnNode(
                        pod.node(),
                        new Flow(
                                new FlowKey(
                                        Stage.SPOOF_GUARD,
                                        200,
                                        List.of(
                                                inPort,
                                                field(
                                                        Name.ARP_SPA,
                                                        pod.address().bits()))),
                                List.of(field(Name.REGISTER, 1)))),
                new OnNode(
                        pod.node(),
                        flow(
                                Stage.ROUTING,
                                200,
                                field(Name.IP_DST, pod.address().bits()),
                                field(Name.REGISTER, pod.port()),
                                field(Name.OUTPUT, pod.port()))));
    }

    /** One flow for an address on each node that has subjects of a policy which lets it in. */
    private static List<OnNode> sources(View view, Address address) {
        SortedMap<String, SortedSet<Long>> conjunctions = new TreeMap<>();
        for (PodKey key : view.find(PODS_BY_ADDRESS, address)) {
            Pod pod = view.get(PODS, key).orElseThrow();
            for (String policy : view.get(POLICIES_OF_PEER, new LabelsOfNamespace(key.namespace(), pod.labels()))) {
                long id = CONJUNCTIONS.of(view, policy);
                for (String node : view.get(SUBJECT_NODES, policy)) {
                    conjunctions
                            .computeIfAbsent(node, unused -> new TreeSet<>())
                            .add(id);
                }
            }
        }
        return clauses(field(Name.IP_SRC, address.bits()), 1, conjunctions);
    }

    private static List<OnNode> clauses(Field match, int clause, SortedMap<String, SortedSet<Long>> conjunctions) {
        List<OnNode> flows = new ArrayList<>(conjunctions.size());
        Flow last = null;
        for (var entry : conjunctions.entrySet()) {
            List<Field> actions = entry.getValue().stream()
                    .map(id -> new Field(Name.CONJUNCTION, id, clause))
                    .toList();
            // Nodes that want the same share it.
            if (last == null || !last.actions().equals(actions)) {
                last = new Flow(new FlowKey(Stage.INGRESS_RULES, 200, List.of(match)), actions);
            }
            flows.add(new OnNode(entry.getKey(), last));
        }
        return flows;
    }

    private static List<OnNode> subjects(View view, PodKey key) {
        Pod pod = view.get(PODS, key).orElseThrow();
        List<String> policies = view.get(POLICIES_OF_SUBJECT, new LabelsOfNamespace(key.namespace(), pod.labels()));
        if (policies.isEmpty()) {
            return List.of();
        }
        SortedSet<Long> ids = new TreeSet<>();
        policies.forEach(policy -> ids.add(CONJUNCTIONS.of(view, policy)));
        SortedMap<String, SortedSet<Long>> here = new TreeMap<>();
        here.put(pod.node(), ids);
        List<OnNode> flows = new ArrayList<>(clauses(field(Name.REGISTER, pod.port()), 2, here));
        flows.add(new OnNode(
                pod.node(),
                flow(
                        Stage.INGRESS_DEFAULT,
                        100,
                        field(Name.IP_DST, pod.address().bits()),
                        field(Name.DROP, 0))));
        return flows;
    }

    private static List<OnNode> policy(View view, String name) {
        Policy policy = view.get(POLICIES, name).orElseThrow();
        long id = CONJUNCTIONS.of(view, name);
        Flow accept = flow(Stage.INGRESS_RULES, 200, field(Name.CONJ_ID, id), field(Name.REGISTER, 2));
        List<OnNode> flows = new ArrayList<>();
        for (String node : view.get(SUBJECT_NODES, name)) {
            flows.add(new OnNode(node, accept));
            for (int port : policy.ports()) {
                flows.add(new OnNode(
                        node,
                        new Flow(
                                new FlowKey(
                                        Stage.INGRESS_RULES,
                                        190,
                                        List.of(field(Name.CONJ_ID, id), field(Name.TCP_DST, port))),
                                List.of(new Field(Name.CONJUNCTION, id, 3)))));
            }
        }
        return flows;
    }

    private static List<String> selecting(
            View view, Index<Term, String, Policy> index, LabelsOfNamespace pods, boolean subject) {
        SortedSet<String> selecting = new TreeSet<>();
        for (Term term : pods.labels().terms(pods.namespace())) {
            for (String name : view.find(index, term)) {
                Policy policy = view.get(POLICIES, name).orElseThrow();
                Selector selector = subject ? policy.subject() : policy.peer();
                if (selector.matches(pods.namespace(), pods.labels())) {
                    selecting.add(name);
                }
            }
        }
        return List.copyOf(selecting);
    }

    static Engine engine() {
        Engine engine = new Engine();
        RULES.forEach(engine::add);
        return engine;
    }
}
