package org.karst.sandbox.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.sandbox.NodePlan;
import org.karst.sandbox.SandboxException;

class PolicyCaseTest {
    @TempDir
    Path directory;

    private PolicyCase read(String json) throws IOException {
        return PolicyCase.read(Files.writeString(directory.resolve("case.json"), json.replace('\'', '"')));
    }

    private static final String CASE =
            """
            {'name':'one','tags':['a'],'cluster':{'namespaces':[{'name':'x','labels':{'ns':'x'}}],'pods':[
              {'namespace':'x','name':'a','labels':{},'ip':'10.128.0.10','containers':[{'name':'c','ports':[
                {'port':80,'protocol':'TCP','name':'web'},{'port':9003,'protocol':'SCTP','name':'','declared':false}]}]},
              {'namespace':'x','name':'b','ip':'10.129.2.20'},
              {'namespace':'x','name':'six','ip':'fd00:10:128:7::4'}]},
             'steps':[{'actions':[{'op':'setPodLabels','namespace':'x','name':'a','labels':{'k':'v'}}],'probe':{},
               'expected':[{'from':'x/a','to':'x/b','port':80,'portName':'web','protocol':'TCP','allowed':true,'egress':true},
                           {'from':'x/a','to':'x/a','port':80,'protocol':'TCP','allowed':false}]}]}
            """;

    @Test
    void saysWhereACaseIsWrongAndNamesNoClass() {
        assertThatThrownBy(() -> read(CASE.replace("setPodLabels", "paintPod")))
                .hasMessageContaining("is no case: steps[0].actions[0].op: ")
                .hasMessageContaining("Operation from String \"paintPod\"")
                .hasMessageNotContaining("org.karst");
        assertThatThrownBy(() -> read(CASE.replace("'setPodLabels'", "'createPolicy'")))
                .hasMessageContaining("steps[0].actions[0]: createPolicy a has no yaml");
        assertThatThrownBy(() -> read(CASE.replace("'allowed'", "'alowed'")))
                .hasMessageContaining("steps[0].expected[0].allowed: ");
    }

    @Test
    void readsWhatACaseHasAndIgnoresTheRest() throws IOException {
        PolicyCase read = read(CASE);
        assertThat(read.cluster().pods()).extracting(PolicyCase.Pod::key).containsExactly("x/a", "x/b", "x/six");
        assertThat(read.cluster().pods().get(0).containers().get(0).ports())
                .extracting(PolicyCase.Port::declared)
                .containsExactly(true, false);
        assertThat(read.steps().get(0).actions().get(0).op()).isEqualTo(PolicyCase.Operation.setPodLabels);
        assertThat(read.steps().get(0).expected())
                .extracting(PolicyCase.Expectation::loopback)
                .containsExactly(false, true);
    }

    @Test
    void saysWhichFileIsWrongAndWhy() {
        assertThatThrownBy(() -> read("{'name':'one'}"))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("case.json is no case")
                .hasMessageContaining("the case has no cluster");
        assertThatThrownBy(() -> read("{'cluster':{},'steps':[{'actions':[{'op':'dance','name':'x'}]}]}"))
                .hasMessageContaining("dance");
        assertThatThrownBy(() -> read("[")).isInstanceOf(SandboxException.class);
    }

    @Test
    void givesEachSubnetOfPodsANode() throws IOException {
        List<NodePlan> nodes = CaseNodes.of(read(CASE));
        assertThat(nodes)
                .extracting(NodePlan::name)
                .containsExactly("node-0", "node-1", "node-2", "node-7", "node-258");
        assertThat(nodes.get(4).podCidrs()).containsExactly("10.129.2.0/24", "fd00:10:128:102::/64");
        assertThat(CaseNodes.nodeOf(read(CASE).cluster().pods().get(2), nodes)).isEqualTo("node-7");
    }

    @Test
    void takesTheNodesOfTheCase() throws IOException {
        PolicyCase read = read(
                """
                {'cluster':{'nodes':[{'name':'east','addresses':['172.18.0.2'],'labels':{'zone':'e'}},{'name':'west'}],'pods':[
                  {'namespace':'x','name':'host','ip':'172.18.0.2','hostNetwork':true},
                  {'namespace':'x','name':'a','ip':'10.128.0.10','node':'west'}]}}
                """);
        List<NodePlan> nodes = CaseNodes.of(read);
        assertThat(nodes)
                .containsExactly(
                        new NodePlan(
                                "east",
                                "172.18.0.2",
                                "fd00:18::1:1",
                                List.of("10.128.1.0/24", "fd00:10:128:1::/64"),
                                Map.of("zone", "e")),
                        new NodePlan(
                                "west",
                                "172.18.1.2",
                                "fd00:18::1:2",
                                List.of("10.128.0.0/24", "fd00:10:128:0::/64"),
                                Map.of()));
        assertThat(CaseNodes.nodeOf(read.cluster().pods().get(0), nodes)).isEqualTo("east");
        assertThatThrownBy(() ->
                        CaseNodes.of(read("{'cluster':{'pods':[{'namespace':'x','name':'a','ip':'192.0.2.1'}]}}")))
                .hasMessage("the address 192.0.2.1 of pod x/a is in no pod subnet of a sandbox: 10.128.0.0/14, or"
                        + " fd00:10:128:N::/64");
    }

    @Test
    void printsATableOfAPortWithAWrongLine() {
        StepResult result = new StepResult(
                "1",
                List.of(
                        line("x/a", "x/b", 80, true, Optional.of(false)),
                        line("x/b", "x/a", 80, false, Optional.of(true)),
                        line("x/a", "x/c", 80, false, Optional.of(false)),
                        line("x/a", "x/b", 81, true, Optional.of(true))),
                1,
                "");
        assertThat(result.failed()).isEqualTo(2);
        assertThat(result.table())
                .isEqualTo(
                        """
                          TCP 80  x/a  x/b  x/c
                          x/a     #    !    X
                          x/b     +    #
                          . allowed  X denied  ! is denied, should be allowed  + is allowed, should be denied  ? no answer  # itself
                        """);
    }

    private static StepResult.Line line(String from, String to, int port, boolean expected, Optional<Boolean> actual) {
        return new StepResult.Line(
                new PolicyCase.Expectation(from, to, port, "", PolicyCase.Protocol.TCP, expected, false),
                actual,
                "",
                true);
    }
}
