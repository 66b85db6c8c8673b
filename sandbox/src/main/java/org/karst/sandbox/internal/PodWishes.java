package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.karst.sandbox.ServerPorts;

/**
 * What a Pod object asks of the sandbox: servers at the ports that its containers declare, and by annotations what a Pod object has no
 * field for.
 */
public final class PodWishes {
    /** Addresses that the CNI plugin is asked for (capability {@code ips}), separated by commas. */
    public static final String ADDRESSES = "sandbox.karst.org/ips";
    /** Ports that are served although no container declares them: {@code 53/UDP,9003/TCP}. */
    public static final String PORTS = "sandbox.karst.org/serves";

    private static final int DEFAULT_WEB_PORT = 8080;

    private PodWishes() {}

    static List<String> addresses(Pod pod) {
        return words(pod, ADDRESSES).toList();
    }

    /** The servers of a pod: the echo service, a web server at 8080, and what it asks for. */
    static ServerPorts ports(Pod pod) {
        Set<Integer> datagrams = served(pod, "UDP");
        datagrams.add(Echo.PORT);
        Set<Integer> web = served(pod, "TCP");
        web.add(DEFAULT_WEB_PORT);
        web.remove(Echo.PORT);
        return new ServerPorts(List.of(Echo.PORT), List.copyOf(datagrams), List.copyOf(web));
    }

    /** The servers of a pod in its node's network, where the node has the usual ones already. */
    static ServerPorts portsInHostNetwork(Pod pod) {
        Set<Integer> datagrams = served(pod, "UDP");
        datagrams.remove(Echo.PORT);
        Set<Integer> web = served(pod, "TCP");
        web.removeAll(Set.of(Echo.PORT, DEFAULT_WEB_PORT));
        return new ServerPorts(List.of(), List.copyOf(datagrams), List.copyOf(web));
    }

    private static Set<Integer> served(Pod pod, String protocol) {
        Set<Integer> ports = new TreeSet<>();
        pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> protocol.equals(port.getProtocol() == null ? "TCP" : port.getProtocol()))
                .map(ContainerPort::getContainerPort)
                .forEach(ports::add);
        words(pod, PORTS)
                .filter(word -> word.endsWith("/" + protocol))
                .map(word -> Integer.valueOf(word.substring(0, word.indexOf('/'))))
                .forEach(ports::add);
        return ports;
    }

    private static Stream<String> words(Pod pod, String annotation) {
        String text = pod.getMetadata().getAnnotations() == null
                ? null
                : pod.getMetadata().getAnnotations().get(annotation);
        return text == null
                ? Stream.of()
                : Arrays.stream(text.split("\\s*,\\s*", -1)).filter(word -> !word.isEmpty());
    }
}
