package org.karst.cni.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.karst.cni.internal.CniServer.Answer;

/** What the plugin prints: results in the form of each version of the specification (section 5). */
final class Answers {

    /**
     * An interface that ADD made.
     *
     * @param mac empty for the node's end, whose address nobody needs
     * @param mtu in bytes
     * @param sandbox the path of the network namespace it is in; empty = the node's own
     */
    record Interface(String name, Optional<String> mac, int mtu, Optional<String> sandbox) {}

    /**
     * An address of the container's interface.
     *
     * @param address with its prefix length
     */
    record Address(String address, boolean ipv6, String gateway) {}

    /** A route in the container. */
    record Route(String destination, String gateway) {}

    /** All that ADD made. The container's interface is the last one. */
    record Result(List<Interface> interfaces, List<Address> addresses, List<Route> routes) {}

    private Answers() {}

    /** Success of a verb that has nothing to say. */
    static Answer done() {
        return new Answer(true, "");
    }

    /** An error, in the version in which the runtime asked. */
    static Answer error(String version, CniException error) {
        ObjectNode node = CallReader.JSON.createObjectNode();
        node.put("cniVersion", version);
        node.put("code", error.code().number());
        node.put("msg", error.getMessage());
        if (!error.details().isEmpty()) {
            node.put("details", error.details());
        }
        return new Answer(false, text(node));
    }

    /** The answer to VERSION. */
    static Answer versions(SpecVersion asked) {
        ObjectNode node = CallReader.JSON.createObjectNode();
        node.put("cniVersion", asked.text());
        ArrayNode versions = node.putArray("supportedVersions");
        SpecVersion.supported().forEach(versions::add);
        return new Answer(true, text(node));
    }

    /** The answer to ADD: what the plugins before this one made is kept, ours comes after it. */
    static Answer result(SpecVersion version, Optional<JsonNode> previous, Result result) {
        ObjectNode node = previous.map(it -> (ObjectNode) it.deepCopy()).orElseGet(CallReader.JSON::createObjectNode);
        node.put("cniVersion", version.text());
        ArrayNode interfaces = node.withArrayProperty("interfaces");
        for (Interface made : result.interfaces()) {
            ObjectNode entry = interfaces.addObject();
            entry.put("name", made.name());
            made.mac().ifPresent(mac -> entry.put("mac", mac));
            if (version.atLeast(SpecVersion.V1_1_0)) {
                entry.put("mtu", made.mtu());
            }
            made.sandbox().ifPresent(path -> entry.put("sandbox", path));
        }
        ArrayNode ips = node.withArrayProperty("ips");
        for (Address address : result.addresses()) {
            ObjectNode entry = ips.addObject();
            if (!version.atLeast(SpecVersion.V1_0_0)) {
                entry.put("version", address.ipv6() ? "6" : "4");
            }
            entry.put("address", address.address());
            entry.put("gateway", address.gateway());
            entry.put("interface", interfaces.size() - 1);
        }
        ArrayNode routes = node.withArrayProperty("routes");
        for (Route route : result.routes()) {
            routes.addObject().put("dst", route.destination()).put("gw", route.gateway());
        }
        if (!node.path("dns").isObject()) {
            node.putObject("dns");
        }
        return new Answer(true, text(node));
    }

    private static String text(ObjectNode node) {
        try {
            return CallReader.JSON.writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree that was just built cannot be written", e);
        }
    }
}
