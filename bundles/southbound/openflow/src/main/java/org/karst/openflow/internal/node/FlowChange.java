package org.karst.openflow.internal.node;

import org.karst.openflow.internal.codec.RequestEncoder.FlowCommand;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;

/**
 * One flow-mod to be sent.
 *
 * @param identity which flow
 * @param command what to do
 * @param flow the flow as it shall be; for a deletion, with its table, priority and match
 * @param cookie the flow's cookie, of use to an addition only: a switch leaves the cookie of a flow that it modifies
 */
record FlowChange(FlowItem.Identity identity, FlowCommand command, Flow flow, Cookie cookie) {}
