package org.karst.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.model.Family;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.PodKey;

/**
 * What a container's interface was given.
 *
 * @param pod the pod, from {@code K8S_POD_NAMESPACE} and {@code K8S_POD_NAME}
 * @param port the name of the node's end, which is the port's name in the switch
 * @param netns path of the container's network namespace
 * @param mac the container's MAC address
 * @param mtu of both ends
 * @param addresses one for each family
 * @param gateways the first hop for each family
 * @param device what is behind the port
 */
public record Attachment(
        PodKey pod,
        String port,
        String netns,
        MacAddress mac,
        int mtu,
        List<InterfaceAddress> addresses,
        List<Ip> gateways,
        Device device) {
    private static final String PREFIX = "karst-";
    private static final String DEVICE = PREFIX + "device";

    /** What is behind the port of an attachment. */
    public enum Device {
        /** A pair of virtual Ethernet devices, the other end of which is in the container. */
        VETH("veth", ""),
        /** Nothing: the switch holds and routes for a port that nobody sends from. For measurements of large networks. */
        DUMMY("dummy", "dummy");

        private final String text;
        private final String portType;

        Device(String text, String portType) {
            this.text = text;
            this.portType = portType;
        }

        /** Its name in network configurations and external_ids; empty if there is none of that name. */
        public static Optional<Device> find(String text) {
            return Arrays.stream(values())
                    .filter(each -> each.text.equals(text))
                    .findFirst();
        }

        /** {@code Interface.type} of the port (ovs-vswitchd.conf.db(5)). */
        public String portType() {
            return portType;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public Attachment {
        Objects.requireNonNull(pod, "pod");
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(netns, "netns");
        Objects.requireNonNull(mac, "mac");
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
        Objects.requireNonNull(device, "device");
    }

    /** An attachment with a pair of devices. */
    public Attachment(
            PodKey pod,
            String port,
            String netns,
            MacAddress mac,
            int mtu,
            List<InterfaceAddress> addresses,
            List<Ip> gateways) {
        this(pod, port, netns, mac, mtu, addresses, gateways, Device.VETH);
    }

    /** The addresses without their lengths. */
    public List<Ip> ips() {
        return addresses.stream().map(InterfaceAddress::address).toList();
    }

    public Optional<Ip> ip(Family family) {
        return ips().stream().filter(address -> address.family() == family).findFirst();
    }

    /** How the attachment is remembered in the port's external_ids; {@code iface-id} is what other tools look for. */
    public SortedMap<String, String> externalIds(AttachmentKey key) {
        SortedMap<String, String> ids = new TreeMap<>();
        ids.put("iface-id", pod.namespace() + "_" + pod.name());
        ids.put("attached-mac", mac.toString());
        ids.put(PREFIX + "namespace", pod.namespace());
        ids.put(PREFIX + "pod", pod.name());
        ids.put(PREFIX + "container", key.containerId());
        ids.put(PREFIX + "ifname", key.ifname());
        ids.put(PREFIX + "netns", netns);
        ids.put(PREFIX + "mtu", Integer.toString(mtu));
        ids.put(PREFIX + "addresses", join(addresses));
        ids.put(PREFIX + "gateways", join(gateways));
        if (device != Device.VETH) {
            ids.put(DEVICE, device.toString());
        }
        return ids;
    }

    private static String join(List<?> values) {
        return String.join(" ", values.stream().map(Object::toString).toList());
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    /** The key that was remembered in external_ids, empty if they hold no attachment. */
    public static Optional<AttachmentKey> key(String node, SortedMap<String, String> ids) {
        return ids.containsKey(PREFIX + "container") && ids.containsKey(PREFIX + "ifname")
                ? Optional.of(new AttachmentKey(node, ids.get(PREFIX + "container"), ids.get(PREFIX + "ifname")))
                : Optional.empty();
    }

    /**
     * Reads back what {@link #externalIds} wrote.
     *
     * @throws IllegalArgumentException with a sentence if somebody altered it beyond recognition
     */
    public static Attachment restore(String port, SortedMap<String, String> ids) {
        return new Attachment(
                new PodKey(ids.getOrDefault(PREFIX + "namespace", ""), ids.getOrDefault(PREFIX + "pod", "")),
                port,
                ids.getOrDefault(PREFIX + "netns", ""),
                MacAddress.parse(ids.getOrDefault("attached-mac", "")),
                Integer.parseInt(ids.getOrDefault(PREFIX + "mtu", "0")),
                split(ids.getOrDefault(PREFIX + "addresses", "")).stream()
                        .map(InterfaceAddress::parse)
                        .toList(),
                split(ids.getOrDefault(PREFIX + "gateways", "")).stream()
                        .map(Ip::parse)
                        .toList(),
                device(ids.getOrDefault(DEVICE, Device.VETH.toString())));
    }

    private static Device device(String text) {
        return Device.find(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no device of an attachment"));
    }
}
