package org.karst.sandbox.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.NodePlan;
import org.karst.sandbox.SandboxException;

/**
 * The nodes that a case needs. Node number <i>i</i> from 0 has the pod subnets 10.128.<i>i</i>.0/24 (carried on into 10.129 and so on) and
 * fd00:10:128:<i>i</i>::/64, so the address of a pod tells its node.
 */
final class CaseNodes {
    private static final int USUAL = 3;
    private static final int FIRST_OCTET = 128;
    private static final int LAST_OCTET = 131;
    private static final Pattern IPV4 = Pattern.compile("10\\.([0-9]{1,3})\\.([0-9]{1,3})\\.[0-9]{1,3}");
    private static final Pattern IPV6 = Pattern.compile("fd00:10:128:([0-9a-f]{1,4}):.*");
    private static final String UNDERLAY = "172.18.";

    private CaseNodes() {}

    static List<NodePlan> of(PolicyCase wanted) throws SandboxException {
        return wanted.cluster().nodes().isEmpty() ? byAddresses(wanted) : byName(wanted);
    }

    private static List<NodePlan> byAddresses(PolicyCase wanted) throws SandboxException {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (int number = 0; number < USUAL; number++) {
            numbers.add(number);
        }
        for (PolicyCase.Pod pod : wanted.everyPod()) {
            if (!pod.hostNetwork()) {
                numbers.add(subnet(pod));
            }
        }
        List<NodePlan> plans = new ArrayList<>();
        for (int number : numbers) {
            plans.add(plan("node-" + number, number, plans.size(), List.of(), Map.of()));
        }
        return plans;
    }

    private static List<NodePlan> byName(PolicyCase wanted) throws SandboxException {
        SortedMap<String, Integer> subnets = new TreeMap<>();
        for (PolicyCase.Pod pod : wanted.everyPod()) {
            if (!pod.hostNetwork() && !pod.node().isEmpty()) {
                Integer other = subnets.put(pod.node(), subnet(pod));
                if (other != null && !other.equals(subnet(pod))) {
                    throw new SandboxException("the pods of node " + pod.node()
                            + " have addresses of several subnets; each node has one /24");
                }
            }
        }
        List<NodePlan> plans = new ArrayList<>();
        int free = 0;
        for (PolicyCase.Node node : wanted.cluster().nodes()) {
            while (!subnets.containsKey(node.name()) && subnets.containsValue(free)) {
                free++;
            }
            subnets.putIfAbsent(node.name(), free);
            plans.add(plan(node.name(), subnets.get(node.name()), plans.size(), node.addresses(), node.labels()));
        }
        return plans;
    }

    private static NodePlan plan(
            String name, int subnet, int position, List<String> addresses, Map<String, String> labels)
            throws SandboxException {
        String ipv4 = address(addresses, false).orElse("172.18.1." + (position + 1));
        if (!ipv4.startsWith(UNDERLAY)) {
            throw new SandboxException("the address " + ipv4 + " of node " + name + " is not in 172.18.0.0/16");
        }
        return new NodePlan(
                name,
                ipv4,
                address(addresses, true).orElse("fd00:18::1:" + Integer.toHexString(position + 1)),
                List.of(
                        "10." + (FIRST_OCTET + subnet / 256) + "." + subnet % 256 + ".0/24",
                        "fd00:10:128:" + Integer.toHexString(subnet) + "::/64"),
                labels);
    }

    private static Optional<String> address(List<String> addresses, boolean ipv6) {
        return addresses.stream()
                .filter(address -> address.contains(":") == ipv6)
                .findFirst();
    }

    /** The number of the subnet that holds a pod's address. */
    static int subnet(PolicyCase.Pod pod) throws SandboxException {
        Matcher four = IPV4.matcher(pod.ip());
        if (four.matches()) {
            int second = Integer.parseInt(four.group(1));
            if (second >= FIRST_OCTET && second <= LAST_OCTET) {
                return (second - FIRST_OCTET) * 256 + Integer.parseInt(four.group(2));
            }
        }
        Matcher six = IPV6.matcher(pod.ip());
        if (six.matches()) {
            return Integer.parseInt(six.group(1), 16);
        }
        throw new SandboxException("the address " + pod.ip() + " of pod " + pod.key()
                + " is in no pod subnet of a sandbox: 10.128.0.0/14, or fd00:10:128:N::/64");
    }

    /** The name of the node that a pod runs on. */
    static String nodeOf(PolicyCase.Pod pod, List<NodePlan> nodes) throws SandboxException {
        if (!pod.node().isEmpty()) {
            return pod.node();
        }
        if (pod.hostNetwork()) {
            return nodes.stream()
                    .filter(node -> node.ipv4().equals(pod.ip()) || node.ipv6().equals(pod.ip()))
                    .map(NodePlan::name)
                    .findFirst()
                    .orElseThrow(() -> new SandboxException(
                            "pod " + pod.key() + " is in the host network, but no node has the address " + pod.ip()));
        }
        String subnet = "fd00:10:128:" + Integer.toHexString(subnet(pod)) + "::/64";
        return nodes.stream()
                .filter(node -> node.podCidrs().contains(subnet))
                .map(NodePlan::name)
                .findFirst()
                .orElseThrow(() -> new SandboxException("no node has the subnet of pod " + pod.key()));
    }
}
