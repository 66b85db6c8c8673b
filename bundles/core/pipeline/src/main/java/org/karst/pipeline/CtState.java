package org.karst.pipeline;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The flags of ct_state, in the order in which ovs-ofctl writes them (ovs-fields(7), "Connection Tracking Fields"). */
public enum CtState {
    NEW("new", 0),
    EST("est", 1),
    REL("rel", 2),
    RPL("rpl", 3),
    INV("inv", 4),
    TRK("trk", 5),
    SNAT("snat", 6),
    DNAT("dnat", 7);

    /** The position of the bit of each flag by its text. */
    static final Map<String, Integer> POSITIONS =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(state -> state.text, state -> state.position));

    private final String text;
    private final int position;

    CtState(String text, int position) {
        this.text = text;
        this.position = position;
    }

    /** The flag as a number. */
    public long bit() {
        return 1L << position;
    }

    /** {@code +trk-inv} and so on. */
    static String write(Bits value, Bits mask) {
        StringBuilder out = new StringBuilder();
        for (CtState state : values()) {
            if ((mask.low() & state.bit()) != 0) {
                out.append((value.low() & state.bit()) != 0 ? '+' : '-').append(state.text);
            }
        }
        return out.toString();
    }
}
