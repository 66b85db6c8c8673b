package org.karst.kubernetes.internal;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.karst.kubernetes.ApiObject;
import org.karst.model.Document;

/** Finds the path of an object by discovery: its plural, and whether it lives in a namespace. One thread only. */
final class ResourcePaths {
    private final ApiAccess access;
    // By apiVersion, then kind. Discovery hardly changes; an unknown kind is asked for again.
    private final Map<String, Map<String, Resource>> known = new HashMap<>();

    private record Resource(String plural, boolean namespaced) {}

    ResourcePaths(ApiAccess access) {
        this.access = access;
    }

    /** The path of an object, empty if the API does not serve its kind. */
    Optional<String> of(ApiObject object) throws IOException {
        Optional<Resource> resource = resource(object.apiVersion(), object.kind());
        return resource.map(found -> base(object.apiVersion())
                + (found.namespaced() ? "/namespaces/" + object.namespace() : "")
                + '/'
                + found.plural()
                + '/'
                + object.name());
    }

    private static String base(String apiVersion) {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
    }

    private Optional<Resource> resource(String apiVersion, String kind) throws IOException {
        Map<String, Resource> version = known.get(apiVersion);
        if (version == null || !version.containsKey(kind)) {
            version = new HashMap<>();
            try {
                for (Document entry : access.get(base(apiVersion)).list("resources")) {
                    // Subresources have a slash in their name.
                    if (!entry.text("name").contains("/")) {
                        version.put(entry.text("kind"), new Resource(entry.text("name"), entry.flag("namespaced")));
                    }
                }
            } catch (ApiException e) {
                if (e.code() != 404) {
                    throw e;
                }
            }
            known.put(apiVersion, version);
        }
        return Optional.ofNullable(version.get(kind));
    }
}
