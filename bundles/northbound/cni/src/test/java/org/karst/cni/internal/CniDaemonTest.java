package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.karst.model.Cidr;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.World;

/** The verbs. */
class CniDaemonTest extends DaemonOnOneNode {
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
        assertThat(daemon.times().get("ADD").count()).isEqualTo(50);
        assertThat(daemon.times().get("DEL").count()).isEqualTo(50);
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
        ready("10.128.2.0/24");
        node.refusePorts("could not open network device (No such device)");
        Reply refused = overdue(call("ADD", "c1", ""));
        assertThat(refused.code()).isEqualTo(11);
        assertThat(refused.message())
                .contains("pod default/pod-c1")
                .contains("node-1")
                .contains("No such device");
        node.refusePorts("");
        node.hostHangs(true);
        assertThat(overdue(call("ADD", "c2", "")).message()).contains("host/node-1");
        node.hostHangs(false);
        disconnectSwitch();
        assertThat(overdue(call("ADD", "c3", "")).message()).contains("not connected by OpenFlow");
        connectSwitch();
        for (String container : List.of("c1", "c2", "c3")) {
            assertThat(delete(container)).isEqualTo(new Reply(true, ""));
        }
        assertThat(node.ports()).isEmpty();
        assertThat(node.links()).isEmpty();
        node.databaseHangs(true);
        assertThat(overdue(call("ADD", "c4", "")).code()).isEqualTo(11);
        assertThat(overdue(call("DEL", "c4", "")).message())
                .contains("was not removed")
                .contains("ovsdb/node-1");
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
        assertThat(overdue(checking("c1", result)).message()).contains("not connected by OpenFlow");
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
