package org.karst.apiserver.internal.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.apiserver.Caller;
import org.karst.apiserver.Role;

/** What callers may do, by the groups that they are in. */
public final class Access {
    private static final List<String> ALL = List.of("*");
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "update", "patch");
    private static final List<String> CREATE = List.of("create");
    private static final List<String> LEASES = List.of("coordination.k8s.io");
    private static final String NODE_LEASES = "kube-node-lease";

    /** To find out what there is, and what one may do. */
    private static final List<Grant> EVERYBODY = List.of(
            Grant.paths(
                    List.of("get"),
                    "/api",
                    "/api/*",
                    "/apis",
                    "/apis/*",
                    "/healthz",
                    "/livez",
                    "/openapi",
                    "/openapi/*",
                    "/readyz",
                    "/version",
                    "/version/"),
            Grant.resources(
                    CREATE, List.of("authorization.k8s.io"), "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
            Grant.resources(CREATE, List.of("authentication.k8s.io"), "selfsubjectreviews"));

    private static final List<Grant> ADMIN = List.of(Grant.resources(ALL, ALL, "*"), Grant.paths(ALL, "*"));

    private static final List<Grant> VIEWER =
            List.of(Grant.resources(READ, ALL, "*"), Grant.paths(List.of("get"), "*"));

    private static final List<Grant> NODE = List.of(
            Grant.resources(READ, List.of(""), "namespaces", "nodes", "pods"),
            Grant.resources(READ, List.of("networking.k8s.io", "policy.networking.k8s.io", "karst.org"), "*"),
            Grant.resources(CREATE, List.of(""), "nodes"),
            Grant.resources(List.of("update", "patch"), List.of(""), "pods/status"),
            Grant.resources(WRITE, List.of(""), "events"),
            Grant.resources(CREATE, LEASES, "leases").in(NODE_LEASES));

    /** A node changes itself and its own Lease only; see {@link NodeRestriction} for what it creates. */
    private static final List<Grant> OWN = List.of(
            Grant.resources(List.of("update", "patch"), List.of(""), "nodes", "nodes/status"),
            Grant.resources(List.of("get", "update", "patch", "delete"), LEASES, "leases")
                    .in(NODE_LEASES));

    private Access() {}

    /** All that a caller may do. */
    static List<Grant> of(Caller caller) {
        List<Grant> grants = new ArrayList<>();
        if (caller.isKnown()) {
            for (Role role : Role.values()) {
                if (caller.groups().contains(role.group())) {
                    grants.addAll(of(role, caller));
                }
            }
            grants.addAll(EVERYBODY);
        }
        return grants;
    }

    private static List<Grant> of(Role role, Caller caller) {
        return switch (role) {
            case ADMIN -> ADMIN;
            case VIEWER -> VIEWER;
            case NODE -> {
                String name = nodeName(caller);
                if (name.isEmpty()) {
                    yield List.of();
                }
                List<Grant> grants = new ArrayList<>(NODE);
                OWN.forEach(grant -> grants.add(grant.of(name)));
                yield grants;
            }
        };
    }

    /** Empty if the caller is not named as nodes are. */
    private static String nodeName(Caller caller) {
        String prefix = Role.NODE.user("");
        return caller.name().startsWith(prefix) ? caller.name().substring(prefix.length()) : "";
    }

    /** The name of the node that a caller is, and nothing more: an administrator is not bound by what a node may. */
    static Optional<String> node(Caller caller) {
        boolean bound =
                caller.groups().contains(Role.NODE.group()) && !caller.groups().contains(Role.ADMIN.group());
        return bound ? Optional.of(nodeName(caller)) : Optional.empty();
    }

    /** Whether a caller may. */
    static boolean allows(Caller caller, Action action) {
        return of(caller).stream().anyMatch(grant -> grant.allows(action));
    }

    /**
     * Refuses what a caller may not.
     *
     * @throws org.karst.apiserver.internal.resource.Rejection 403
     */
    public static void expect(Caller caller, Action action) {
        if (!allows(caller, action)) {
            throw action.forbidden(caller);
        }
    }
}
