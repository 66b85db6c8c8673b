package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;

/** The kinds that both sides serve, each with a generator of objects that are mostly in order. */
enum Kind {
    POD("/api/v1", "pods", true, true) {
        @Override
        void fill(ObjectNode pod, SplittableRandom random) {
            ObjectNode spec = pod.putObject("spec");
            ArrayNode containers = spec.putArray("containers");
            for (int i = 0; i <= random.nextInt(2); i++) {
                ObjectNode container = containers
                        .addObject()
                        .put("name", i == 0 ? "main" : "side")
                        .put("image", pick(random, "nginx", "nginx:1.27", "registry.example.com/web:latest"));
                if (random.nextInt(3) == 0) {
                    ObjectNode port =
                            container.putArray("ports").addObject().put("containerPort", 80 + random.nextInt(3));
                    if (random.nextBoolean()) {
                        port.put("name", "http").put("protocol", pick(random, "TCP", "UDP"));
                    }
                }
                if (random.nextInt(4) == 0) {
                    container.putArray("env").addObject().put("name", "MODE").put("value", "fast");
                }
            }
            maybe(random, 3, () -> spec.put("nodeName", pick(random, "node-a", "node-b")));
            maybe(random, 4, () -> spec.put("restartPolicy", pick(random, "Always", "Never", "OnFailure")));
            maybe(random, 8, () -> spec.put("hostNetwork", true));
            maybe(random, 8, () -> spec.putObject("nodeSelector").put("disk", "ssd"));
            maybe(random, 8, () -> spec.putArray("tolerations").addObject().put("operator", "Exists"));
            maybe(random, 8, () -> spec.put("terminationGracePeriodSeconds", 5));
        }

        @Override
        void fillStatus(ObjectNode status, SplittableRandom random) {
            status.put("phase", pick(random, "Pending", "Running", "Succeeded"));
            maybe(random, 2, () -> status.put("podIP", "10.128.0." + (2 + random.nextInt(5))));
            maybe(random, 2, () -> condition(status, random));
        }
    },
    NODE("/api/v1", "nodes", false, true) {
        @Override
        void fill(ObjectNode node, SplittableRandom random) {
            ObjectNode spec = node.putObject("spec");
            maybe(random, 3, () -> spec.put("podCIDR", "10.128.2.0/23")
                    .putArray("podCIDRs")
                    .add("10.128.2.0/23"));
            maybe(random, 4, () -> spec.put("unschedulable", random.nextBoolean()));
            maybe(random, 4, () -> spec.put("providerID", "test://" + random.nextInt(2)));
            maybe(random, 4, () -> spec.putArray("taints")
                    .addObject()
                    .put("key", "dedicated")
                    .put("value", "db")
                    .put("effect", pick(random, "NoSchedule", "NoExecute", "PreferNoSchedule")));
        }

        @Override
        void fillStatus(ObjectNode status, SplittableRandom random) {
            maybe(random, 2, () -> status.putArray("addresses")
                    .addObject()
                    .put("type", "InternalIP")
                    .put("address", "192.168.1." + random.nextInt(4)));
            condition(status, random);
        }
    },
    EVENT("/api/v1", "events", true, false) {
        @Override
        void fill(ObjectNode event, SplittableRandom random) {
            event.putObject("involvedObject")
                    .put("kind", "Pod")
                    .put("namespace", event.at("/metadata/namespace").asText())
                    .put("name", pick(random, NAMES));
            event.put("reason", pick(random, "Started", "Killed")).put("message", "it did");
            event.put("type", pick(random, "Normal", "Warning"));
            maybe(random, 2, () -> event.putObject("source")
                    .put("component", "kubelet")
                    .put("host", "node-a"));
            maybe(random, 2, () -> event.put("count", 1 + random.nextInt(3))
                    .put("firstTimestamp", "2026-01-01T00:00:00Z")
                    .put("lastTimestamp", "2026-01-01T00:00:05Z"));
        }
    },
    LEASE("/apis/coordination.k8s.io/v1", "leases", true, false) {
        @Override
        void fill(ObjectNode lease, SplittableRandom random) {
            ObjectNode spec = lease.putObject("spec");
            maybe(random, 2, () -> spec.put("holderIdentity", pick(random, "one", "two")));
            maybe(random, 2, () -> spec.put("leaseDurationSeconds", random.nextInt(10, 40)));
            maybe(random, 2, () -> spec.put("renewTime", "2026-01-01T00:00:00.123456Z"));
            maybe(random, 4, () -> spec.put("leaseTransitions", random.nextInt(3)));
        }
    },
    NETWORK_POLICY("/apis/networking.k8s.io/v1", "networkpolicies", true, false) {
        @Override
        void fill(ObjectNode policy, SplittableRandom random) {
            ObjectNode spec = policy.putObject("spec");
            selector(spec.putObject("podSelector"), random);
            maybe(random, 2, () -> spec.putArray("policyTypes").add(pick(random, "Ingress", "Egress")));
            maybe(random, 2, () -> rule(spec.putArray("ingress").addObject(), "from", random));
            maybe(random, 3, () -> rule(spec.putArray("egress").addObject(), "to", random));
        }
    },
    NAMESPACE("/api/v1", "namespaces", false, true) {
        @Override
        void fill(ObjectNode namespace, SplittableRandom random) {
            // A namespace says nothing beyond its metadata.
        }
    };

    /** Names of objects: few, so that requests meet. */
    static final String[] NAMES = {"a", "b", "c.d"};

    private static final ObjectMapper JSON = new ObjectMapper();

    final String root;
    final String plural;
    final boolean namespaced;
    final boolean hasStatus;

    Kind(String root, String plural, boolean namespaced, boolean hasStatus) {
        this.root = root;
        this.plural = plural;
        this.namespaced = namespaced;
        this.hasStatus = hasStatus;
    }

    /** What it is for, of a new object with metadata. */
    abstract void fill(ObjectNode object, SplittableRandom random);

    void fillStatus(ObjectNode status, SplittableRandom random) {
        status.put("phase", "Active");
    }

    /** The kind as it stands in objects. */
    String kind() {
        return switch (this) {
            case POD -> "Pod";
            case NODE -> "Node";
            case EVENT -> "Event";
            case LEASE -> "Lease";
            case NETWORK_POLICY -> "NetworkPolicy";
            case NAMESPACE -> "Namespace";
        };
    }

    /** What field selectors can ask of it, besides name and namespace. */
    List<String> fields() {
        return switch (this) {
            case POD -> List.of("spec.nodeName", "status.phase", "spec.restartPolicy", "spec.hostNetwork");
            case NODE -> List.of("spec.unschedulable");
            case EVENT -> List.of("involvedObject.kind", "involvedObject.name", "reason", "type");
            case NAMESPACE -> List.of("status.phase");
            case LEASE, NETWORK_POLICY -> List.of();
        };
    }

    /** Names of its objects; those of pods and nodes are referred to by others. */
    String name(SplittableRandom random) {
        return switch (this) {
            case NODE -> pick(random, "node-a", "node-b", "node-c");
            case NAMESPACE -> pick(random, "team-a", "team-b");
            default -> pick(random, NAMES);
        };
    }

    /** The path of its objects in a namespace. */
    String path(String namespace) {
        return root + (namespaced ? "/namespaces/" + namespace : "") + '/' + plural;
    }

    /** An object that is mostly in order. */
    ObjectNode sample(String namespace, String name, SplittableRandom random) {
        ObjectNode object = JSON.createObjectNode();
        object.put("apiVersion", root.startsWith("/apis/") ? root.substring("/apis/".length()) : "v1")
                .put("kind", kind());
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (namespaced) {
            metadata.put("namespace", namespace);
        }
        maybe(random, 2, () -> metadata.putObject("labels")
                .put("app", pick(random, "web", "db"))
                .put("tier", pick(random, "1", "2", "3")));
        maybe(random, 4, () -> metadata.putObject("annotations").put("example.com/note", pick(random, "x", "y y")));
        maybe(random, 12, () -> metadata.putArray("finalizers").add("example.com/hold"));
        fill(object, random);
        if (hasStatus && random.nextInt(6) == 0) {
            fillStatus(object.putObject("status"), random);
        }
        return object;
    }

    static String pick(SplittableRandom random, String... some) {
        return some[random.nextInt(some.length)];
    }

    static void maybe(SplittableRandom random, int oneIn, Runnable work) {
        if (random.nextInt(oneIn) == 0) {
            work.run();
        }
    }

    private static void condition(ObjectNode status, SplittableRandom random) {
        status.putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", pick(random, "True", "False"))
                .put("lastTransitionTime", "2026-01-01T00:00:00Z");
    }

    private static void selector(ObjectNode selector, SplittableRandom random) {
        maybe(random, 2, () -> selector.putObject("matchLabels").put("app", pick(random, "web", "db")));
        maybe(random, 4, () -> {
            ObjectNode expression = selector.putArray("matchExpressions")
                    .addObject()
                    .put("key", "tier")
                    .put("operator", pick(random, "In", "NotIn", "Exists", "DoesNotExist"));
            if (expression.path("operator").asText().endsWith("In")) {
                expression.putArray("values").add("1").add("2");
            }
        });
    }

    private static void rule(ObjectNode rule, String peers, SplittableRandom random) {
        maybe(random, 2, () -> {
            ObjectNode peer = rule.putArray(peers).addObject();
            switch (random.nextInt(3)) {
                case 0 -> selector(peer.putObject("podSelector"), random);
                case 1 -> selector(peer.putObject("namespaceSelector"), random);
                default ->
                    peer.putObject("ipBlock")
                            .put("cidr", "10.0.0.0/8")
                            .putArray("except")
                            .add("10.1.0.0/16");
            }
        });
        maybe(random, 2, () -> {
            ObjectNode port = rule.putArray("ports").addObject();
            maybe(random, 2, () -> port.put("protocol", pick(random, "TCP", "UDP", "SCTP")));
            if (random.nextInt(3) == 0) {
                port.put("port", "http");
            } else {
                port.put("port", 80);
                maybe(random, 3, () -> port.put("endPort", 90));
            }
        });
    }
}
