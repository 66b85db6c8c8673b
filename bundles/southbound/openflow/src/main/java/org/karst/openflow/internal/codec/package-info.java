/**
 * Bytes of OpenFlow 1.5 from and to values of the pipeline. Pure: no connection, no thread, no state.
 *
 * <p>Sources: the OpenFlow Switch Specification 1.5.1, and ovs-fields(7) and ovs-actions(7) for what Open vSwitch adds.
 */
package org.karst.openflow.internal.codec;
