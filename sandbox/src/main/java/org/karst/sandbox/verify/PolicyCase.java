package org.karst.sandbox.verify;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.SandboxException;

/**
 * One file of truth tables; its JSON object has the names of the components. Fields that it has beside them are ignored.
 *
 * @param name of the case
 * @param cluster what is there before the first step
 * @param steps in order; state carries over from each to the next
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PolicyCase(String name, Cluster cluster, List<Step> steps) {
    private static final Pattern JAVA_TYPE = Pattern.compile("`[\\w.]+[.$](\\w+)`");
    private static final Pattern PATH = Pattern.compile("\\[\"(\\w+)\"]|\\[(\\d+)]");
    private static final Pattern LINE = Pattern.compile("line: (\\d+)");

    public PolicyCase {
        Objects.requireNonNull(cluster, "the case has no cluster");
        steps = list(steps);
    }

    /** Nodes, namespaces and pods; there are no policies at the beginning. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Cluster(List<Node> nodes, List<Namespace> namespaces, List<Pod> pods) {
        public Cluster {
            nodes = list(nodes);
            namespaces = list(namespaces);
            pods = list(pods);
        }
    }

    /** A node; without any in the case, each /24 that holds the address of a pod is that of a node. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Node(String name, Map<String, String> labels, List<String> addresses) {
        public Node {
            Objects.requireNonNull(name, "a node has no name");
            labels = map(labels);
            addresses = list(addresses);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Namespace(String name, Map<String, String> labels) {
        public Namespace {
            Objects.requireNonNull(name, "a namespace has no name");
            labels = map(labels);
        }
    }

    /**
     * A pod.
     *
     * @param ip the address that it must get, and by which it is asked for
     * @param node empty: the node whose subnet holds the address
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Pod(
            String namespace,
            String name,
            Map<String, String> labels,
            String ip,
            String node,
            boolean hostNetwork,
            List<Container> containers) {
        public Pod {
            Objects.requireNonNull(name, "a pod has no name");
            Objects.requireNonNull(namespace, "pod " + name + " has no namespace");
            Objects.requireNonNull(ip, "pod " + namespace + "/" + name + " has no ip");
            labels = map(labels);
            node = node == null ? "" : node;
            containers = list(containers);
        }

        String key() {
            return namespace + "/" + name;
        }

        Pod withLabels(Map<String, String> others) {
            return new Pod(namespace, name, others, ip, node, hostNetwork, containers);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Container(String name, List<Port> ports) {
        public Container {
            ports = list(ports);
        }
    }

    /**
     * A port that is served.
     *
     * @param declared whether the pod's spec has it; if not, it has no name either. Absent: it has
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Port(int port, Protocol protocol, String name, Boolean declared) {
        public Port {
            declared = declared == null || declared;
        }
    }

    /** Transport protocols, by the names of the Kubernetes API. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }

    /** Changes, and who reaches whom after them. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Step(String name, List<Action> actions, List<Expectation> expected) {
        public Step {
            name = name == null ? "" : name;
            actions = list(actions);
            expected = list(expected);
        }
    }

    /** What an action does. The constants have the names of the file format. */
    public enum Operation {
        createPolicy,
        updatePolicy,
        deletePolicy,
        createNamespace,
        setNamespaceLabels,
        deleteNamespace,
        createPod,
        setPodLabels,
        deletePod
    }

    /** One change; which components count depends on the operation. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Action(
            Operation op,
            String kind,
            String namespace,
            String name,
            String yaml,
            Map<String, String> labels,
            String ip,
            String node,
            boolean hostNetwork,
            List<Container> containers) {
        public Action {
            Objects.requireNonNull(op, "an action has no op");
            Objects.requireNonNull(name, "an action has no name");
            switch (op) {
                case createPolicy, updatePolicy -> Objects.requireNonNull(yaml, op + " " + name + " has no yaml");
                case deletePolicy -> Objects.requireNonNull(kind, op + " " + name + " has no kind");
                case createPod, setPodLabels, deletePod ->
                    Objects.requireNonNull(namespace, op + " " + name + " has no namespace");
                case createNamespace, setNamespaceLabels, deleteNamespace -> {}
            }
        }

        Pod pod() {
            return new Pod(namespace, name, labels, ip, node, hostNetwork, containers);
        }
    }

    /**
     * One line of a truth table.
     *
     * @param from namespace/name of a pod
     * @param to namespace/name of a pod
     * @param loopback whether both are one pod; such lines are not asked: a pod always reaches itself
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Expectation(
            String from,
            String to,
            int port,
            String portName,
            Protocol protocol,
            @JsonProperty(required = true) boolean allowed,
            boolean loopback) {
        public Expectation {
            Objects.requireNonNull(from, "an expected line has no from");
            Objects.requireNonNull(to, "an expected line has no to");
            Objects.requireNonNull(protocol, "an expected line has no protocol");
            loopback |= from.equals(to);
        }
    }

    /**
     * Reads one.
     *
     * @throws SandboxException that names the file and what is wrong in it
     */
    public static PolicyCase read(Path file) throws IOException {
        try {
            return Serialization.unmarshal(Files.readString(file), PolicyCase.class);
        } catch (RuntimeException wrong) {
            Throwable root = wrong;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new SandboxException(file + " is no case: " + complaint(wrong, root));
        }
    }

    /** What is wrong, without names of classes, and where: the parser says so in its own words. */
    private static String complaint(Throwable wrong, Throwable root) {
        String what = JAVA_TYPE
                .matcher(String.valueOf(root.getMessage()).lines().findFirst().orElse(""))
                .replaceAll("$1");
        for (Throwable each = wrong; each != null; each = each.getCause()) {
            String text = String.valueOf(each.getMessage());
            int chain = text.indexOf("reference chain: ");
            if (chain >= 0) {
                StringBuilder path = new StringBuilder();
                Matcher part = PATH.matcher(text.substring(chain));
                while (part.find()) {
                    path.append(part.group(1) == null ? "" : "." + part.group(1))
                            .append(part.group(2) == null ? "" : "[" + part.group(2) + "]");
                }
                return path.substring(Math.min(1, path.length())) + ": " + what;
            }
            Matcher line = LINE.matcher(text);
            if (line.find()) {
                return "line " + line.group(1) + ": " + what;
            }
        }
        return what;
    }

    /** Every pod that is there at some time. */
    List<Pod> everyPod() {
        List<Pod> pods = new ArrayList<>(cluster.pods());
        steps.stream()
                .flatMap(step -> step.actions().stream())
                .filter(action -> action.op() == Operation.createPod)
                .map(Action::pod)
                .forEach(pods::add);
        return pods;
    }

    private static <T> List<T> list(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    private static SortedMap<String, String> map(Map<String, String> map) {
        return map == null ? new TreeMap<>() : new TreeMap<>(map);
    }
}
