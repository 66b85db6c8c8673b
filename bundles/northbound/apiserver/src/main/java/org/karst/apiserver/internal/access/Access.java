package org.karst.apiserver.internal.access;

import java.util.ArrayList;
import java.util.List;
import org.karst.apiserver.Caller;
import org.karst.apiserver.Role;

/** What callers may do, by the groups that they are in. */
public final class Access {
    private static final List<String> ALL = List.of("*");
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "update", "patch");
    private static final List<String> CREATE = List.of("create");

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
            Grant.resources(
                    List.of("get", "create", "update", "patch", "delete"), List.of("coordination.k8s.io"), "leases"));

    /** A node changes itself only. */
    private static final Grant OWN_NODE =
            Grant.resources(List.of("update", "patch"), List.of(""), "nodes", "nodes/status");

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
                String prefix = role.user("");
                if (!caller.name().startsWith(prefix)) {
                    yield List.of();
                }
                List<Grant> grants = new ArrayList<>(NODE);
                grants.add(OWN_NODE.of(caller.name().substring(prefix.length())));
                yield grants;
            }
        };
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
