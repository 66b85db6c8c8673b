package org.karst.apiserver.internal.resource;

import static org.karst.apiserver.internal.resource.Trait.CONTAINER;
import static org.karst.apiserver.internal.resource.Trait.CREATE_ON_UPDATE;
import static org.karst.apiserver.internal.resource.Trait.CUSTOM;
import static org.karst.apiserver.internal.resource.Trait.GENERATION;
import static org.karst.apiserver.internal.resource.Trait.NAMESPACED;
import static org.karst.apiserver.internal.resource.Trait.RETURNS_DELETED;
import static org.karst.apiserver.internal.resource.Trait.STATUS;
import static org.karst.apiserver.internal.resource.Trait.STATUS_ON_CREATE;
import static org.karst.apiserver.internal.resource.Trait.UNCONDITIONAL_UPDATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The resources that are always served. Each is data; a new one is a new constant in {@link #ALL}. */
public final class CoreResources {
    private static final String CIDR_RULE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private static final String ADDRESS_RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    static final ResourceDefinition NAMESPACES = ResourceDefinition.of("", "v1", "namespaces", "Namespace")
            .shortNames("ns")
            .traits(STATUS, UNCONDITIONAL_UPDATE, RETURNS_DELETED, CONTAINER)
            .names(Names.LABEL)
            .fields("status.phase")
            .shape("{'spec':{'finalizers':['']},'status':{'phase':'','conditions':[{}]}}")
            .defaults("{'spec':{},'status':{'phase':'Active'}}")
            .mergedBy("type", "status.conditions")
            .prepare(CoreResources::labelNamespace)
            .columns(List.of(
                    Column.ofName(),
                    Column.at("Status", 0, "The status of the namespace", "status.phase", ""),
                    Column.ofAge()))
            .build();

    static final ResourceDefinition NODES = ResourceDefinition.of("", "v1", "nodes", "Node")
            .shortNames("no")
            .traits(STATUS, STATUS_ON_CREATE, UNCONDITIONAL_UPDATE)
            .fields("spec.unschedulable")
            .shape(
                    "{'spec':{'podCIDR':'','podCIDRs':[''],'providerID':'','unschedulable':false,'taints':[{'key':'','value':'','effect':''}]},"
                            + "'status':{'addresses':[{'type':'','address':''}],'conditions':[{'type':'','status':''}],'nodeInfo':{}}}")
            .defaults("{'spec':{},'status':{}}")
            .mergedBy("", "spec.podCIDRs")
            .mergedBy("type", "status.addresses", "status.conditions")
            .prepare(node -> dropUnset(Json.child(node, "spec"), "unschedulable"))
            .prepare(node -> mirrorFirst(Json.child(node, "spec"), "podCIDR", "podCIDRs"))
            .columns(NodeColumns.ALL)
            .rules(
                    Rule.texts("spec.podCIDRs", Rule::isCidr, CIDR_RULE),
                    Rule.immutableOnceSet(
                            "spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid"),
                    Rule.immutableOnceSet(
                            "spec.providerID", "node updates may not change providerID except from \"\" to valid"),
                    Rule.each(
                            "spec.taints",
                            List.of(
                                    Rule.required("key", ""),
                                    Rule.required("effect", ""),
                                    Rule.oneOf("effect", List.of("NoSchedule", "PreferNoSchedule", "NoExecute")))))
            .build();

    static final ResourceDefinition PODS = ResourceDefinition.of("", "v1", "pods", "Pod")
            .shortNames("po")
            .traits(NAMESPACED, STATUS, GENERATION, UNCONDITIONAL_UPDATE, RETURNS_DELETED)
            .fields(
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.nominatedNodeName")
            .shape(
                    "{'spec':{'nodeName':'','hostNetwork':false,'restartPolicy':'','serviceAccountName':'','schedulerName':'',"
                            + "'containers':[{'name':'','image':'','ports':[{'containerPort':0,'hostPort':0,'name':'','protocol':''}]}],"
                            + "'initContainers':[{'name':'','image':''}],'tolerations':[{}]},"
                            + "'status':{'phase':'','podIP':'','podIPs':[{'ip':''}],'hostIP':'','hostIPs':[{'ip':''}],"
                            + "'conditions':[{'type':'','status':''}],'containerStatuses':[{'name':'','ready':false,'restartCount':0}]}}")
            .defaults("{'spec':{'restartPolicy':'Always','terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst',"
                    + "'schedulerName':'default-scheduler','securityContext':{},'enableServiceLinks':true,"
                    + "'containers':[{'resources':{},'terminationMessagePath':'/dev/termination-log',"
                    + "'terminationMessagePolicy':'File','ports':[{'protocol':'TCP'}]}]},"
                    + "'status':{'phase':'Pending','qosClass':'BestEffort'}}")
            .mergedBy(
                    "name",
                    "spec.containers",
                    "spec.containers.env",
                    "spec.ephemeralContainers",
                    "spec.ephemeralContainers.env",
                    "spec.imagePullSecrets",
                    "spec.initContainers",
                    "spec.initContainers.env",
                    "spec.resourceClaims",
                    "spec.schedulingGates",
                    "spec.volumes")
            .mergedBy("containerPort", "spec.containers.ports", "spec.initContainers.ports")
            .mergedBy("mountPath", "spec.containers.volumeMounts", "spec.initContainers.volumeMounts")
            .mergedBy("devicePath", "spec.containers.volumeDevices", "spec.initContainers.volumeDevices")
            .mergedBy("topologyKey", "spec.topologySpreadConstraints")
            .mergedBy("ip", "spec.hostAliases", "status.hostIPs", "status.podIPs")
            .mergedBy("type", "status.conditions")
            .keyedBy("spec.containers.ports", "containerPort", "protocol=TCP")
            .keyedBy("spec.initContainers.ports", "containerPort", "protocol=TCP")
            .keyedBy("spec.topologySpreadConstraints", "topologyKey", "whenUnsatisfiable")
            .atomic("spec.nodeSelector", "status.hostIPs")
            .prepare(pod -> dropUnset(Json.child(pod, "spec"), "hostNetwork"))
            .prepare(CoreResources::choosePullPolicies)
            .prepare(pod -> mirrorFirstAddress(Json.child(pod, "status"), "podIP", "podIPs"))
            .prepare(pod -> mirrorFirstAddress(Json.child(pod, "status"), "hostIP", "hostIPs"))
            .columns(PodColumns.ALL)
            .rules(
                    Rule.required("spec.containers", ""),
                    Rule.each(
                            "spec.containers",
                            List.of(
                                    Rule.required("name", ""),
                                    Rule.named("name", Names.LABEL),
                                    Rule.required("image", ""),
                                    Rule.each(
                                            "ports",
                                            List.of(
                                                    Rule.oneOf("protocol", List.of("SCTP", "TCP", "UDP")),
                                                    CoreResources::portRange)))),
                    Rule.distinct("spec.containers", "name"),
                    Rule.oneOf("spec.restartPolicy", List.of("Always", "OnFailure", "Never")),
                    Rule.named("spec.nodeName", Names.SUBDOMAIN),
                    Rule.immutableOnceSet("spec.nodeName", "pod updates may not change the node of a pod"),
                    Rule.immutableOnceSet("spec.hostNetwork", "pod updates may not change hostNetwork"),
                    Rule.each("status.podIPs", List.of(Rule.texts("ip", Rule::isAddress, ADDRESS_RULE))))
            .build();

    static final ResourceDefinition EVENTS = ResourceDefinition.of("", "v1", "events", "Event")
            .shortNames("ev")
            .traits(NAMESPACED, UNCONDITIONAL_UPDATE, CREATE_ON_UPDATE)
            .fields(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "type")
            .shape(
                    "{'involvedObject':{'kind':'','namespace':'','name':'','uid':'','apiVersion':'','resourceVersion':'',"
                            + "'fieldPath':''},'reason':'','message':'','type':'','count':0,'source':{'component':'','host':''},"
                            + "'series':{'count':0},'firstTimestamp':'','lastTimestamp':'','eventTime':'','action':'',"
                            + "'reportingComponent':'','reportingInstance':''}")
            .defaults("{'involvedObject':{},'source':{}}")
            .atomic("involvedObject", "related")
            .columns(EventColumns.ALL)
            .rules(CoreResources::eventNamespace)
            .build();

    static final ResourceDefinition LEASES = ResourceDefinition.of("coordination.k8s.io", "v1", "leases", "Lease")
            .traits(NAMESPACED, CREATE_ON_UPDATE)
            .shape(
                    "{'spec':{'holderIdentity':'','leaseDurationSeconds':0,'acquireTime':'','renewTime':'','leaseTransitions':0}}")
            .defaults("{'spec':{}}")
            .columns(List.of(
                    Column.ofName(),
                    Column.at(
                            "Holder",
                            0,
                            "Holder contains the identity of the current holder of a lease.",
                            "spec.holderIdentity",
                            ""),
                    Column.ofAge()))
            .rules(Rule.greaterThan("spec.leaseDurationSeconds", 0), CoreResources::leaseTransitions)
            .build();

    /** Subnets that nodes hold; the same as crds/allocations.karst.org.yaml gives a cluster. */
    static final ResourceDefinition ALLOCATIONS = ResourceDefinition.of("karst.org", "v1", "allocations", "Allocation")
            .traits(GENERATION, CUSTOM)
            .shape("{'spec':{'subnet':'','node':''}}")
            .columns(List.of(
                    Column.ofName(),
                    Column.at("Subnet", 0, "What is held", "spec.subnet", ""),
                    Column.at("Node", 0, "Who holds it", "spec.node", ""),
                    Column.ofAge()))
            .rules(
                    Rule.required("spec.subnet", ""),
                    Rule.required("spec.node", ""),
                    Rule.texts("spec.subnet", Rule::isCidr, CIDR_RULE),
                    Rule.immutableOnceSet("spec.subnet", "an allocation is of one subnet"),
                    Rule.immutableOnceSet("spec.node", "an allocation is deleted and created for another node"))
            .build();

    /** All of them, in the order of discovery. */
    public static final List<ResourceDefinition> ALL = List.of(
            NAMESPACES,
            NODES,
            PODS,
            EVENTS,
            LEASES,
            ALLOCATIONS,
            NetworkingResources.NETWORK_POLICIES,
            ClusterPolicyResources.CLUSTER_NETWORK_POLICIES,
            ClusterPolicyResources.ADMIN_NETWORK_POLICIES,
            ClusterPolicyResources.BASELINE_ADMIN_NETWORK_POLICIES);

    private CoreResources() {}

    /** A flag that is not set is not there: it is the same to the real server, which leaves it out. */
    private static void dropUnset(ObjectNode parent, String flag) {
        if (parent.path(flag).isBoolean() && !parent.path(flag).asBoolean()) {
            parent.remove(flag);
        }
    }

    /** An image whose tag may come to mean another is asked for at each start. */
    private static void choosePullPolicies(ObjectNode pod) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : Json.at(pod, "spec." + list)) {
                if (container instanceof ObjectNode object
                        && Json.text(object.path("imagePullPolicy")).isEmpty()) {
                    String image = Json.text(object.path("image"));
                    String last = image.substring(image.lastIndexOf('/') + 1);
                    boolean fixed = last.contains("@") || (last.contains(":") && !last.endsWith(":latest"));
                    object.put("imagePullPolicy", fixed ? "IfNotPresent" : "Always");
                }
            }
        }
    }

    private static void labelNamespace(ObjectNode namespace) {
        ObjectNode metadata = Json.child(namespace, "metadata");
        Json.child(metadata, "labels").put("kubernetes.io/metadata.name", Json.text(metadata.path("name")));
    }

    /** Keeps a former single field equal to the first element of the list that replaced it. */
    private static void mirrorFirst(ObjectNode parent, String single, String list) {
        if (parent.path(list).isArray() && !parent.path(list).isEmpty()) {
            parent.set(single, parent.path(list).get(0));
        } else if (!Json.text(parent.path(single)).isEmpty()) {
            parent.putArray(list).add(parent.path(single));
        }
    }

    private static void mirrorFirstAddress(ObjectNode status, String single, String list) {
        if (status.path(list).isArray() && !status.path(list).isEmpty()) {
            status.set(single, status.path(list).get(0).path("ip"));
        } else if (!Json.text(status.path(single)).isEmpty()) {
            status.putArray(list).addObject().set("ip", status.path(single));
        }
    }

    private static void portRange(
            ObjectNode port, java.util.Optional<ObjectNode> before, java.util.function.Consumer<Finding> findings) {
        JsonNode number = port.path("containerPort");
        if (number.isMissingNode()) {
            findings.accept(Finding.required("containerPort", ""));
        } else if (number.asLong() < 1 || number.asLong() > 65535) {
            findings.accept(Finding.invalid("containerPort", number, "must be between 1 and 65535, inclusive"));
        }
    }

    private static void eventNamespace(
            ObjectNode event, java.util.Optional<ObjectNode> before, java.util.function.Consumer<Finding> findings) {
        String own = Json.text(Json.at(event, "metadata.namespace"));
        String involved = Json.text(Json.at(event, "involvedObject.namespace"));
        // Events about objects without a namespace live in "default".
        boolean fits = involved.isEmpty() ? own.equals("default") || own.equals("kube-system") : own.equals(involved);
        if (!fits) {
            findings.accept(Finding.invalid("involvedObject.namespace", involved, "does not match event.namespace"));
        }
    }

    private static void leaseTransitions(
            ObjectNode lease, java.util.Optional<ObjectNode> before, java.util.function.Consumer<Finding> findings) {
        JsonNode transitions = Json.at(lease, "spec.leaseTransitions");
        if (transitions.isNumber() && transitions.asLong() < 0) {
            findings.accept(
                    Finding.invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
        }
        JsonNode holder = Json.at(lease, "spec.holderIdentity");
        if (holder.isTextual() && holder.textValue().isEmpty()) {
            findings.accept(Finding.invalid("spec.holderIdentity", holder, "must not be empty"));
        }
    }
}
