package org.karst.adminpolicy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.pipeline.Kind;

/** The kinds of cluster policies, in the order in which they are asked where priorities are equal. */
enum PolicyKind {
    ADMIN("AdminNetworkPolicy", "adminnetworkpolicies", "v1alpha1", "ANP"),
    BASELINE("BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", "v1alpha1", "BANP"),
    CLUSTER("ClusterNetworkPolicy", "clusternetworkpolicies", "v1alpha2", "CNP");

    private static final String GROUP = "policy.networking.k8s.io/";

    private static final Map<PolicyKind, Kind<AdminPolicy>> KINDS =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Function.identity(), PolicyKind::makeKind));

    private final String kindName;
    private final String plural;
    private final String version;
    private final String acl;

    PolicyKind(String kindName, String plural, String version, String acl) {
        this.kindName = kindName;
        this.plural = plural;
        this.version = version;
        this.acl = acl;
    }

    private Kind<AdminPolicy> makeKind() {
        return Kind.cluster(GROUP + version, plural, document -> PolicyDecoder.decode(this, document));
    }

    /** Those that may stand in a tier. */
    static List<PolicyKind> of(Tier tier) {
        return switch (tier) {
            case ADMIN -> List.of(ADMIN, CLUSTER);
            case BASELINE -> List.of(BASELINE, CLUSTER);
        };
    }

    /** The one of the kind of an object. */
    static Optional<PolicyKind> find(String kindName) {
        return Arrays.stream(values())
                .filter(kind -> kind.kindName.equals(kindName))
                .findFirst();
    }

    static Kind<?>[] kinds() {
        return Arrays.stream(values()).map(PolicyKind::kind).toArray(Kind<?>[]::new);
    }

    String kindName() {
        return kindName;
    }

    Kind<AdminPolicy> kind() {
        return KINDS.get(this);
    }

    /** How names of ACLs begin; those of AdminNetworkPolicy are OVN-Kubernetes'. */
    String acl() {
        return acl;
    }

    Optional<AdminPolicy> find(View view, String name) {
        return view.get(kind().table(), new PodKey("", name));
    }
}
