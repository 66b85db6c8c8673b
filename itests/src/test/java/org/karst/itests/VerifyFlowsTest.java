package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.OpenVSwitch;

/** Somebody changes a node's switch by hand, and the server is asked to verify it. */
@Tag("root")
class VerifyFlowsTest {
    /** Its number is 8 times its place, which no slot behind it changes. */
    private static final String SPOOF_GUARD_GATE = "table=8";

    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static Map<?, ?> verify(String parameters) {
        return Serialization.unmarshal(
                CLUSTER.client().raw("/karst/v1/verify-flows?node=node-3" + parameters, "POST", ""), Map.class);
    }

    private static List<String> differences(Map<?, ?> answer) {
        return ((List<?>) answer.get("differences"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .map(each -> each.get("kind") + " " + each.get("place") + " " + each.get("owner") + " "
                                + each.get("flow") + " " + each.get("repaired"))
                        .toList();
    }

    @Test
    void whatSomebodyChangedIsRepairedAndToldToTheNodesOwner() throws Exception {
        OpenVSwitch node = CLUSTER.cluster()
                .sandbox()
                .openVSwitch(CLUSTER.cluster().sandbox().nodes().get(2));
        assertThat(differences(verify("&removeForeign=true"))).isEmpty();

        node.ofctl("del-flows", "br-int", "--strict", SPOOF_GUARD_GATE + ",priority=100,ip");
        node.ofctl("add-flow", "br-int", "table=5,priority=9,udp,actions=drop");
        Map<?, ?> answer = verify("");
        assertThat(differences(answer)).hasSize(2);
        assertThat(differences(answer).get(0))
                .startsWith("MISSING SPOOF_GUARD/gate rule gates of node-3 " + SPOOF_GUARD_GATE)
                .endsWith(" true");
        assertThat(differences(answer).get(1))
                .isEqualTo("FOREIGN table 5 not Karst's: cookie 0x0 table=5,priority=9,udp actions=drop false");
        assertThat(answer.get("recomputation").toString()).endsWith("the same");
        assertThat(node.ofctl("dump-flows", "br-int", SPOOF_GUARD_GATE)).contains("priority=100,ip ");
        assertThat(CLUSTER.awaitEvent("Node", "node-3", "FlowDrift")).contains("1 missing");

        assertThat(differences(verify("&removeForeign=true")))
                .singleElement()
                .asString()
                .endsWith(" true");
        assertThat(differences(verify(""))).isEmpty();
    }
}
