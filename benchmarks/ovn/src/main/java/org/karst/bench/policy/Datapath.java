package org.karst.bench.policy;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.Sandbox;

/** What the userspace datapaths of a sandbox's nodes do with packets (ovs-vswitchd(8)). */
final class Datapath {
    private static final Pattern RECEIVED = Pattern.compile("packets received: ([0-9]+)");
    private static final Pattern RECIRCULATED = Pattern.compile("packet recirculations: ([0-9]+)");
    /** What a node of the sandbox receives in a moment without a connection. */
    private static final int NOISE = 100;

    private static final Pattern IDENTITY = Pattern.compile("^ufid:[^,]*,\\s*");
    private static final Pattern STATISTICS = Pattern.compile(", packets:.*$");
    /** A number, address or name that stands without a mask, or with one: only the mask stays. */
    private static final Pattern VALUE = Pattern.compile("(?<=[(=,])[^(),=/]+(?=[),/])");

    private final List<OpenVSwitch> switches;

    Datapath(Sandbox sandbox) {
        this.switches = sandbox.nodes().stream().map(sandbox::openVSwitch).toList();
    }

    /** Forgets all megaflows: the next packets make those that they need. */
    void purge() throws IOException, InterruptedException {
        for (OpenVSwitch each : switches) {
            each.appctl("revalidator/purge");
        }
    }

    /** Begins to count passes. */
    void clearCounters() throws IOException, InterruptedException {
        for (OpenVSwitch each : switches) {
            each.appctl("dpif-netdev/pmd-stats-clear");
        }
    }

    /** How often a packet was looked up again on its way through all nodes since {@link #clearCounters}, on average. */
    double recirculations() throws IOException, InterruptedException {
        double sum = 0;
        for (OpenVSwitch each : switches) {
            String statistics = each.appctl("dpif-netdev/pmd-stats-show");
            double received = total(RECEIVED, statistics);
            if (received > NOISE) {
                sum += total(RECIRCULATED, statistics) / received;
            }
        }
        return sum;
    }

    /** Of all threads. */
    private static double total(Pattern counter, String statistics) {
        Matcher matcher = counter.matcher(statistics);
        double total = 0;
        while (matcher.find()) {
            total += Double.parseDouble(matcher.group(1));
        }
        return total;
    }

    /**
     * Megaflows for IPv4.
     *
     * @param count on all nodes
     * @param masks how many different masks they have on the node where those are most: each is a table to look into
     */
    record Megaflows(int count, int masks) {}

    Megaflows megaflows() throws IOException, InterruptedException {
        int count = 0;
        int masks = 0;
        for (OpenVSwitch each : switches) {
            List<String> flows = each.appctl("dpctl/dump-flows", "-m")
                    .lines()
                    .filter(line -> line.contains("eth_type(0x0800)"))
                    .toList();
            count += flows.size();
            masks = Math.max(
                    masks,
                    Math.toIntExact(
                            flows.stream().map(Datapath::mask).distinct().count()));
        }
        return new Megaflows(count, masks);
    }

    /** The mask of a megaflow, as a text that others with the same mask have too. */
    static String mask(String megaflow) {
        String match =
                STATISTICS.matcher(IDENTITY.matcher(megaflow).replaceFirst("")).replaceFirst("");
        return VALUE.matcher(match).replaceAll("*");
    }
}
