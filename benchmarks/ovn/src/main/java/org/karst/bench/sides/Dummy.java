package org.karst.bench.sides;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A pod; without a container, unless {@link Side#run} gives it one.
 *
 * @param namespace its namespace
 * @param name also the name of its container
 * @param node the number of its node, from 1
 */
public record Dummy(String namespace, String name, int node) {
    static final String INTERFACE = "eth0";
    /** Addresses in each node's subnet, a /23. */
    private static final int SUBNET = 512;

    static final int SUBNET_LENGTH = 23;
    /** Which address of its node's subnet is the gateway. */
    static final int GATEWAY = 1;

    /** So many pods, spread over the nodes and the namespaces in turns. */
    public static List<Dummy> spread(int pods, int nodes, int namespaces) {
        List<Dummy> all = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            all.add(new Dummy(namespace(i % namespaces), "pod-" + i, i % nodes + 1));
        }
        return all;
    }

    /** The name of a namespace, by its number from 0. */
    public static String namespace(int number) {
        return "ns-" + number;
    }

    String nodeName() {
        return "node-" + node;
    }

    /** The port that Karst gives it: docs/features/cni.md. */
    public String port() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((name + "/" + INTERFACE).getBytes(StandardCharsets.UTF_8));
            return "veth" + HexFormat.of().formatHex(hash).substring(0, 11);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** An address of the subnet that a sandbox gives a node. */
    public static String address(int node, int offset) {
        int number = (node - 1) * SUBNET + offset;
        return "10." + (128 + (number >> 16)) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    /** The MAC address that belongs to an IPv4 address on both sides: 0a:58 and the address. */
    static String mac(String ip) {
        StringBuilder mac = new StringBuilder("0a:58");
        for (String octet : ip.split("\\.", -1)) {
            mac.append(String.format(":%02x", Integer.parseInt(octet)));
        }
        return mac.toString();
    }
}
