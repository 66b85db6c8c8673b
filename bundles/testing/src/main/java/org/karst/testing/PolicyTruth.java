package org.karst.testing;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.karst.pipeline.Feature;

/**
 * Changes a {@link PolicyWorld} with its policies again and again, and asks after each change whether real switches and judges say what
 * the documentation says.
 *
 * @param random what the changes and the questions are made of
 * @param world who is there
 * @param documentation what is said of the policies there are; its text is for who reads of a difference
 * @param scenario how they change
 */
public record PolicyTruth(
        SplittableRandom random, PolicyWorld world, PolicySwitches.Documentation documentation, Scenario scenario) {
    /** Policies that change. */
    public interface Scenario extends PolicyJudges.Documentation {
        /** The world with its policies, as it is now. */
        Cluster cluster();

        /** Changes something. */
        void edit();
    }

    /**
     * Looks for differences.
     *
     * @param steps how often the world changes
     * @param questions to switches in each step
     * @return those of the first step that has any
     */
    public List<String> differences(int steps, int questions, Feature... features)
            throws IOException, InterruptedException {
        try (Run run = Run.of(scenario.cluster(), features);
                PolicySwitches switches = new PolicySwitches(world, random, documentation)) {
            PolicyJudges judges = new PolicyJudges(world, scenario);
            for (int step = 0; step < steps; step++) {
                switches.flows(run);
                List<String> differences = Stream.concat(
                                judges.differences(run).stream(), switches.ask(questions).stream())
                        .toList();
                if (!differences.isEmpty()) {
                    String where = "step " + step + ", " + documentation;
                    return Stream.concat(Stream.of(where), differences.stream()).toList();
                }
                scenario.edit();
                run.step(scenario.cluster().all());
            }
        }
        return List.of();
    }
}
