package org.karst.pipeline;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Looks at what a container's network is now; published as a service by the driver of links. It changes nothing: drivers heal
 * what they see, but nobody sees into a container until somebody asks.
 */
public interface LinkInspector {
    /**
     * Compares a link with what it shall be.
     *
     * @return what is different, in words, one difference each; empty if nothing is. Extra addresses and routes of others are
     *     no difference
     */
    CompletionStage<List<String>> inspect(PodLink wanted);
}
