package org.karst.pipeline;

import java.util.List;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;

/**
 * What a bundle adds to Karst, as one value. It is published as an OSGi service; binding and unbinding it is all that
 * installing and removing a feature means to the core.
 */
public interface Feature {
    /** Unique in the process; lower case with dashes. */
    String name();

    /** The kinds of objects that it reads beyond the core's. */
    default List<Kind<?>> watches() {
        return List.of();
    }

    /** What it puts into the pipeline. */
    default List<Stage> stages() {
        return List.of();
    }

    /** Rules that emit no flows: ports, links, routes, status. */
    default List<Rule<?>> rules() {
        return List.of();
    }

    /**
     * What its policy stages decide, each as a hash: a query whose value is 0 where they let everything pass, and otherwise
     * another number whenever they decide otherwise about some connection. The core adds them up; connections that carry the
     * sum pass by the policy slots. The verdict depends on addresses, protocol and ports of the first packet alone, never on
     * ct_state, so that it can be found out again from a reply.
     */
    default List<Query<Subject, Long>> verdicts() {
        return List.of();
    }

    /** How it explains what its policy stages decide. */
    default List<Judge> judges() {
        return List.of();
    }

    /** What its policy stages would decide if its policies in dry run were in force; usually none. */
    default List<Rehearsal> rehearsals() {
        return List.of();
    }

    /** Drivers of its own, for what dies with the process; usually none. */
    default List<Driver> drivers() {
        return List.of();
    }
}
