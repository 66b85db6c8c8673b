package org.karst.pipeline;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The application binary interface between slots: every register range, conntrack mark and label that one slot writes and
 * another reads. What is not here is nobody's business but the slot's: reg10 to reg15 are scratch inside a slot, as a
 * processor's caller-saved registers are.
 */
public final class Abi {
    /** Where the packet came from. Set in INTAKE. */
    public static final Register<Origin> ORIGIN = Register.of("ORIGIN", Field.REG0.range(0, 3), Origin.class);
    /** The node's own probes: the three ingress slots let them pass. Set in INTAKE. */
    public static final Register<Boolean> EXEMPT = Register.flag("EXEMPT", Field.REG0, 4);
    /** The packet is longer than its way allows. Set and read in PATH_MTU. */
    public static final Register<Boolean> TOO_BIG = Register.flag("TOO_BIG", Field.REG0, 5);
    /**
     * The three egress policy slots have admitted this connection with the verdict in force. Set in VERDICT, and for a moment in AUDIT.
     */
    public static final Register<Boolean> EGRESS_JUDGED = Register.flag("EGRESS_JUDGED", Field.REG0, 6);
    /** As EGRESS_JUDGED, for the ingress slots. */
    public static final Register<Boolean> INGRESS_JUDGED = Register.flag("INGRESS_JUDGED", Field.REG0, 7);
    /**
     * A reply is being judged, or a packet beforehand: the slots from LOAD_BALANCING to EGRESS_BASELINE, or the three ingress policy slots, run for
     * their verdict alone, with the addresses and ports of the connection's first packet. Set in VERDICT and AUDIT.
     */
    public static final Register<Boolean> JUDGE = Register.flag("JUDGE", Field.REG0, 8);
    /** The connection carries another verdict than the one in force, which COMMIT writes if it admits. Set in VERDICT. */
    public static final Register<Boolean> STALE = Register.flag("STALE", Field.REG0, 9);
    /** An egress policy slot has admitted the connection for good: those behind it let it pass. Set in the egress policy slots. */
    public static final Register<Boolean> EGRESS_DECIDED = Register.flag("EGRESS_DECIDED", Field.REG0, 10);
    /** As EGRESS_DECIDED, of the ingress policy slots. */
    public static final Register<Boolean> INGRESS_DECIDED = Register.flag("INGRESS_DECIDED", Field.REG0, 11);
    /**
     * The policy of a rule that decided or passed wants its owner to be told. Set in the policy slots, read and cleared in AUDIT, where
     * they run for their verdict alone; elsewhere it means nothing.
     */
    public static final Register<Boolean> TELL = Register.flag("TELL", Field.REG0, 12);
    /** Which network: 0 the cluster's own. Set in INTAKE. */
    public static final Register<Long> NETWORK = Register.number("NETWORK", Field.REG1.range(0, 15));
    /** The conntrack zone of the network: in a register because tenant networks overlap. Set in INTAKE. */
    public static final Register<Long> ZONE_POD = Register.number("ZONE_POD", Field.REG1.range(16, 31));
    /** The OpenFlow port to leave by; 0 none. Set in ROUTING and after. */
    public static final Register<Long> OUTPUT_PORT = Register.number("OUTPUT_PORT", Field.REG2.range(0, 15));
    /** The node to tunnel to, by its number; 0 none. Set in ROUTING and after, read in OVERLAY. */
    public static final Register<Long> REMOTE_NODE = Register.number("REMOTE_NODE", Field.REG3.whole());
    /** Hash of the egress verdict in force for the connection's source. Set in COMMIT and written to the label. */
    public static final Register<Long> EGRESS_VERDICT = Register.number("EGRESS_VERDICT", Field.REG4.whole());
    /** Hash of the ingress verdict in force for the connection's destination. Set in COMMIT and written to the label. */
    public static final Register<Long> INGRESS_VERDICT = Register.number("INGRESS_VERDICT", Field.REG5.whole());
    /** The service whose address the packet was sent to, by its number; 0 none. */
    public static final Register<Long> SERVICE = Register.number("SERVICE", Field.REG6.whole());

    /** ct_mark: the connection was sent to a service address. */
    public static final Register<Boolean> MARK_SERVICE = Register.flag("MARK_SERVICE", Field.CT_MARK, 0);
    /** ct_mark: a pod reached itself through a service. */
    public static final Register<Boolean> MARK_HAIRPIN = Register.flag("MARK_HAIRPIN", Field.CT_MARK, 1);
    /** ct_mark: where the connection's first packet came from. */
    public static final Register<Origin> MARK_ORIGIN =
            Register.of("MARK_ORIGIN", Field.CT_MARK.range(2, 4), Origin.class);
    /** ct_mark: admitted by a dry run only. */
    public static final Register<Boolean> MARK_DRY_RUN = Register.flag("MARK_DRY_RUN", Field.CT_MARK, 5);
    /** ct_mark: the connection's first packet was EXEMPT. */
    public static final Register<Boolean> MARK_EXEMPT = Register.flag("MARK_EXEMPT", Field.CT_MARK, 6);
    /** ct_label: hash of the source's egress verdict; 0 never judged. */
    public static final Register<Long> LABEL_EGRESS = Register.number("LABEL_EGRESS", Field.CT_LABEL.range(0, 31));
    /** ct_label: hash of the destination's ingress verdict; 0 never judged. */
    public static final Register<Long> LABEL_INGRESS = Register.number("LABEL_INGRESS", Field.CT_LABEL.range(32, 63));
    /** ct_label: index of the endpoint that was chosen; 0 no address translation. */
    public static final Register<Long> LABEL_ENDPOINT = Register.number("LABEL_ENDPOINT", Field.CT_LABEL.range(64, 95));
    /** ct_label: the node that replies have to go back by. */
    public static final Register<Long> LABEL_REPLY_VIA =
            Register.number("LABEL_REPLY_VIA", Field.CT_LABEL.range(96, 111));

    /** The conntrack zone of the cluster's own network. Zones from here up are Karst's. */
    public static final long CLUSTER_ZONE = 64_000;

    /** Asked for each condition and action of each flow. */
    private static final Map<Field, List<FieldRange>> RANGES = registers().stream()
            .map(Register::range)
            .collect(Collectors.groupingBy(
                    FieldRange::field, () -> new EnumMap<>(Field.class), Collectors.toUnmodifiableList()));

    private static final Map<Field, Bits> DECLARED = RANGES.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    ranges -> ranges.getValue().stream().map(FieldRange::mask).reduce(Bits.ZERO, Bits::or)));

    private Abi() {}

    /** All of them, in the order of docs/pipeline.md. */
    public static List<Register<?>> registers() {
        return List.of(
                ORIGIN,
                EXEMPT,
                TOO_BIG,
                EGRESS_JUDGED,
                INGRESS_JUDGED,
                JUDGE,
                STALE,
                EGRESS_DECIDED,
                INGRESS_DECIDED,
                TELL,
                NETWORK,
                ZONE_POD,
                OUTPUT_PORT,
                REMOTE_NODE,
                EGRESS_VERDICT,
                INGRESS_VERDICT,
                SERVICE,
                MARK_SERVICE,
                MARK_HAIRPIN,
                MARK_ORIGIN,
                MARK_DRY_RUN,
                MARK_EXEMPT,
                LABEL_EGRESS,
                LABEL_INGRESS,
                LABEL_ENDPOINT,
                LABEL_REPLY_VIA);
    }

    /** Whether a field is scratch inside a slot. */
    public static boolean isScratch(Field field) {
        return field.compareTo(Field.REG10) >= 0 && field.compareTo(Field.REG15) <= 0;
    }

    /** Whether a field is one of those that must be declared: a register, ct_mark or ct_label. */
    public static boolean isShared(Field field) {
        return field.compareTo(Field.REG0) >= 0 && field.compareTo(Field.XXREG3) <= 0
                || field == Field.CT_MARK
                || field == Field.CT_LABEL;
    }

    /** Whether some bits lie in one declared range, or are scratch. */
    public static boolean declares(FieldRange bits) {
        if (isScratch(bits.field())) {
            return true;
        }
        for (FieldRange range : RANGES.getOrDefault(bits.field(), List.of())) {
            if (range.from() <= bits.from() && bits.to() <= range.to()) {
                return true;
            }
        }
        return false;
    }

    /** The bits of a field that are declared; a match may span several ranges. */
    public static Bits declared(Field field) {
        return DECLARED.getOrDefault(field, Bits.ZERO);
    }
}
