package org.karst.openflow.internal.codec;

/** The numbers of actions and instructions: OpenFlow's own, then those of Open vSwitch (ovs-actions(7)). */
final class ActionType {
    static final int OUTPUT = 0;
    static final int DECREMENT_TTL = 24;
    static final int SET_FIELD = 25;
    static final int COPY_FIELD = 28;
    static final int EXPERIMENTER = 0xffff;

    static final int NICIRA_RESUBMIT_TABLE = 14;
    static final int NICIRA_OUTPUT_REGISTER = 15;
    static final int NICIRA_STACK_PUSH = 27;
    static final int NICIRA_STACK_POP = 28;
    static final int NICIRA_CONJUNCTION = 34;
    static final int NICIRA_CT = 35;
    static final int NICIRA_CONTROLLER_2 = 37;
    static final int NICIRA_CHECK_PACKET_LARGER = 49;

    static final int CT_COMMIT = 1;
    static final int NO_TABLE = 0xff;
    /** OFPP_IN_PORT in 16 bits: resubmit leaves the input port alone. */
    static final int SAME_PORT = 0xfff8;

    static final int CONTROLLER_USER_DATA = 3;
    static final int CONTROLLER_METER = 5;

    static final int INSTRUCTION_GOTO_TABLE = 1;
    static final int INSTRUCTION_APPLY_ACTIONS = 4;

    private ActionType() {}
}
