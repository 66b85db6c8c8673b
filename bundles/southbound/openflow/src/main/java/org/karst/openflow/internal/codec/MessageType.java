package org.karst.openflow.internal.codec;

/** The numbers of OpenFlow 1.5 that both directions need (specification 1.5.1, section 7). */
final class MessageType {
    static final int HELLO = 0;
    static final int ERROR = 1;
    static final int ECHO_REQUEST = 2;
    static final int ECHO_REPLY = 3;
    static final int EXPERIMENTER = 4;
    static final int FEATURES_REQUEST = 5;
    static final int FEATURES_REPLY = 6;
    static final int SET_CONFIG = 9;
    static final int PACKET_OUT = 13;
    static final int FLOW_MOD = 14;
    static final int GROUP_MOD = 15;
    static final int MULTIPART_REQUEST = 18;
    static final int MULTIPART_REPLY = 19;
    static final int BARRIER_REQUEST = 20;
    static final int BARRIER_REPLY = 21;
    static final int METER_MOD = 29;
    static final int BUNDLE_CONTROL = 33;
    static final int BUNDLE_ADD_MESSAGE = 34;

    static final int MULTIPART_FLOW_DESCRIPTION = 1;
    static final int MULTIPART_GROUP_DESCRIPTION = 7;
    static final int MULTIPART_METER_DESCRIPTION = 10;
    static final int MULTIPART_MORE = 1;

    /** The experimenter of Open vSwitch's own messages and actions: Nicira. */
    static final int NICIRA = 0x0000_2320;

    static final int SET_PACKET_IN_FORMAT = 16;
    static final int PACKET_IN_2 = 30;

    private MessageType() {}
}
