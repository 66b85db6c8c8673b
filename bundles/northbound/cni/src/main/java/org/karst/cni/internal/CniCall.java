package org.karst.cni.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.karst.pipeline.Attachment;

/**
 * One call of a container runtime, checked.
 *
 * @param verb what is asked
 * @param version of the specification that the answer must follow
 * @param network the name of the network
 * @param attachment which interface of which container; empty for STATUS, GC and VERSION
 * @param netns the path of the container's network namespace; empty if not given
 * @param arguments CNI_ARGS by key
 * @param requestedIps capability {@code ips}: addresses that the container must get; empty = any
 * @param requestedMac capability {@code mac}
 * @param previous the result of the plugins before this one, or for CHECK and DEL of the whole ADD
 * @param valid GC: the attachments to keep
 * @param device what shall be behind the port
 */
public record CniCall(
        Verb verb,
        SpecVersion version,
        String network,
        Optional<AttachmentName> attachment,
        Optional<String> netns,
        SortedMap<String, String> arguments,
        List<String> requestedIps,
        Optional<String> requestedMac,
        Optional<JsonNode> previous,
        SortedSet<AttachmentName> valid,
        Attachment.Device device) {

    /** Which interface of which container: the identity of an attachment. */
    public record AttachmentName(String containerId, String ifname) implements Comparable<AttachmentName> {
        @Override
        public int compareTo(AttachmentName other) {
            int byContainer = containerId.compareTo(other.containerId);
            return byContainer != 0 ? byContainer : ifname.compareTo(other.ifname);
        }

        @Override
        public String toString() {
            return containerId + "/" + ifname;
        }
    }

    /** An argument of CNI_ARGS such as K8S_POD_NAME. */
    public Optional<String> argument(String key) {
        return Optional.ofNullable(arguments.get(key));
    }

    /** "pod default/web" where the runtime says so, else the container. */
    public String subject() {
        Map<String, String> all = arguments;
        if (all.containsKey("K8S_POD_NAMESPACE") && all.containsKey("K8S_POD_NAME")) {
            return "pod " + all.get("K8S_POD_NAMESPACE") + "/" + all.get("K8S_POD_NAME");
        }
        return attachment.map(name -> "container " + name.containerId()).orElse("network " + network);
    }
}
