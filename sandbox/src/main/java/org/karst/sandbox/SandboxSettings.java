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
 * @param nodeCount 0 to 200
 * @param families of nodes and pods
 * @param mtu of the underlay in bytes, 1380 to 9000
 */
public record SandboxSettings(String name, Path state, int nodeCount, Families families, int mtu) {
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
        if (nodeCount < 0 || nodeCount > MOST_NODES) {
            throw new IllegalArgumentException("a sandbox has 0 to " + MOST_NODES + " nodes, not " + nodeCount);
        }
        if (mtu < 1380 || mtu > 9000) {
            throw new IllegalArgumentException("the MTU of the underlay is 1380 to 9000, not " + mtu);
        }
    }

    /** Three dual-stack nodes. */
    public static SandboxSettings of(String name, Path state) {
        return new SandboxSettings(name, state, 3, Families.DUAL, 1500);
    }

    public SandboxSettings withNodes(int count) {
        return new SandboxSettings(name, state, count, families, mtu);
    }

    public SandboxSettings withFamilies(Families others) {
        return new SandboxSettings(name, state, nodeCount, others, mtu);
    }

    public SandboxSettings withMtu(int bytes) {
        return new SandboxSettings(name, state, nodeCount, families, bytes);
    }

    /** The nodes of this sandbox, {@code node-1} to {@code node-N}. */
    public List<SandboxNode> nodes() {
        List<SandboxNode> nodes = new ArrayList<>();
        for (int number = 1; number <= nodeCount; number++) {
            nodes.add(SandboxNode.of(this, number));
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
    String namespace(String place) {
        return name + "-" + place;
    }
}
