package org.karst.auditlog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.karst.incremental.Index;
import org.karst.incremental.Query;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.AuditRecord.Party;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Subject;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** Of whom something is to be told, and who somebody is. */
final class Subjects {
    /** The annotation of namespaces; all else of a namespace is the core's. */
    static final Kind<AuditLogging> LOGGING = World.NAMESPACES.part(
            "acl-logging", object -> AuditLogging.decode(object, EnumSet.of(Verdict.ALLOW, Verdict.DROP)));

    private static final Index<Ip, PodKey, Pod> PODS_BY_ADDRESS = Index.of(
            "audit-pods-by-address",
            World.PODS.table(),
            pod -> pod.hostNetwork() || pod.finished() ? List.of() : pod.addresses());

    private static final Index<Ip, PodKey, Node> NODES_BY_ADDRESS =
            Index.of("audit-nodes-by-address", World.NODES.table(), node -> {
                List<Ip> addresses = new ArrayList<>(node.addresses());
                node.podCidrs().stream()
                        .filter(subnet -> subnet.size() >= Topology.SMALLEST_SUBNET)
                        .forEach(subnet ->
                                addresses.add(Topology.management(subnet).address()));
                return addresses;
            });

    /** Whether some policy is about a subject: who is open to all has nothing to tell. */
    private static final Query<Subject, Boolean> JUDGED =
            Query.of("audit-judged", (view, subject) -> view.all(World.VERDICTS).stream()
                    .anyMatch(name -> view.get(World.VERDICTS, name)
                            .filter(query -> view.get(query, subject) != 0)
                            .isPresent()));

    private Subjects() {}

    /** What its namespace wants to be told of a subject. */
    static AuditLogging logging(View view, Subject subject) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject.attachment());
        AuditLogging logging =
                attachment.map(row -> of(view, row.pod().namespace())).orElse(AuditLogging.OFF);
        return logging.isOn() && view.get(JUDGED, subject) ? logging : AuditLogging.OFF;
    }

    /** What a namespace wants to be told. */
    static AuditLogging of(View view, String namespace) {
        return view.get(LOGGING.table(), new PodKey("", namespace)).orElse(AuditLogging.OFF);
    }

    /** The interface on a node that has an address. */
    static Optional<AttachmentKey> attachment(View view, String node, Ip address) {
        return view.find(World.ATTACHMENTS_BY_ADDRESS, address).stream()
                .filter(key -> key.node().equals(node))
                .findFirst();
    }

    /** Whose an address is: what was attached here is known better than what the API reports. */
    static Party party(View view, Ip address) {
        for (AttachmentKey key : view.find(World.ATTACHMENTS_BY_ADDRESS, address)) {
            return pod(view, view.get(World.ATTACHMENTS, key).orElseThrow().pod(), key.node());
        }
        for (PodKey key : view.find(PODS_BY_ADDRESS, address)) {
            return pod(
                    view, key, view.get(World.PODS.table(), key).orElseThrow().node());
        }
        Set<PodKey> nodes = view.find(NODES_BY_ADDRESS, address);
        return nodes.isEmpty()
                ? Party.OUTSIDE
                : new Party(Optional.empty(), "", nodes.iterator().next().name());
    }

    private static Party pod(View view, PodKey key, String node) {
        Labels labels = view.get(World.PODS.table(), key).map(Pod::labels).orElse(Labels.NONE);
        return new Party(Optional.of(key), hash(labels), node);
    }

    /** FNV-1a, 64 bits, of {@code key=value} lines, sorted: the same for the same labels, in each process. */
    private static String hash(Labels labels) {
        StringBuilder text = new StringBuilder();
        labels.entries()
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append('\n'));
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L; // labels are ASCII
        }
        return String.format("%016x", hash);
    }
}
