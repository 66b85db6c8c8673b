package org.karst.apiserver.internal.resource;

import static org.karst.apiserver.internal.resource.Trait.GENERATION;
import static org.karst.apiserver.internal.resource.Trait.NAMESPACED;
import static org.karst.apiserver.internal.resource.Trait.UNCONDITIONAL_UPDATE;
import static org.karst.apiserver.internal.resource.Trait.WHOLE_SHAPE;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The group networking.k8s.io. */
final class NetworkingResources {
    private static final List<String> TYPES = List.of("Ingress", "Egress");
    private static final String CIDR_RULE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    static final ResourceDefinition NETWORK_POLICIES = ResourceDefinition.of(
                    "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy")
            .shortNames("netpol")
            .traits(NAMESPACED, GENERATION, UNCONDITIONAL_UPDATE, WHOLE_SHAPE)
            .shape("{'spec':{'podSelector':" + selector() + ",'policyTypes':[''],'ingress':[" + rule("from")
                    + "],'egress':[" + rule("to") + "]}}")
            .defaults("{'spec':{'podSelector':{},'ingress':[{'ports':[{'protocol':'TCP'}]}],"
                    + "'egress':[{'ports':[{'protocol':'TCP'}]}]}}")
            .atomic("spec.podSelector")
            .prepare(NetworkingResources::nameDirections)
            .columns(List.of(
                    Column.ofName(),
                    Column.text(
                            "Pod-Selector",
                            0,
                            "Which pods it isolates.",
                            (policy, now) -> Selectors.text(Json.at(policy, "spec.podSelector"))),
                    Column.ofAge()))
            .rules(
                    Rule.texts("spec.policyTypes", TYPES::contains, "must be Ingress or Egress"),
                    Rule.each("spec.ingress", rules("from")),
                    Rule.each("spec.egress", rules("to")))
            .build();

    private NetworkingResources() {}

    /** Without policyTypes a policy is for ingress, and for egress if it has rules for that. */
    private static void nameDirections(ObjectNode policy) {
        ObjectNode spec = Json.child(policy, "spec");
        if (spec.path("policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add(TYPES.get(0));
            if (!spec.path("egress").isEmpty()) {
                types.add(TYPES.get(1));
            }
        }
    }

    /** The sample of a label selector. */
    static String selector() {
        return "{'matchLabels':{'*':''},'matchExpressions':[{'key':'','operator':'','values':['']}]}";
    }

    private static String rule(String peers) {
        return "{'" + peers + "':[{'podSelector':" + selector() + ",'namespaceSelector':" + selector()
                + ",'ipBlock':{'cidr':'','except':['']}}],'ports':[{'protocol':'','port':null,'endPort':0}]}";
    }

    private static List<Rule> rules(String peers) {
        return List.of(
                Rule.each(
                        peers,
                        List.of(
                                Rule.texts("ipBlock.cidr", Rule::isCidr, CIDR_RULE),
                                Rule.texts("ipBlock.except", Rule::isCidr, CIDR_RULE))),
                Rule.each("ports", List.of(Rule.oneOf("protocol", List.of("SCTP", "TCP", "UDP")))));
    }
}
