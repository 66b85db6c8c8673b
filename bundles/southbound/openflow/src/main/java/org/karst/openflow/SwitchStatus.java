package org.karst.openflow;

/**
 * How one node's switch stands, for metrics and people.
 *
 * @param node the node
 * @param datapathId what its switch is to say of itself, 0 if nobody said yet
 * @param connected whether its switch is connected and accepted
 * @param peer from where, "" if it is not
 * @param phase what is going on, in one word
 * @param wantedFlows how many flows are wanted
 * @param heldFlows how many of our flows the switch holds
 * @param foreignFlows how many others it holds
 * @param refusedFlows how many it refused
 * @param queuedFlows how many may differ and were not sent yet
 * @param bundles how many bundles it committed, since this process started
 * @param flowMods how many flow-mods these had
 * @param bundleBytes how many bytes these bundles had, with the meters before and the barrier after them
 * @param bytesSent how many bytes were sent to it
 * @param acknowledged the newest revision all of whose items are true there
 */
public record SwitchStatus(
        String node,
        long datapathId,
        boolean connected,
        String peer,
        String phase,
        int wantedFlows,
        int heldFlows,
        int foreignFlows,
        int refusedFlows,
        int queuedFlows,
        long bundles,
        long flowMods,
        long bundleBytes,
        long bytesSent,
        long acknowledged) {}
