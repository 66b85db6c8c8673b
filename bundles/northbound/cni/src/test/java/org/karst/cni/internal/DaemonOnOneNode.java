package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.karst.controller.Inspection;
import org.karst.controller.internal.Loop;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** The daemon on the real loop with the real rules; only the node is made by hand. */
abstract class DaemonOnOneNode {
    static final String NODE = "node-1";
    /** For how long a call waits for what does not come true. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A clock that a test moves. */
    static final class Hands extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    record Reply(boolean success, String output) {
        JsonNode json() {
            try {
                return CallReader.JSON.readTree(output);
            } catch (JsonProcessingException e) {
                throw new AssertionError(output, e);
            }
        }

        int code() {
            return json().path("code").asInt();
        }

        String message() {
            return json().path("msg").asText();
        }

        List<String> addresses() {
            assertThat(success).as(output).isTrue();
            List<String> addresses = new ArrayList<>();
            json().path("ips").forEach(ip -> addresses.add(ip.path("address").asText()));
            return addresses;
        }
    }

    final Hands clock = new Hands();
    final FakeNode node = new FakeNode(NODE);

    @TempDir
    Path directory;

    Loop loop;
    CniDaemon daemon;

    @BeforeEach
    void start() {
        if (loop != null) {
            loop.close();
        }
        loop = new Loop(clock, Set.of());
        daemon = new CniDaemon(loop, node, node, clock, PATIENCE);
        await(loop.bind(new CniFeature(directory.resolve("{node}.sock").toString(), node, node, clock, PATIENCE))
                .toCompletableFuture());
        await(loop.bind(FakeNode.network()).toCompletableFuture());
        await(loop.bind(node.database()).toCompletableFuture());
        await(loop.bind(node.host()).toCompletableFuture());
        loop.post(
                Mailbox.Lane.FACTS,
                facts -> facts.put(
                        World.CLUSTER,
                        World.CLUSTER_KEY,
                        new ClusterNetwork(
                                List.of(SubnetPool.parse("10.128.0.0/14/23")),
                                List.of(),
                                1400,
                                6081,
                                List.of(),
                                "system")));
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }

    void subnets(String... subnets) {
        List<Cidr> cidrs = List.of(subnets).stream().map(Cidr::parse).toList();
        loop.post(
                Mailbox.Lane.FACTS,
                facts -> facts.put(
                        World.NODES.table(),
                        new PodKey("", NODE),
                        new Node(NODE, "u", "2026-01-01T00:00:00Z", Labels.of(Map.of()), cidrs, List.of())));
        until(view -> Topology.node(view, NODE)
                .filter(it -> it.podCidrs().equals(cidrs))
                .isPresent());
    }

    /** Facts come in another lane than calls: waits until the writer has settled them. */
    void until(Predicate<View> condition) {
        await(loop.await(view -> condition.test(view) ? Optional.of(true) : Optional.empty(), Set.of(), PATIENCE)
                .toCompletableFuture());
    }

    void connectSwitch() {
        node.connectSwitch(loop);
        until(view -> view.get(World.SWITCHES, NODE).isPresent());
    }

    void disconnectSwitch() {
        node.disconnectSwitch(loop);
        until(view -> view.get(World.SWITCHES, NODE).isEmpty());
    }

    void ready(String... subnets) {
        subnets(subnets);
        connectNode();
    }

    void connectNode() {
        node.connect(loop);
        until(view -> view.get(World.SWITCHES, NODE).isPresent());
    }

    CompletableFuture<Reply> call(String command, String container, String config) {
        ObjectNode message = CallReader.JSON.createObjectNode();
        message.put("command", command);
        if (!container.isEmpty()) {
            message.put("containerId", container);
            message.put("ifname", "eth0");
            message.put("args", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod-" + container);
            if (!command.equals("DEL")) {
                message.put("netns", "/run/netns/" + container);
            }
        }
        message.put("config", ("{'cniVersion':'1.1.0','name':'karst'" + config + "}").replace('\'', '"'));
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        daemon.handle(
                NODE,
                message.toString().getBytes(StandardCharsets.UTF_8),
                answer -> reply.complete(new Reply(answer.success(), answer.output())));
        return reply;
    }

    /** The answer to a call that cannot succeed: time passes until it comes. */
    Reply overdue(CompletableFuture<Reply> call) {
        while (!call.isDone()) {
            clock.pass(PATIENCE);
            loop.post(Mailbox.Lane.FACTS, facts -> {});
            await(loop.inspect(Inspection::revision).toCompletableFuture());
        }
        return await(call);
    }

    Reply add(String container) {
        return await(call("ADD", container, ""));
    }

    Reply addWith(String container, String runtimeConfig) {
        return await(call("ADD", container, ",'runtimeConfig':" + runtimeConfig));
    }

    Reply delete(String container) {
        return await(call("DEL", container, ""));
    }

    Reply check(String container, Reply result) {
        return await(checking(container, result));
    }

    CompletableFuture<Reply> checking(String container, Reply result) {
        return call("CHECK", container, ",'prevResult':" + result.output().strip());
    }
}
