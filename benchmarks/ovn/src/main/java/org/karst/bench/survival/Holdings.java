package org.karst.bench.survival;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.OpenVSwitch;

/**
 * What a node's integration bridge has.
 *
 * @param flows of OpenFlow
 * @param groups of OpenFlow
 * @param ports with a number
 */
record Holdings(int flows, int groups, int ports) {
    private static final String BRIDGE = "br-int";
    private static final Pattern FLOW_COUNT = Pattern.compile("flow_count=([0-9]+)");
    private static final Pattern GROUP = Pattern.compile("group_id=");
    private static final Pattern PORT = Pattern.compile("(?m)^ [0-9A-Za-z]+\\(");

    /**
     * Asks the switch.
     *
     * @throws IOException if it does not answer
     */
    static Holdings of(OpenVSwitch node) throws IOException, InterruptedException {
        Matcher flows = FLOW_COUNT.matcher(node.ofctl("dump-aggregate", BRIDGE));
        if (!flows.find()) {
            throw new IOException("the switch does not count its flows");
        }
        return new Holdings(
                Integer.parseInt(flows.group(1)),
                count(GROUP, node.ofctl("dump-groups", BRIDGE)),
                count(PORT, node.ofctl("show", BRIDGE)));
    }

    private static int count(Pattern pattern, String text) {
        return (int) pattern.matcher(text).results().count();
    }
}
