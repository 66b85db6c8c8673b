package org.karst.apiserver.internal.resource;

import static org.karst.apiserver.internal.resource.Trait.GENERATION;
import static org.karst.apiserver.internal.resource.Trait.STATUS;
import static org.karst.apiserver.internal.resource.Trait.WHOLE_SHAPE;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The group policy.networking.k8s.io, by the limits of its published schema; the files under crds/ give the same to a cluster. Fields that
 * are not known are kept: whoever reads the object must see that there is something that it does not understand.
 */
final class ClusterPolicyResources {
    private static final String GROUP = "policy.networking.k8s.io";
    private static final List<String> ACTIONS = List.of("Accept", "Deny", "Pass");
    private static final List<String> OLD_ACTIONS = List.of("Allow", "Deny", "Pass");
    private static final List<String> BASELINE_ACTIONS = List.of("Allow", "Deny");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final String[] SELECTORS = {
        "spec.subject.namespaces", "spec.subject.pods.namespaceSelector", "spec.subject.pods.podSelector"
    };
    private static final int LONGEST_NAME = 100;
    private static final int LARGEST_PORT = 65_535;
    private static final int MOST_ADDRESSES = 25;
    private static final Pattern DOMAIN_NAME = Pattern.compile(
            "(\\*\\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.?");

    static final ResourceDefinition CLUSTER_NETWORK_POLICIES = ResourceDefinition.of(
                    GROUP, "v1alpha2", "clusternetworkpolicies", "ClusterNetworkPolicy")
            .shortNames("cnp")
            .traits(STATUS, GENERATION, WHOLE_SHAPE)
            .keyedBy("status.conditions", "type")
            .atomic(SELECTORS)
            .shape(shape(
                    "'tier':'','priority':0,",
                    "'protocols':[{'tcp':" + port() + ",'udp':" + port() + ",'sctp':" + port()
                            + ",'destinationNamedPort':''}]"))
            .columns(List.of(
                    Column.ofName(),
                    Column.at("Tier", 0, "Before or after NetworkPolicy", "spec.tier", ""),
                    priorityColumn(),
                    Column.ofAge()))
            .rules(
                    Rule.required("spec.tier", ""),
                    Rule.oneOf("spec.tier", List.of("Admin", "Baseline")),
                    Rule.within("spec.priority", 0, 1000),
                    Rule.required("spec.subject", ""),
                    Rule.exactlyOneField("spec.subject"),
                    Rule.sized("spec.ingress", 0, 25),
                    Rule.sized("spec.egress", 0, 25),
                    Rule.each("spec.ingress", rules("from", ACTIONS, 25, protocols())),
                    Rule.each("spec.egress", rules("to", ACTIONS, 25, protocols())))
            .build();

    static final ResourceDefinition ADMIN_NETWORK_POLICIES = ResourceDefinition.of(
                    GROUP, "v1alpha1", "adminnetworkpolicies", "AdminNetworkPolicy")
            .shortNames("anp")
            .traits(STATUS, GENERATION, WHOLE_SHAPE)
            .keyedBy("status.conditions", "type")
            .atomic(SELECTORS)
            .shape(shape("'priority':0,", ports()))
            .columns(List.of(Column.ofName(), priorityColumn(), Column.ofAge()))
            .rules(Rule.within("spec.priority", 0, 1000))
            .rules(oldRules(OLD_ACTIONS))
            .build();

    static final ResourceDefinition BASELINE_ADMIN_NETWORK_POLICIES = ResourceDefinition.of(
                    GROUP, "v1alpha1", "baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy")
            .shortNames("banp")
            .traits(STATUS, GENERATION, WHOLE_SHAPE)
            .keyedBy("status.conditions", "type")
            .atomic(SELECTORS)
            .shape(shape("", ports()))
            .columns(List.of(Column.ofName(), Column.ofAge()))
            .rules(Rule.texts("metadata.name", "default"::equals, "the only one that there can be is named default"))
            .rules(oldRules(BASELINE_ACTIONS))
            .build();

    private ClusterPolicyResources() {}

    private static Column priorityColumn() {
        return Column.at("Priority", 0, "The lower, the earlier", "spec.priority", "");
    }

    private static String shape(String head, String ports) {
        return "{'spec':{" + head + "'subject':{'namespaces':" + NetworkingResources.selector() + ",'pods':" + pods()
                + "},'ingress':[" + rule("from", ports) + "],'egress':[" + rule("to", ports) + "]}}";
    }

    private static String pods() {
        return "{'namespaceSelector':" + NetworkingResources.selector() + ",'podSelector':"
                + NetworkingResources.selector() + "}";
    }

    private static String rule(String peers, String ports) {
        String selector = NetworkingResources.selector();
        return "{'name':'','action':'','" + peers + "':[{'namespaces':" + selector + ",'pods':" + pods() + ",'nodes':"
                + selector + ",'networks':[''],'domainNames':['']}]," + ports + "}";
    }

    private static String port() {
        return "{'destinationPort':{'number':0,'range':{'start':0,'end':0}}}";
    }

    private static String ports() {
        return "'ports':[{'portNumber':{'protocol':'','port':0},'portRange':{'protocol':'','start':0,'end':0},'namedPort':''}]";
    }

    private static Rule[] oldRules(List<String> actions) {
        List<Rule> ports = List.of(
                Rule.sized("ports", 0, 100),
                Rule.each(
                        "ports",
                        List.of(
                                Rule.exactlyOneField(""),
                                Rule.oneOf("portNumber.protocol", PROTOCOLS),
                                Rule.withinIfThere("portNumber.port", 1, LARGEST_PORT),
                                Rule.oneOf("portRange.protocol", PROTOCOLS),
                                Rule.withinIfThere("portRange.start", 1, LARGEST_PORT),
                                Rule.withinIfThere("portRange.end", 1, LARGEST_PORT))));
        return new Rule[] {
            Rule.required("spec.subject", ""),
            Rule.exactlyOneField("spec.subject"),
            Rule.sized("spec.ingress", 0, 100),
            Rule.sized("spec.egress", 0, 100),
            Rule.each("spec.ingress", rules("from", actions, 100, ports)),
            Rule.each("spec.egress", rules("to", actions, 100, ports))
        };
    }

    private static List<Rule> protocols() {
        List<Rule> each = new ArrayList<>(List.of(Rule.exactlyOneField("")));
        for (String protocol : List.of("tcp", "udp", "sctp")) {
            String port = protocol + ".destinationPort";
            each.add(Rule.exactlyOneField(protocol));
            each.add(Rule.exactlyOneField(port));
            each.add(Rule.withinIfThere(port + ".number", 1, LARGEST_PORT));
            each.add(Rule.withinIfThere(port + ".range.start", 1, LARGEST_PORT));
            each.add(Rule.withinIfThere(port + ".range.end", 1, LARGEST_PORT));
            each.add(Rule.less(port + ".range.start", port + ".range.end"));
        }
        return List.of(Rule.sized("protocols", 1, 25), Rule.each("protocols", each));
    }

    private static List<Rule> rules(String peers, List<String> actions, int most, List<Rule> ports) {
        List<Rule> rules = new ArrayList<>(List.of(
                Rule.texts("name", name -> name.length() <= LONGEST_NAME, "must have at most 100 characters"),
                Rule.required("action", ""),
                Rule.oneOf("action", actions),
                Rule.required(peers, "a rule names at least one peer"),
                Rule.sized(peers, 1, most),
                Rule.each(
                        peers,
                        List.of(
                                Rule.exactlyOneField(""),
                                Rule.sized("networks", 1, MOST_ADDRESSES),
                                Rule.texts("networks", Rule::isCidr, "must be a CIDR, as 10.0.0.0/8 or 2001:db8::/32"),
                                Rule.sized("domainNames", 1, MOST_ADDRESSES),
                                Rule.texts(
                                        "domainNames",
                                        name -> DOMAIN_NAME.matcher(name).matches(),
                                        "must be a domain name, as kubernetes.io or *.kubernetes.io")))));
        rules.addAll(ports);
        return rules;
    }
}
