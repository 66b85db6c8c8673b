package org.karst.openflow.internal.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.karst.openflow.InstalledFlow;
import org.karst.openflow.internal.codec.FlowDescription;

/** Gathers the parts of a dump that somebody asked for. */
final class DumpCollector {
    private final List<InstalledFlow> flows = new ArrayList<>();
    private final CompletableFuture<List<InstalledFlow>> result;

    DumpCollector(CompletableFuture<List<InstalledFlow>> result) {
        this.result = result;
    }

    void add(List<FlowDescription> more) {
        for (FlowDescription flow : more) {
            flows.add(new InstalledFlow(
                    flow.table(),
                    flow.priority(),
                    flow.match(),
                    flow.actions(),
                    flow.cookie(),
                    flow.packets(),
                    flow.bytes(),
                    flow.age()));
        }
    }

    void complete() {
        result.complete(List.copyOf(flows));
    }

    void fail(String reason) {
        result.completeExceptionally(new IllegalStateException(reason));
    }
}
