package org.karst.apiserver;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A part of Karst that {@code /readyz} asks. Publish one as an OSGi service, or give it to {@link ApiServer#add(ReadinessCheck)};
 * it counts while it is registered.
 */
public interface ReadinessCheck {
    /** Unique in the process; lower case with dashes. {@code /readyz/NAME} asks this check alone. */
    String name();

    /**
     * Why this part is not ready, one sentence each; empty when it is. A stage that fails, or does not complete in a few seconds,
     * counts as a reason.
     */
    CompletionStage<List<String>> reasons();
}
