package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.karst.incremental.View;

/**
 * A pure answer to a packet that a flow sent to the controller: an ICMP error, a router advertisement, a line of the audit log.
 * Nothing else in a feature may send packets.
 *
 * @param name unique in the process
 * @param answer from what the world looks like and the packet to what is sent or logged
 */
public record Answer(String name, BiFunction<View, PacketIn, ? extends List<? extends Response>> answer) {
    public Answer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(answer, "answer");
    }

    /** The number that travels with the packet, the same in each process. */
    public static int number(String name) {
        return name.hashCode();
    }

    /** The action that asks for this answer. */
    public static Action ask(String name, int meter) {
        return new Action.ToController(number(name), meter);
    }
}
