package org.karst.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.karst.benchmarks.ModelNetwork.Address;
import org.karst.benchmarks.ModelNetwork.Labels;
import org.karst.benchmarks.ModelNetwork.Node;
import org.karst.benchmarks.ModelNetwork.Pod;
import org.karst.benchmarks.ModelNetwork.PodKey;
import org.karst.benchmarks.ModelNetwork.Policy;
import org.karst.benchmarks.ModelNetwork.Selector;
import org.karst.incremental.Engine;

/**
 * A cluster of a given size for the model network, and the edits that a day brings. Pods of a namespace share 20 sets of
 * labels; a policy selects one of them as subjects and one, of its own namespace, as peers.
 *
 * @param nodes at least 2, at most 250
 * @param pods at most 250 for each node if they are to be unique in their addresses; more overflow into further subnets
 * @param policies at least 1
 */
record ModelCluster(int nodes, int pods, int policies) {
    private static final int PODS_OF_A_NAMESPACE = 200;
    private static final int LABEL_SETS = 20;

    /** Writes everything, in one step. */
    void load(Engine engine) {
        for (int i = 0; i < nodes; i++) {
            engine.put(
                    ModelNetwork.NODES,
                    node(i),
                    new Node(new Address(0xc0a80000 + i), new Address(10 << 24 | i << 16)));
        }
        for (int i = 0; i < pods; i++) {
            engine.put(ModelNetwork.PODS, key(i), pod(i, i % LABEL_SETS));
        }
        for (int i = 0; i < policies; i++) {
            engine.put(ModelNetwork.POLICIES, "policy-" + i, policy(i, i % LABEL_SETS));
        }
    }

    private int namespaces() {
        return Math.max(1, pods / PODS_OF_A_NAMESPACE);
    }

    private static String node(int i) {
        return "node-" + i;
    }

    PodKey key(int i) {
        return new PodKey("namespace-" + i % namespaces(), "pod-" + i);
    }

    /** The name of the pod that takes the place of another. */
    private PodKey successor(int i) {
        return new PodKey(key(i).namespace(), key(i).name() + "-again");
    }

    /** The name under which pod i is there now, or would be. */
    private PodKey present(Engine engine, int i) {
        return engine.row(ModelNetwork.PODS, successor(i)).isPresent() ? successor(i) : key(i);
    }

    Pod pod(int i, int labels) {
        int node = (int) ((i * 2_654_435_761L >>> 7) % nodes);
        return new Pod(node(node), new Address(10 << 24 | i + 256), 1 + i, labels(labels));
    }

    private static Labels labels(int set) {
        SortedMap<String, String> map = new TreeMap<>();
        map.put("app", "app-" + set);
        map.put("team", "team-" + set % 4);
        map.put("tier", set % 2 == 0 ? "front" : "back");
        return new Labels(map);
    }

    private Selector selector(int namespace, int set) {
        return new Selector("namespace-" + namespace % namespaces(), new TreeMap<>(Map.of("app", "app-" + set)));
    }

    Policy policy(int i, int labels) {
        return new Policy(selector(i, labels), selector(i, (labels + 7) % LABEL_SETS), List.of(80, 443));
    }

    /** What may happen to a cluster. */
    enum Edit {
        RELABEL_POD {
            @Override
            void write(ModelCluster cluster, Engine engine, SplittableRandom random) {
                int i = random.nextInt(cluster.pods);
                Pod pod = cluster.pod(i, random.nextInt(LABEL_SETS));
                engine.put(ModelNetwork.PODS, cluster.present(engine, i), pod);
            }
        },
        /** A pod goes, or is there again. */
        TOGGLE_POD {
            @Override
            void write(ModelCluster cluster, Engine engine, SplittableRandom random) {
                int i = random.nextInt(cluster.pods);
                PodKey key = cluster.present(engine, i);
                if (engine.row(ModelNetwork.PODS, key).isPresent()) {
                    engine.remove(ModelNetwork.PODS, key);
                } else {
                    engine.put(ModelNetwork.PODS, key, cluster.pod(i, i % LABEL_SETS));
                }
            }
        },
        /** A pod dies and one of another name and other labels gets its address in the same step. */
        REPLACE_POD {
            @Override
            void write(ModelCluster cluster, Engine engine, SplittableRandom random) {
                int i = random.nextInt(cluster.pods);
                PodKey old = cluster.present(engine, i);
                PodKey other = old.equals(cluster.key(i)) ? cluster.successor(i) : cluster.key(i);
                engine.remove(ModelNetwork.PODS, old);
                engine.put(ModelNetwork.PODS, other, cluster.pod(i, random.nextInt(LABEL_SETS)));
            }
        },
        TOGGLE_POLICY {
            @Override
            void write(ModelCluster cluster, Engine engine, SplittableRandom random) {
                int i = random.nextInt(cluster.policies);
                if (engine.row(ModelNetwork.POLICIES, "policy-" + i).isPresent()) {
                    engine.remove(ModelNetwork.POLICIES, "policy-" + i);
                } else {
                    engine.put(ModelNetwork.POLICIES, "policy-" + i, cluster.policy(i, i % LABEL_SETS));
                }
            }
        },
        RESELECT_POLICY {
            @Override
            void write(ModelCluster cluster, Engine engine, SplittableRandom random) {
                int i = random.nextInt(cluster.policies);
                engine.put(ModelNetwork.POLICIES, "policy-" + i, cluster.policy(i, random.nextInt(LABEL_SETS)));
            }
        };

        abstract void write(ModelCluster cluster, Engine engine, SplittableRandom random);
    }
}
