package org.karst.apiserver.internal.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.apiserver.Caller;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;

/**
 * What somebody wants to do.
 *
 * @param verb as in RBAC
 * @param target of a resource; empty if the path names none
 * @param path of a request for no resource, else empty
 */
public record Action(String verb, Optional<Target> target, String path) {
    /** What a request wants; the path is empty if there was none that can be read. */
    public static Action of(String method, String path, Map<String, List<String>> query) {
        Optional<Target> target =
                path.isEmpty() ? Optional.empty() : Target.parse(path).map(Action::inItself);
        if (target.isEmpty()) {
            return new Action(method.equals("HEAD") ? "get" : method.toLowerCase(java.util.Locale.ROOT), target, path);
        }
        boolean one = !target.get().name().isEmpty();
        boolean watch = query.containsKey("watch")
                && Flag.parse(query.get("watch").get(0)).orElse(false);
        String verb =
                switch (method) {
                    case "GET", "HEAD" -> watch ? "watch" : one ? "get" : "list";
                    case "POST" -> "create";
                    case "PUT" -> "update";
                    case "PATCH" -> "patch";
                    case "DELETE" -> one ? "delete" : "deletecollection";
                    default -> method.toLowerCase(java.util.Locale.ROOT);
                };
        return new Action(verb, target, "");
    }

    /** The creation of an object by a request that was let in as something else. */
    public static Action creation(ResourceDefinition type, String namespace, String name) {
        Target target = new Target(type.group(), type.version(), namespace, type.plural(), name, "");
        return new Action("create", Optional.of(target), "");
    }

    /** A namespace lies in itself, so that who may do something in it may do it to it. */
    private static Target inItself(Target target) {
        boolean namespace = target.group().isEmpty() && target.plural().equals("namespaces");
        return namespace && !target.name().isEmpty()
                ? new Target("", target.version(), target.name(), target.plural(), target.name(), target.subresource())
                : target;
    }

    /** The refusal in the words of the real server. */
    Rejection forbidden(Caller caller) {
        if (target.isEmpty()) {
            return Rejection.forbidden(
                    "forbidden: User \"" + caller.name() + "\" cannot " + verb + " path \"" + path + '"', "", "", "");
        }
        Target what = target.get();
        String qualified = what.plural() + (what.group().isEmpty() ? "" : '.' + what.group());
        String resource = what.plural() + (what.subresource().isEmpty() ? "" : '/' + what.subresource());
        String message = qualified + (what.name().isEmpty() ? "" : " \"" + what.name() + '"')
                + " is forbidden: User \"" + caller.name() + "\" cannot " + verb + " resource \"" + resource
                + "\" in API group \"" + what.group() + '"'
                + (what.namespace().isEmpty()
                        ? " at the cluster scope"
                        : " in the namespace \"" + what.namespace() + '"');
        return Rejection.forbidden(message, what.name(), what.group(), what.plural());
    }
}
