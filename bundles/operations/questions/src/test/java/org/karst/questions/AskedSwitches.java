package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.pipeline.Feature;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.questions.FlowCounters.Counters;
import org.karst.questions.internal.FlowLine;
import org.karst.testing.Cluster;
import org.karst.testing.RealSwitch;
import org.karst.testing.Run;

/** A controller with real switches, whose tunnel ports lead nowhere, and the questions about them. */
final class AskedSwitches implements AutoCloseable {
    private final Map<String, RealSwitch> switches = new TreeMap<>();
    private final Run run;
    private final Questions questions;

    AskedSwitches(List<String> nodes, Cluster cluster, Feature... features) throws IOException, InterruptedException {
        run = Run.of(cluster, features);
        for (String node : nodes) {
            RealSwitch made = RealSwitch.start();
            switches.put(node, made);
            made.ports(List.of(1, 2, 3, 4, 5));
            made.flows(run.switchFlows(node));
        }
        questions = new Questions(run.controller());
        questions.bindCounters(this::counters);
        questions.bindControl((node, method, arguments) -> CompletableFuture.completedFuture(
                method.startsWith("dpctl/")
                        ? switches.get(node).control(method, arguments)
                        : switches.get(node).trace(arguments[1])));
    }

    /** The kind of objects of a feature that has a name. */
    static Kind<?> kind(Feature feature, String plural) {
        return feature.watches().stream()
                .filter(kind -> kind.plural().equals(plural))
                .findFirst()
                .orElseThrow();
    }

    Questions questions() {
        return questions;
    }

    Run run() {
        return run;
    }

    PodPolicies policies(String pod) {
        return questions.policies(pod).toCompletableFuture().join();
    }

    /** A connection's first packet from 10.128.0.5 at port 3 to 10.128.0.6, as it enters the switch of node a. */
    void open(int sourcePort, int port) {
        switches.get("a")
                .send(
                        3,
                        "eth(src=0a:58:0a:80:00:05,dst=0a:58:0a:80:00:06),eth_type(0x0800),"
                                + "ipv4(src=10.128.0.5,dst=10.128.0.6,proto=6,tos=0,ttl=64,frag=no),tcp(src="
                                + sourcePort
                                + ",dst=" + port + "),tcp_flags(syn)");
    }

    private CompletionStage<Map<FlowItem.Identity, Counters>> counters(String node) {
        try {
            Map<FlowItem.Identity, Counters> counters = new HashMap<>();
            for (String line : switches.get(node).dump()) {
                FlowLine flow = FlowLine.parse(line);
                Matcher packets = Pattern.compile("n_packets=(\\d+)").matcher(line);
                assertThat(packets.find()).as(line).isTrue();
                counters.put(
                        new FlowItem.Identity(node, flow.table(), flow.priority(), flow.match(0)),
                        new Counters(Long.parseLong(packets.group(1)), 0, 0));
            }
            return CompletableFuture.completedFuture(counters);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (RealSwitch each : switches.values()) {
            each.close();
        }
        questions.close();
        run.close();
    }
}
