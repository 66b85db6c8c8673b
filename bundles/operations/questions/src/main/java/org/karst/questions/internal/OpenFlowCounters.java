package org.karst.questions.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.karst.openflow.InstalledFlow;
import org.karst.openflow.OpenFlowDriver;
import org.karst.pipeline.FlowItem;
import org.karst.questions.FlowCounters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Counters by OpenFlow: what the driver dumps of a switch. */
@Component
public final class OpenFlowCounters implements FlowCounters {
    private final OpenFlowDriver driver;

    @Activate
    public OpenFlowCounters(@Reference OpenFlowDriver driver) {
        this.driver = driver;
    }

    @Override
    public CompletionStage<Map<FlowItem.Identity, Counters>> counters(String node) {
        return driver.dump(node).thenApply(flows -> byIdentity(node, flows));
    }

    private static Map<FlowItem.Identity, Counters> byIdentity(String node, List<InstalledFlow> flows) {
        Map<FlowItem.Identity, Counters> counters = new HashMap<>();
        for (InstalledFlow flow : flows) {
            flow.match()
                    .ifPresent(match -> counters.put(
                            new FlowItem.Identity(node, flow.table(), flow.priority(), match),
                            new Counters(
                                    flow.packets(), flow.bytes(), flow.age().toSeconds())));
        }
        return counters;
    }
}
