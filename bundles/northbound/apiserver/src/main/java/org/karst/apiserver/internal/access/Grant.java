package org.karst.apiserver.internal.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.karst.apiserver.internal.resource.Json;

/**
 * Allows verbs on resources, or on paths that name no resource; {@code *} is any.
 *
 * @param verbs which
 * @param groups API groups of the resources; none if this is about paths
 * @param resources plurals, with a slash and the subresource of these
 * @param namespace of the objects; empty for all
 * @param names of the objects; empty for all
 * @param paths with {@code *} at the end for all that begin so; none if this is about resources
 */
record Grant(
        List<String> verbs,
        List<String> groups,
        List<String> resources,
        String namespace,
        List<String> names,
        List<String> paths) {
    private static final String ANY = "*";

    static Grant resources(List<String> verbs, List<String> groups, String... resources) {
        return new Grant(verbs, groups, List.of(resources), "", List.of(), List.of());
    }

    static Grant paths(List<String> verbs, String... paths) {
        return new Grant(verbs, List.of(), List.of(), "", List.of(), List.of(paths));
    }

    /** The same for one object of each of the resources. */
    Grant of(String name) {
        return new Grant(verbs, groups, resources, namespace, List.of(name), paths);
    }

    /** The same in one namespace. */
    Grant in(String one) {
        return new Grant(verbs, groups, resources, one, names, paths);
    }

    /** Whether it allows anything in a namespace. */
    boolean reaches(String one) {
        return namespace.isEmpty() || namespace.equals(one);
    }

    boolean allows(Action action) {
        if (!holds(verbs, action.verb())) {
            return false;
        }
        if (action.target().isEmpty()) {
            return paths.stream().anyMatch(path -> covers(path, action.path()));
        }
        Target target = action.target().get();
        String resource = target.plural() + (target.subresource().isEmpty() ? "" : '/' + target.subresource());
        return holds(groups, target.group())
                && holds(resources, resource)
                && reaches(target.namespace())
                && (names.isEmpty() || names.contains(target.name()));
    }

    private static boolean holds(List<String> list, String one) {
        return list.contains(ANY) || list.contains(one);
    }

    private static boolean covers(String pattern, String path) {
        return pattern.endsWith(ANY)
                ? path.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(path);
    }

    boolean isAboutResources() {
        return paths.isEmpty();
    }

    /** As it stands in the answer to a review. */
    ObjectNode describe() {
        ObjectNode rule = Json.object();
        verbs.forEach(rule.putArray("verbs")::add);
        if (isAboutResources()) {
            groups.forEach(rule.putArray("apiGroups")::add);
            resources.forEach(rule.putArray("resources")::add);
            names.forEach(name -> rule.withArray("resourceNames").add(name));
        } else {
            paths.forEach(rule.putArray("nonResourceURLs")::add);
        }
        return rule;
    }
}
