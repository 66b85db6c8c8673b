package org.karst.console.internal;

import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import org.karst.controller.Inspection;
import org.karst.controller.LoopStatistics;
import org.karst.openflow.SwitchStatus;
import org.karst.questions.Picture;

/** What the sampler reads. Any thread; nothing of it waits. */
interface Sources {
    /** What tells cheaply whether another picture is due: equal marks, equal pictures, but for what the loop counts. */
    CompletionStage<Mark> mark();

    CompletionStage<Picture> picture();

    LoopStatistics loop();

    /** How the switches stand, by node; none while there is no OpenFlow driver. */
    SortedMap<String, SwitchStatus> switches();

    /** What the ports of a node's switch have counted; fails if it cannot be asked. */
    CompletionStage<SortedMap<String, PortCounters>> ports(String node);

    /** The product features that the container knows; none while it cannot be asked. */
    List<Installable> features();

    /**
     * Where the controller stands.
     *
     * @param revision the number of the last settlement
     * @param acknowledged what all targets have acknowledged, in sum
     * @param notReady what is missing
     * @param features the bound features
     * @param drivers the bound drivers
     */
    record Mark(long revision, long acknowledged, List<String> notReady, List<String> features, List<String> drivers) {
        public Mark {
            notReady = List.copyOf(notReady);
            features = List.copyOf(features);
            drivers = List.copyOf(drivers);
        }

        public static Mark of(Inspection inspection) {
            return new Mark(
                    inspection.revision(),
                    inspection.acknowledged().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    inspection.notReady(),
                    List.copyOf(inspection.features()),
                    List.copyOf(inspection.drivers()));
        }
    }
}
