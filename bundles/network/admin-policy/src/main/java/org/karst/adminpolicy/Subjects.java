package org.karst.adminpolicy;

import java.util.Objects;
import org.karst.model.LabelSelector;
import org.karst.model.Labels;

/**
 * Whom a policy is about ({@code spec.subject}); never pods that share their node's network.
 *
 * @param namespaces in which namespaces
 * @param pods which pods there
 */
record Subjects(LabelSelector namespaces, LabelSelector pods) {
    Subjects {
        Objects.requireNonNull(namespaces, "namespaces");
        Objects.requireNonNull(pods, "pods");
    }

    boolean include(Labels namespaceLabels, Labels podLabels) {
        return namespaces.matches(namespaceLabels) && pods.matches(podLabels);
    }
}
