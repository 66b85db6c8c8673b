package org.karst.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a sandbox is made of.
 *
 * @param name prefix of its namespaces: 1 to 40 letters, digits and dashes; two sandboxes at once need two names
 * @param state the state directory; it must not exist, or be the rest of an ended sandbox. At most 60 bytes, because paths of
 *     unix sockets are short
 * @param plans its nodes, 0 to 200, no two of one name
 * @param families of nodes and pods
 * @param mtu of the underlay in bytes, 1380 to 9000
 * @param dummyPorts whether the switches take ports of type dummy, behind which there is nothing: for measurements
 */
public record SandboxSettings(
        String name, Path state, List<NodePlan> plans, Families families, int mtu, boolean dummyPorts) {
    public static final int MOST_NODES = 200;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,40}");
    private static final int LONGEST_STATE_PATH = 60;

    public SandboxSettings {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name of a sandbox: 1 to 40 letters, digits and dashes");
        }
        if (!state.isAbsolute() || state.toString().length() > LONGEST_STATE_PATH) {
            throw new IllegalArgumentException("the state directory has to be an absolute path of at most "
                    + LONGEST_STATE_PATH + " characters, not " + state);
        }
        plans = List.copyOf(plans);
        requireNodes(plans.size());
        if (plans.stream().map(NodePlan::name).distinct().count() < plans.size()) {
            throw new IllegalArgumentException("two nodes of a sandbox have one name");
        }
        if (mtu < 1380 || mtu > 9000) {
            throw new IllegalArgumentException("the MTU of the underlay is 1380 to 9000, not " + mtu);
        }
    }

    /** Three dual-stack nodes. */
    public static SandboxSettings of(String name, Path state) {
        return new SandboxSettings(name, state, NodePlan.numbered(3), Families.DUAL, 1500, false);
    }

    private static void requireNodes(int count) {
        if (count < 0 || count > MOST_NODES) {
            throw new IllegalArgumentException("a sandbox has 0 to " + MOST_NODES + " nodes, not " + count);
        }
    }

    /** With {@code node-1} to {@code node-N}. */
    public SandboxSettings withNodes(int count) {
        requireNodes(count);
        return withNodes(NodePlan.numbered(count));
    }

    public SandboxSettings withNodes(List<NodePlan> others) {
        return new SandboxSettings(name, state, others, families, mtu, dummyPorts);
    }

    public SandboxSettings withFamilies(Families others) {
        return new SandboxSettings(name, state, plans, others, mtu, dummyPorts);
    }

    public SandboxSettings withMtu(int bytes) {
        return new SandboxSettings(name, state, plans, families, bytes, dummyPorts);
    }

    public SandboxSettings withDummyPorts() {
        return new SandboxSettings(name, state, plans, families, mtu, true);
    }

    /** How many nodes there are. */
    public int nodeCount() {
        return plans.size();
    }

    /** The nodes of this sandbox, by number. */
    public List<SandboxNode> nodes() {
        List<SandboxNode> nodes = new ArrayList<>();
        for (int number = 1; number <= plans.size(); number++) {
            nodes.add(SandboxNode.of(this, number, plans.get(number - 1)));
        }
        return List.copyOf(nodes);
    }

    /** A host on the underlay that is no node. */
    public Place outside() {
        return new Place(
                "outside",
                namespace("outside"),
                families.four() ? Optional.of(SandboxNode.OUTSIDE_IPV4) : Optional.empty(),
                families.six() ? Optional.of(SandboxNode.OUTSIDE_IPV6) : Optional.empty());
    }

    /** The name of one of its network namespaces. */
    public String namespace(String place) {
        return name + "-" + place;
    }
}
