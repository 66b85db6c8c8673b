package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.testing.RealSwitch;

/** What would follow from changes, beside real switches that have open connections. */
@Tag("root")
class PlanQuestionsTest {
    private static AskedSwitches switches;
    private static Questions questions;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        switches = PolicyQuestionsTest.shop();
        questions = switches.questions();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (switches != null) {
            switches.close();
        }
    }

    private static Plan plan(Edit... edits) {
        return questions.plan(List.of(edits)).toCompletableFuture().join();
    }

    @Test
    void aPlanTellsFlowsAndVerdictsAndChangesNothing() {
        List<String> before = switches.run().wanted();
        Plan deleted = plan(Edit.delete(List.of("NetworkPolicy", "other/locked")));
        assertThat(deleted.nodes()).extracting(Plan.NodeChange::node).containsExactly("b");
        assertThat(deleted.verdicts())
                .isNotEmpty()
                .allMatch(change -> change.source().equals("other/guest") && change.admitted())
                .extracting(Plan.VerdictChange::destination, Plan.VerdictChange::traffic)
                .contains(tuple("shop/web", "udp 53"))
                .doesNotContain(tuple("shop/web", "udp 54-65535"), tuple("shop/web", "tcp 80"));
        assertThat(deleted.complete()).isTrue();
        Plan relabelled = plan(Edit.relabel(List.of("namespace", "other", "team=x")));
        assertThat(relabelled.text())
                .contains("no flow would change", "no connection between pods would be decided otherwise");
        Plan applied = plan(
                new Edit.Apply(
                        """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {namespace: shop, name: more}
                spec: {podSelector: {}, ingress: [{ports: [{port: 9000, endPort: 9007}]}, {from: [{}]}]}
                """));
        assertThat(applied.verdicts())
                .contains(new Plan.VerdictChange("shop/web", "shop/store", "tcp 9000-9007", true))
                .noneMatch(change -> change.traffic().startsWith("tcp 9008"));
        assertThat(applied.warnings())
                .singleElement()
                .asString()
                .contains("NetworkPolicy shop/more", "spec.ingress[1]");
        assertThat(switches.run().wanted()).isEqualTo(before);
    }

    @Test
    void aPlanNamesOpenConnectionsThatWouldBeCut() {
        switches.open(4_711, 80);
        switches.open(4_712, 443);
        Plan applied = plan(
                new Edit.Apply(
                        """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {namespace: shop, name: store}
                spec: {podSelector: {}, ingress: [{ports: [{port: 81}]}]}
                """));
        assertThat(applied.cut())
                .as("port 443 is not admitted now")
                .containsExactly(
                        new Plan.CutConnection("shop/web (10.128.0.5)", "shop/near (10.128.0.6)", "tcp 4711 to 80"));
        assertThat(applied.open()).isPositive();
        assertThat(applied.text())
                .contains("open connections that would be cut:\n  x shop/web (10.128.0.5) to shop/near");
        assertThat(plan(Edit.delete(List.of("networkpolicy", "other/locked"))).text())
                .contains("no open connection would be cut");
    }

    @Test
    void aPlanWithoutAFeatureIsThatOfAWorldThatNeverHadIt() {
        List<String> before = switches.run().wanted();
        Plan plan = plan(new Edit.RemoveFeature("network-policy"));
        assertThat(plan.nodes()).extracting(Plan.NodeChange::node).containsExactly("a", "b");
        assertThat(plan.nodes().get(0).flows())
                .as("its stages, gates that lead there, verdicts")
                .noneMatch(flow -> flow.kind() == Change.Kind.ADDED)
                .anyMatch(flow -> flow.flow().contains("table=169"))
                .anyMatch(flow -> flow.flow().contains("table=168"))
                .anyMatch(flow -> flow.flow().contains("table=53"));
        assertThat(plan.verdicts())
                .contains(new Plan.VerdictChange("shop/web", "shop/store", "tcp 81-65535", true))
                .allMatch(Plan.VerdictChange::admitted);
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .startsWith("network-policy guards: when its bundle goes, its flows stay in force until "
                        + "'karst:release network-policy --open'");
        assertThat(switches.run().wanted()).isEqualTo(before);
        assertThatThrownBy(() -> plan(new Edit.RemoveFeature("core")))
                .hasMessageContaining("there is no feature 'core'; there are connectivity, ipv6, network-policy");
    }

    @Test
    void aPlanOfNonsenseIsASentence() {
        assertThatThrownBy(() -> plan()).hasMessageContaining("plan what?");
        assertThatThrownBy(() -> plan(Edit.delete(List.of("policy", "shop/store"))))
                .hasMessageContaining("networkpolicies");
        assertThatThrownBy(() -> plan(Edit.delete(List.of("networkpolicy", "shop/none"))))
                .hasMessageContaining("there is no networkpolicy shop/none");
        assertThatThrownBy(() -> plan(Edit.relabel(List.of("node", "a", "x=y"))))
                .hasMessageContaining("only pods and");
        assertThatThrownBy(() -> Edit.relabel(List.of("pod", "shop/web", "x")))
                .hasMessageContaining("neither KEY=VALUE");
        assertThatThrownBy(() -> plan(new Edit.Apply("{"))).hasMessageContaining("neither YAML nor JSON");
        assertThatThrownBy(() -> plan(new Edit.Apply("kind: Pod"))).hasMessageContaining("no kind that Karst looks at");
        assertThatThrownBy(() -> plan(new Edit.Apply("3"))).hasMessageContaining("begins with apiVersion");
    }
}
