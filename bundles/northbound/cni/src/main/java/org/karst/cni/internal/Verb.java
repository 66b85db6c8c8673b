package org.karst.cni.internal;

import java.util.List;
import org.karst.cni.internal.CniException.Code;

/** What a container runtime can ask, and which variables of the environment it must set for that (section 2 of the specification). */
public enum Verb {
    ADD(SpecVersion.V0_3_1),
    DEL(SpecVersion.V0_3_1),
    CHECK(SpecVersion.V0_4_0),
    STATUS(SpecVersion.V1_1_0),
    GC(SpecVersion.V1_1_0),
    VERSION(SpecVersion.V0_3_1);

    /** A variable of the environment. */
    public enum Variable {
        CNI_CONTAINERID("containerId"),
        CNI_NETNS("netns"),
        CNI_IFNAME("ifname");

        private final String member;

        Variable(String member) {
            this.member = member;
        }

        /** Its name in the message of the plugin. */
        String member() {
            return member;
        }
    }

    private final SpecVersion since;

    Verb(SpecVersion since) {
        this.since = since;
    }

    /** The first version of the specification that has it. */
    public SpecVersion since() {
        return since;
    }

    /** The variables without which it means nothing. */
    public List<Variable> required() {
        return switch (this) {
            case ADD, CHECK -> List.of(Variable.CNI_CONTAINERID, Variable.CNI_NETNS, Variable.CNI_IFNAME);
            case DEL -> List.of(Variable.CNI_CONTAINERID, Variable.CNI_IFNAME);
            case STATUS, GC, VERSION -> List.of();
        };
    }

    /**
     * The verb of that name.
     *
     * @throws CniException if there is none
     */
    public static Verb of(String name) {
        for (Verb verb : values()) {
            if (verb.name().equals(name)) {
                return verb;
            }
        }
        throw new CniException(Code.INVALID_ENVIRONMENT, "CNI_COMMAND is \"" + name + "\", which is no verb of CNI.");
    }
}
