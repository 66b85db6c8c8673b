package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.karst.apiserver.internal.resource.Json;

/** The version of the Kubernetes API whose behaviour is served. */
final class Version {
    /** {@code /version}. */
    static final ObjectNode DOCUMENT = Json.object()
            .put("major", "1")
            .put("minor", "35")
            .put("gitVersion", "v1.35.0+karst")
            .put("gitTreeState", "clean")
            .put("platform", "java/17");

    private Version() {}
}
