package org.karst.bench.policy;

import java.io.IOException;
import java.util.List;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.Policy;
import org.karst.bench.sides.Price;
import org.karst.bench.sides.Side;

/** The edits of a turn, in their order, and what each costs Karst. */
enum Edit {
    POD_COMES("a pod comes", "pod"),
    ADDRESS_CHANGES("its address changes", "address"),
    POD_GOES("it goes", "pod"),
    POLICY_COMES("a policy comes", "policy"),
    LABELLED("a pod comes under it by its label", "label"),
    UNLABELLED("the pod's label changes back", "label"),
    POLICY_GOES("the policy goes", "policy");

    /** Selects pods by a label that none has at first. */
    private static final Policy POLICY = new Policy(Dummy.namespace(0), "edited", "special", Dummy.namespace(1), 9999);

    private static final int FIRST_SPARE_ADDRESS = 500;

    private final String text;
    private final String group;

    Edit(String text, String group) {
        this.text = text;
        this.group = group;
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

    Price price() {
        return switch (this) {
            case POD_COMES -> new Price(84, 43, 5816);
            case ADDRESS_CHANGES -> new Price(133, 86, 11032);
            case POD_GOES -> new Price(49, 43, 5216);
            case POLICY_COMES -> new Price(8, 0, 0);
            case LABELLED -> new Price(84, 34, 4664);
            case UNLABELLED -> new Price(71, 34, 4648);
            case POLICY_GOES -> new Price(3, 0, 0);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
