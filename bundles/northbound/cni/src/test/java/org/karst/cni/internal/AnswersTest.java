package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.karst.cni.internal.Answers.Address;
import org.karst.cni.internal.Answers.Interface;
import org.karst.cni.internal.Answers.Result;
import org.karst.cni.internal.Answers.Route;

class AnswersTest {
    private static final Result DUAL = new Result(
            List.of(
                    new Interface("veth1", Optional.empty(), 1400, Optional.empty()),
                    new Interface("eth0", Optional.of("0a:58:0a:f4:00:04"), 1400, Optional.of("/run/netns/x"))),
            List.of(new Address("10.244.0.4/24", false, "10.244.0.1"), new Address("fd00::4/64", true, "fd00::1")),
            List.of(new Route("0.0.0.0/0", "10.244.0.1"), new Route("::/0", "fd00::1")));

    private static JsonNode json(CniServer.Answer answer) {
        try {
            return CallReader.JSON.readTree(answer.output());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return CallReader.JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theResultOfVersion11() {
        assertThat(json(Answers.result(SpecVersion.V1_1_0, Optional.empty(), DUAL)))
                .isEqualTo(
                        json(
                                """
                {'cniVersion':'1.1.0',
                 'interfaces':[{'name':'veth1','mtu':1400},
                               {'name':'eth0','mac':'0a:58:0a:f4:00:04','mtu':1400,'sandbox':'/run/netns/x'}],
                 'ips':[{'address':'10.244.0.4/24','gateway':'10.244.0.1','interface':1},
                        {'address':'fd00::4/64','gateway':'fd00::1','interface':1}],
                 'routes':[{'dst':'0.0.0.0/0','gw':'10.244.0.1'},{'dst':'::/0','gw':'fd00::1'}],
                 'dns':{}}"""));
    }

    @Test
    void theResultOfVersion04SaysTheFamilyAndNoMtu() {
        JsonNode node = json(Answers.result(SpecVersion.V0_4_0, Optional.empty(), DUAL));
        assertThat(node.at("/ips/0/version").asText()).isEqualTo("4");
        assertThat(node.at("/ips/1/version").asText()).isEqualTo("6");
        assertThat(node.at("/interfaces/0/mtu").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(SpecVersion.class)
    void whatEarlierPluginsMadeIsKeptAndTheIndexesStayValid(SpecVersion version) {
        JsonNode previous = json("{'interfaces':[{'name':'lo'}],'ips':[{'address':'192.0.2.1/32','interface':0}],"
                + "'dns':{'nameservers':['192.0.2.53']},'vendor':1}");
        JsonNode node = json(Answers.result(version, Optional.of(previous), DUAL));
        assertThat(node.path("cniVersion").asText()).isEqualTo(version.text());
        assertThat(node.path("interfaces")).hasSize(3);
        assertThat(node.path("ips")).hasSize(3);
        for (JsonNode ip : node.path("ips")) {
            assertThat(ip.path("interface").asInt())
                    .isBetween(0, node.path("interfaces").size() - 1);
        }
        assertThat(node.at("/ips/1/interface").asInt()).isEqualTo(2);
        assertThat(node.at("/dns/nameservers/0").asText()).isEqualTo("192.0.2.53");
        assertThat(node.path("vendor").asInt()).isEqualTo(1);
        assertThat(previous.path("interfaces")).as("the argument is left alone").hasSize(1);
    }

    @Test
    void errorsAndVersions() {
        CniServer.Answer error =
                Answers.error("1.1.0", new CniException(CniException.Code.NO_ADDRESS, "Full.", "10.0.0.0/24"));
        assertThat(error.success()).isFalse();
        assertThat(json(error))
                .isEqualTo(json("{'cniVersion':'1.1.0','code':101,'msg':'Full.','details':'10.0.0.0/24'}"));
        assertThat(json(Answers.versions(SpecVersion.V1_0_0)))
                .isEqualTo(json("{'cniVersion':'1.0.0','supportedVersions':['0.3.1','0.4.0','1.0.0','1.1.0']}"));
    }
}
