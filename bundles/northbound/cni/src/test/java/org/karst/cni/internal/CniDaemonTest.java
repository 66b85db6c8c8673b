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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.controller.internal.Loop;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** The verbs, on the real loop with the real rules; only the node is made by hand. */
class CniDaemonTest {
    private static final String NODE = "node-1";

    /** A clock that a test moves. */
    private static final class Hands extends Clock {
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

    private record Reply(boolean success, String output) {
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

    private final Hands clock = new Hands();
    private final FakeNode node = new FakeNode(NODE);

    @TempDir
    private Path directory;

    private Loop loop;
    private CniDaemon daemon;

    @BeforeEach
    void start() {
        start(Duration.ofSeconds(10), clock);
    }

    private void start(Duration patience, Clock time) {
        if (loop != null) {
            loop.close();
        }
        loop = new Loop(time, Set.of());
        daemon = new CniDaemon(loop, node, node, clock, patience);
        await(loop.bind(new CniFeature(directory.resolve("{node}.sock").toString(), node, node, clock, patience))
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

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void subnets(String... subnets) {
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
    private void until(Predicate<View> condition) {
        await(loop.await(
                        view -> condition.test(view) ? Optional.of(true) : Optional.empty(),
                        Set.of(),
                        Duration.ofSeconds(20))
                .toCompletableFuture());
    }

    private void connectSwitch() {
        node.connectSwitch(loop);
        until(view -> view.get(World.SWITCHES, NODE).isPresent());
    }

    private void disconnectSwitch() {
        node.disconnectSwitch(loop);
        until(view -> view.get(World.SWITCHES, NODE).isEmpty());
    }

    private void ready(String... subnets) {
        subnets(subnets);
        connectNode();
    }

    private void connectNode() {
        node.connect(loop);
        until(view -> view.get(World.SWITCHES, NODE).isPresent());
    }

    private CompletableFuture<Reply> call(String command, String container, String config) {
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

    private Reply add(String container) {
        return await(call("ADD", container, ""));
    }

    private Reply addWith(String container, String runtimeConfig) {
        return await(call("ADD", container, ",'runtimeConfig':" + runtimeConfig));
    }

    private Reply delete(String container) {
        return await(call("DEL", container, ""));
    }

    private Reply check(String container, Reply result) {
        return await(call("CHECK", container, ",'prevResult':" + result.output().strip()));
    }

    @Test
    void addAnswersWithWhatTheNodeHas() {
        ready("10.128.2.0/24", "fd01:0:0:2::/64");
        Reply reply = add("c1");
        assertThat(reply.addresses()).containsExactly("10.128.2.4/24", "fd01:0:0:2::4/64");
        JsonNode json = reply.json();
        assertThat(json.at("/interfaces/1/name").asText()).isEqualTo("eth0");
        assertThat(json.at("/interfaces/1/mac").asText()).isEqualTo("0a:58:0a:80:02:04");
        assertThat(json.at("/interfaces/1/sandbox").asText()).isEqualTo("/run/netns/c1");
        assertThat(json.at("/interfaces/1/mtu").asInt()).isEqualTo(1400);
        assertThat(json.at("/ips/0/gateway").asText()).isEqualTo("10.128.2.1");
        assertThat(json.at("/routes/1/dst").asText()).isEqualTo("::/0");
        String port = json.at("/interfaces/0/name").asText();
        assertThat(port).hasSize(15).startsWith("veth");
        assertThat(node.ports()).containsOnlyKeys(port);
        assertThat(node.ports().get(port)).containsEntry("karst-pod", "pod-c1").containsEntry("karst-container", "c1");
        assertThat(node.links().get(port).netns()).isEqualTo("/run/netns/c1");
    }

    @Test
    void aDummyHasAPortAndNothingBehindIt() {
        ready("10.128.2.0/24");
        Reply reply = await(call("ADD", "c1", ",'device':'dummy'"));
        assertThat(reply.addresses()).containsExactly("10.128.2.4/24");
        assertThat(node.links()).isEmpty();
        assertThat(node.ports().values()).singleElement().satisfies(ids -> assertThat(ids)
                .containsEntry("karst-device", "dummy"));
        assertThat(check("c1", reply)).isEqualTo(new Reply(true, ""));
        assertThat(delete("c1")).isEqualTo(new Reply(true, ""));
        assertThat(node.ports()).isEmpty();
    }

    @Test
    void deleteDoesNotWaitForAPortThatSomebodyElseMade() {
        ready("10.128.2.0/24");
        assertThat(add("c1").success()).isTrue();
        node.portsStay();
        assertThat(delete("c1")).isEqualTo(new Reply(true, ""));
    }

    @Test
    void addTwiceIsAnErrorAndDeleteTwiceIsNot() {
        ready("10.128.2.0/24");
        Reply first = add("c1");
        assertThat(first.success()).isTrue();
        Reply second = add("c1");
        assertThat(second.success()).isFalse();
        assertThat(second.code()).isEqualTo(100);
        assertThat(second.message()).isEqualTo("Interface eth0 of pod default/pod-c1 is already attached.");
        assertThat(delete("c1")).isEqualTo(new Reply(true, ""));
        assertThat(delete("c1")).isEqualTo(new Reply(true, ""));
        assertThat(delete("never")).isEqualTo(new Reply(true, ""));
        assertThat(node.ports()).isEmpty();
        assertThat(node.links()).isEmpty();
    }

    @Test
    void fiftyAtOnceGetFiftyAddresses() {
        ready("10.128.2.0/24");
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(call("ADD", "c" + i, ""));
        }
        Set<String> addresses = new HashSet<>();
        replies.forEach(reply -> addresses.addAll(await(reply).addresses()));
        assertThat(addresses).hasSize(50);
        List<CompletableFuture<Reply>> ends = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ends.add(call("DEL", "c" + i, ""));
        }
        ends.forEach(end -> assertThat(await(end).success()).isTrue());
        assertThat(node.ports()).isEmpty();
        assertThat(node.links()).isEmpty();
    }

    @Test
    void beforeTheDatabaseIsReadNothingIsGivenOrTaken() {
        subnets("10.128.2.0/24");
        for (String verb : List.of("ADD", "DEL")) {
            Reply reply = await(call(verb, "c1", ""));
            assertThat(reply.code()).as(verb).isEqualTo(11);
            assertThat(reply.message()).contains("node-1 has not been read yet");
        }
        assertThat(await(call("GC", "", ",'cni.dev/valid-attachments':[]")).code())
                .isEqualTo(11);
    }

    @Test
    void aNodeWithoutASubnetOfItsOwnSaysWhy() {
        connectNode();
        assertThat(add("c1").message()).isEqualTo("There is no Node object named node-1.");
        subnets();
        assertThat(add("c1").message()).contains("node-1 has no subnet yet");
        loop.post(
                Mailbox.Lane.FACTS,
                facts -> facts.put(
                        World.NODES.table(),
                        new PodKey("", "elder"),
                        new Node(
                                "elder",
                                "u",
                                "2025-01-01T00:00:00Z",
                                Labels.of(Map.of()),
                                List.of(Cidr.parse("10.128.0.0/16")),
                                List.of())));
        subnets("10.128.2.0/24");
        Reply reply = add("c1");
        assertThat(reply.code()).isEqualTo(11);
        assertThat(reply.message()).contains("10.128.2.0/24").contains("belongs to node elder");
    }

    @Test
    void whatDoesNotComeTrueIsSaidAndDeleteCleansUp() {
        start(Duration.ofMillis(300), Clock.systemUTC());
        ready("10.128.2.0/24");
        node.refusePorts("could not open network device (No such device)");
        Reply refused = add("c1");
        assertThat(refused.code()).isEqualTo(11);
        assertThat(refused.message())
                .contains("pod default/pod-c1")
                .contains("node-1")
                .contains("No such device");
        node.refusePorts("");
        node.hostHangs(true);
        assertThat(add("c2").message()).contains("host/node-1");
        node.hostHangs(false);
        disconnectSwitch();
        assertThat(add("c3").message()).contains("not connected by OpenFlow");
        connectSwitch();
        for (String container : List.of("c1", "c2", "c3")) {
            assertThat(delete(container)).isEqualTo(new Reply(true, ""));
        }
        assertThat(node.ports()).isEmpty();
        assertThat(node.links()).isEmpty();
        node.databaseHangs(true);
        assertThat(add("c4").code()).isEqualTo(11);
        assertThat(delete("c4").message()).contains("was not removed").contains("ovsdb/node-1");
    }

    @Test
    void aLinkThatTheKernelRefusesIsToldAtOnce() {
        ready("10.128.2.0/24");
        node.refuseLinks("link veth1: File exists");
        Reply refused = add("c1");
        assertThat(refused.code()).isEqualTo(103);
        assertThat(refused.message())
                .isEqualTo(
                        "Interface eth0 of pod default/pod-c1 cannot be made on node node-1: link veth1: File exists.");
        node.refuseLinks("");
        assertThat(delete("c1")).isEqualTo(new Reply(true, ""));
        assertThat(add("c1").addresses()).hasSize(1);
    }

    @Test
    void checkLooksIntoTheSwitch() {
        ready("10.128.2.0/24");
        Reply result = add("c1");
        assertThat(check("c1", result)).isEqualTo(new Reply(true, ""));
        node.damageFlows("a", "b", "c", "d", "e", "f", "g");
        Reply changed = check("c1", result);
        assertThat(changed.code()).isEqualTo(102);
        assertThat(changed.message()).endsWith("is not as it was made: a; b; c; d; e; and 2 more.");
    }

    @Test
    void checkComparesWithWhatIs() {
        start(Duration.ofMillis(500), Clock.systemUTC());
        ready("10.128.2.0/24");
        Reply result = add("c1");
        assertThat(check("c1", result)).isEqualTo(new Reply(true, ""));
        assertThat(check("c2", result).code()).isEqualTo(3);
        assertThat(check("c1", new Reply(true, result.output().replace("10.128.2.4/24", "10.128.2.5/24")))
                        .message())
                .contains("its address 10.128.2.4/24 is not in prevResult");
        assertThat(check("c1", new Reply(true, result.output().replace("0a:58", "0a:59")))
                        .code())
                .isEqualTo(102);
        node.damage("the container lacks a route");
        assertThat(check("c1", result).message())
                .isEqualTo("The network of pod default/pod-c1 is not as it was made: the container lacks a route.");
        disconnectSwitch();
        assertThat(check("c1", result).message()).contains("not connected by OpenFlow");
    }

    @Test
    void statusTellsWhetherAnAddCanSucceed() {
        assertThat(await(call("STATUS", "", "")).code()).isEqualTo(50);
        ready("10.128.2.0/29");
        assertThat(await(call("STATUS", "", ""))).isEqualTo(new Reply(true, ""));
        disconnectSwitch();
        assertThat(await(call("STATUS", "", "")).code()).isEqualTo(51);
        connectSwitch();
        for (int i = 0; i < 3; i++) {
            add("c" + i);
        }
        assertThat(await(call("STATUS", "", "")).code()).isEqualTo(50);
    }

    @Test
    void collectRemovesAllButTheValid() {
        ready("10.128.2.0/24");
        for (String container : List.of("c1", "c2", "c3")) {
            add(container);
        }
        assertThat(await(call("GC", "", ",'cni.dev/valid-attachments':[{'containerID':'c2','ifname':'eth0'}]")))
                .isEqualTo(new Reply(true, ""));
        assertThat(node.ports().values())
                .extracting(ids -> ids.get("karst-container"))
                .containsExactly("c2");
        await(call("GC", "", ",'cni.dev/valid-attachments':[]"));
        assertThat(node.ports()).isEmpty();
    }

    @Test
    void aFullSubnetIsNamedAndAFreedAddressIsThenGivenAtOnce() {
        ready("10.128.2.0/29");
        for (int i = 0; i < 3; i++) {
            assertThat(add("c" + i).addresses()).containsExactly("10.128.2." + (4 + i) + "/29");
        }
        Reply full = add("c3");
        assertThat(full.code()).isEqualTo(101);
        assertThat(full.message())
                .isEqualTo("Subnet 10.128.2.0/29 of node node-1 is full: there is no address for pod default/pod-c3.");
        delete("c1");
        assertThat(add("c3").addresses()).containsExactly("10.128.2.5/29");
    }

    @Test
    void aRequestedAddressIsGivenOrItsHolderNamed() {
        ready("10.128.2.0/24");
        assertThat(addWith("c1", "{'ips':['10.128.2.77/24'],'mac':'02:00:00:00:00:07'}")
                        .addresses())
                .containsExactly("10.128.2.77/24");
        Reply held = addWith("c2", "{'ips':['10.128.2.77']}");
        assertThat(held.code()).isEqualTo(101);
        assertThat(held.message())
                .isEqualTo("The requested address 10.128.2.77 cannot be given to pod default/pod-c2: pod default/pod-c1"
                        + " holds it.");
        assertThat(addWith("c2", "{'mac':'02:00:00:00:00:07'}").message()).contains("pod default/pod-c1 holds it");
        delete("c1");
        assertThat(addWith("c2", "{'ips':['10.128.2.77']}").addresses())
                .as("no delay")
                .containsExactly("10.128.2.77/24");
        for (String given : List.of(
                "10.128.2.0", "10.128.2.1", "10.128.2.2", "10.128.2.3", "10.128.2.255", "10.128.3.4", "fd00::9")) {
            assertThat(addWith("c3", "{'ips':['" + given + "']}").message())
                    .as(given)
                    .contains("is not one that node node-1 gives");
        }
        assertThat(addWith("c3", "{'ips':['10.128.2.8','10.128.2.9']}").code()).isEqualTo(7);
        assertThat(addWith("c3", "{'ips':['ten']}").code()).isEqualTo(7);
        assertThat(addWith("c3", "{'mac':'01:00:5e:00:00:01'}").message()).contains("no unicast MAC address");
    }

    @Test
    void attachmentsAndFreedAddressesOutliveTheProcess() {
        ready("10.128.2.0/28");
        add("c1");
        add("c2");
        add("c3");
        delete("c2");
        clock.pass(Duration.ofSeconds(5));
        delete("c1");
        assertThat(node.entries()).containsOnlyKeys("karst-freed-10.128.2.4", "karst-freed-10.128.2.5");

        start(Duration.ofSeconds(10), clock);
        ready("10.128.2.0/28");
        assertThat(add("c3").code()).isEqualTo(100);
        List<String> given = new ArrayList<>();
        for (int i = 4; i < 14; i++) {
            given.addAll(add("d" + i).addresses());
        }
        // never given back, then given back longest ago
        assertThat(given)
                .containsExactly(
                        "10.128.2.7/28",
                        "10.128.2.8/28",
                        "10.128.2.9/28",
                        "10.128.2.10/28",
                        "10.128.2.11/28",
                        "10.128.2.12/28",
                        "10.128.2.13/28",
                        "10.128.2.14/28",
                        "10.128.2.5/28",
                        "10.128.2.4/28");
        assertThat(node.entries()).isEmpty();
        assertThat(delete("c3").success()).isTrue();
        assertThat(node.ports()).hasSize(10);
    }

    @Test
    void aFreedIpv6AddressIsForgottenAfterAnHour() {
        ready("fd01::/64");
        add("c1");
        delete("c1");
        assertThat(node.entries()).containsOnlyKeys("karst-freed-fd01::4");
        assertThat(add("c2").addresses()).containsExactly("fd01::5/64");
        clock.pass(Duration.ofHours(2));
        until(view -> view.all(World.FREED_ADDRESSES).isEmpty());
        assertThat(node.entries()).isEmpty();
        assertThat(add("c3").addresses()).as("another one all the same").containsExactly("fd01::6/64");
    }

    @Test
    void anySequenceKeepsAddressesUniqueAndReusesTheOldestLast() {
        ready("10.128.2.0/28");
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Ip> live = new HashMap<>();
        Map<Ip, Instant> freed = new HashMap<>();
        int reused = 0;
        for (int i = 0; i < 600; i++) {
            clock.pass(Duration.ofSeconds(1 + random.nextInt(40)));
            String container = "c" + random.nextInt(14);
            if (random.nextInt(3) == 0) {
                delete(container);
                Optional.ofNullable(live.remove(container)).ifPresent(ip -> freed.put(ip, clock.instant()));
            } else if (!live.containsKey(container)) {
                Reply reply = add(container);
                if (live.size() == 11) {
                    assertThat(reply.code()).isEqualTo(101);
                    continue;
                }
                Ip ip = Ip.parse(reply.addresses().get(0).replaceFirst("/.*", ""));
                assertThat(live.values()).doesNotContain(ip);
                Instant time = freed.remove(ip);
                if (time != null) {
                    reused++;
                    assertThat(live.size() + freed.size())
                            .as("no fresh one was left")
                            .isEqualTo(10);
                    assertThat(freed.values())
                            .allSatisfy(other -> assertThat(other).isAfterOrEqualTo(time));
                }
                live.put(container, ip);
            }
        }
        assertThat(reused).isGreaterThan(50);
    }

    @Test
    void theFirstFreeAddressOfASmallSubnetIsThere() {
        assertThat(AddressPool.FRESH.choose(Cidr.parse("10.0.0.0/29"), ip -> false, ip -> false))
                .get()
                .extracting(AddressPool.Choice::address)
                .isEqualTo(Ip.parse("10.0.0.4"));
        for (String none : List.of("10.0.0.0/30", "10.0.0.0/31", "10.0.0.1/32", "fd00::/127")) {
            assertThat(AddressPool.FRESH.choose(Cidr.parse(none), ip -> false, ip -> false))
                    .isEmpty();
        }
    }

    @Test
    void wrongCallsAreAnsweredInTheirVersion() {
        ready("10.128.2.0/24");
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        daemon.handle(
                NODE,
                "garbage".getBytes(StandardCharsets.UTF_8),
                answer -> reply.complete(new Reply(answer.success(), answer.output())));
        assertThat(await(reply).code()).isEqualTo(6);
        assertThat(await(call("VERSION", "", "")).json().path("supportedVersions"))
                .hasSize(4);
        Reply old = await(call("ADD", "c1", ",'cniVersion':'0.3.1'"));
        assertThat(old.code()).as("a member twice").isEqualTo(6);
    }
}
