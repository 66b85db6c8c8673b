package org.karst.bench.policy;

import java.io.IOException;
import java.util.List;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.Policy;
import org.karst.bench.sides.Side;

/**
 * The edits of a turn, in their order, and what each costs Karst on every machine: how often rules and queries run, how many
 * flow-mods switches get, and of how many bytes they, their bundles and barriers are.
 */
enum Edit {
    POD_COMES("a pod comes", "pod", 0, 0, 0),
    ADDRESS_CHANGES("its address changes", "address", 0, 0, 0),
    POD_GOES("it goes", "pod", 0, 0, 0),
    POLICY_COMES("a policy comes", "policy", 0, 0, 0),
    LABELLED("a pod comes under it by its label", "label", 0, 0, 0),
    UNLABELLED("the pod's label changes back", "label", 0, 0, 0),
    POLICY_GOES("the policy goes", "policy", 0, 0, 0);

    /** Selects pods by a label that none has at first. */
    private static final Policy POLICY = new Policy(Dummy.namespace(0), "edited", "special", Dummy.namespace(1), 9999);

    private static final int FIRST_SPARE_ADDRESS = 500;

    private final String text;
    private final String group;
    private final int evaluations;
    private final int flowMods;
    private final int bytes;

    Edit(String text, String group, int evaluations, int flowMods, int bytes) {
        this.text = text;
        this.group = group;
        this.evaluations = evaluations;
        this.flowMods = flowMods;
        this.bytes = bytes;
    }

    /**
     * Makes it.
     *
     * @param extra a pod that comes and goes
     * @param lasting one that stays
     */
    void make(Side side, Dummy extra, Dummy lasting) throws IOException, InterruptedException {
        switch (this) {
            case POD_COMES -> side.add(List.of(extra), List.of());
            case ADDRESS_CHANGES -> side.change(extra, FIRST_SPARE_ADDRESS);
            case POD_GOES -> side.remove(extra);
            case POLICY_COMES -> side.add(POLICY);
            case LABELLED -> side.label(lasting, POLICY.app());
            case UNLABELLED -> side.label(lasting, "none");
            case POLICY_GOES -> side.remove(POLICY);
        }
    }

    /** Edits of one group are measured together. */
    String group() {
        return group;
    }

    int evaluations() {
        return evaluations;
    }

    int flowMods() {
        return flowMods;
    }

    int bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
