package org.karst.unixctl;

import java.util.concurrent.CompletionStage;

/** Asks the switches of the nodes. An OSGi service. */
public interface SwitchControl {
    /**
     * Runs a command of a node's ovs-vswitchd on another thread.
     *
     * @param node the name of the node
     * @param method such as {@code ofproto/trace}
     * @return what it prints; fails with a {@link ControlException} if the switch cannot be asked or refuses
     */
    CompletionStage<String> call(String node, String method, String... arguments);
}
