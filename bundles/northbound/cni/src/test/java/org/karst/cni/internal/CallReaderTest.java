package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.karst.cni.internal.CniCall.AttachmentName;
import org.karst.pipeline.Attachment;

/** What a runtime may send, and what it is told when it sends something else. */
class CallReaderTest {
    private static final String CONFIG = "{'cniVersion':'1.1.0','name':'karst','type':'karst-cni'}";

    private static byte[] message(String command, String environment, String config) {
        ObjectNode message = CallReader.JSON.createObjectNode();
        message.put("command", command);
        for (String pair : environment.split(" ", -1)) {
            if (!pair.isEmpty()) {
                message.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        message.put("config", config.replace('\'', '"'));
        return message.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static CniCall read(String command, String environment, String config) {
        return CallReader.read(CallReader.message(message(command, environment, config)));
    }

    private static CniException refused(String command, String environment, String config) {
        return catchThrowableOfType(CniException.class, () -> read(command, environment, config));
    }

    private static final String ALL = "containerId=c1 netns=/run/netns/x ifname=eth0 ";

    @Test
    void readsAWholeAdd() {
        CniCall call = read(
                "ADD",
                ALL + "args=IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=",
                "{'cniVersion':'0.4.0','name':'karst','runtimeConfig':{'ips':['10.1.0.9'],'mac':'0a:58:0a:01:00:09'},"
                        + "'prevResult':{'interfaces':null,'ips':[]}}");
        assertThat(call.verb()).isEqualTo(Verb.ADD);
        assertThat(call.version()).isEqualTo(SpecVersion.V0_4_0);
        assertThat(call.attachment()).contains(new AttachmentName("c1", "eth0"));
        assertThat(call.netns()).contains("/run/netns/x");
        assertThat(call.subject()).isEqualTo("pod default/web");
        assertThat(call.argument("K8S_POD_UID")).contains("");
        assertThat(call.requestedIps()).containsExactly("10.1.0.9");
        assertThat(call.requestedMac()).contains("0a:58:0a:01:00:09");
        assertThat(call.previous()).isPresent();
    }

    @Test
    void whatIsBehindThePortIsAPairOfDevicesUnlessTheNetworkSaysElse() {
        assertThat(read("ADD", ALL, CONFIG).device()).isEqualTo(Attachment.Device.VETH);
        assertThat(read("ADD", ALL, CONFIG.replace("'type'", "'device':'dummy','type'"))
                        .device())
                .isEqualTo(Attachment.Device.DUMMY);
        CniException refused = refused("ADD", ALL, CONFIG.replace("'type'", "'device':'tap','type'"));
        assertThat(refused.code().number()).isEqualTo(7);
        assertThat(refused).hasMessageContaining("\"device\"").hasMessageContaining("[veth, dummy], not tap");
    }

    @Test
    void deleteNeedsNoNamespaceAndNoPreviousResult() {
        assertThat(read("DEL", "containerId=c1 ifname=eth0 netns=", CONFIG).netns())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ADD    | containerId=c1 netns=/n              | {'cniVersion':'1.1.0','name':'k'}  | 4 | CNI_IFNAME
            ADD    | ''                                   | {'cniVersion':'1.1.0','name':'k'}  | 4 | CNI_CONTAINERID and CNI_NETNS and CNI_IFNAME
            DEL    | ifname=eth0                          | {'cniVersion':'1.1.0','name':'k'}  | 4 | CNI_CONTAINERID
            ADD    | containerId=.. netns=/n ifname=eth0  | {'cniVersion':'1.1.0','name':'k'}  | 4 | CNI_CONTAINERID
            ADD    | containerId=c netns=/n ifname=a/b    | {'cniVersion':'1.1.0','name':'k'}  | 4 | a/b
            ADD    | containerId=c netns=/n ifname=..     | {'cniVersion':'1.1.0','name':'k'}  | 4 | CNI_IFNAME
            ADD    | containerId=c netns=/n ifname=abcdefghijklmnop | {'cniVersion':'1.1.0','name':'k'} | 4 | abcdefghijklmnop
            ADD    | containerId=c netns=/n ifname=e args=K8S | {'cniVersion':'1.1.0','name':'k'} | 4 | K8S
            FLY    | ''                                   | {'cniVersion':'1.1.0','name':'k'}  | 4 | FLY
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'2.0.0','name':'k'}  | 1 | 2.0.0
            ADD    | containerId=c netns=/n ifname=e      | {'name':'k'}                       | 1 | version
            GC     | ''                                   | {'cniVersion':'1.0.0','name':'k'}  | 1 | GC is not part of CNI 1.0.0
            STATUS | ''                                   | {'cniVersion':'0.4.0','name':'k'}  | 1 | STATUS
            CHECK  | containerId=c netns=/n ifname=e      | {'cniVersion':'0.3.1','name':'k'}  | 1 | CHECK
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name'       | 6 | no JSON
            ADD    | containerId=c netns=/n ifname=e      | []                                 | 6 | no JSON object
            ADD    | containerId=c netns=/n ifname=e      | ''                                 | 6 | JSON
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k'}{} | 6 | no JSON
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0'}             | 7 | name
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'../k'} | 7 | name
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k','prevResult':7} | 7 | prevResult
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k','prevResult':{'ips':{}}} | 7 | prevResult.ips
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k','runtimeConfig':{'ips':'x'}} | 7 | runtimeConfig.ips
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k','runtimeConfig':{'ips':[1]}} | 7 | runtimeConfig.ips
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k','ipam':{'type':'host-local'}} | 2 | ipam
            ADD    | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k','runtimeConfig':{'portMappings':[{'hostPort':80}]}} | 2 | portMappings
            CHECK  | containerId=c netns=/n ifname=e      | {'cniVersion':'1.1.0','name':'k'}  | 7 | prevResult
            GC     | ''                                   | {'cniVersion':'1.1.0','name':'k'}  | 7 | valid-attachments
            GC     | ''                                   | {'cniVersion':'1.1.0','name':'k','cni.dev/valid-attachments':[{}]} | 7 | valid-attachments
            """)
    void refusesWithTheCodeOfTheSpecification(
            String command, String environment, String config, int code, String names) {
        CniException refusal = refused(command, environment, config);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code().number()).isEqualTo(code);
        assertThat(refusal.getMessage()).contains(names).endsWith(".");
    }

    @Test
    void anEmptyListOrNullOfValidAttachmentsIsNone() {
        String config = "{'cniVersion':'1.1.0','name':'k','cni.dev/valid-attachments':%s}";
        assertThat(read("GC", "", config.formatted("[]")).valid()).isEmpty();
        assertThat(read("GC", "", config.formatted("null")).valid()).isEmpty();
        assertThat(read("GC", "", config.formatted("[{'containerID':'c','ifname':'eth0'}]"))
                        .valid())
                .containsExactly(new AttachmentName("c", "eth0"));
    }

    @Test
    void anyVersionMayAskForTheVersions() {
        assertThat(read("VERSION", "", "{'cniVersion':'9.9.9'}").version()).isEqualTo(SpecVersion.V1_1_0);
        assertThat(read("VERSION", "", "{'cniVersion':'0.4.0'}").version()).isEqualTo(SpecVersion.V0_4_0);
    }

    @Test
    void noBytesDoWorseThanBeRefused() {
        SplittableRandom random = new SplittableRandom(6);
        byte[] whole = message(
                "ADD",
                ALL + "args=A=1;B=2",
                "{'cniVersion':'1.1.0','name':'karst','runtimeConfig':{'ips':['10.0.0.1'],'mac':'x'},'prevResult':{'ips':[{'address':'10.0.0.1/24'}]}}");
        int refusals = 0;
        for (int run = 0; run < 50_000; run++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(5); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte)
                        (random.nextBoolean() ? random.nextInt(256) : "{}[]\",:\\0nA=;/".charAt(random.nextInt(14)));
            }
            int length = random.nextInt(10) == 0 ? random.nextInt(bytes.length) : bytes.length;
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            CniException refusal =
                    catchThrowableOfType(CniException.class, () -> CallReader.read(CallReader.message(cut)));
            if (refusal != null) {
                refusals++;
                assertThat(refusal.getMessage()).isNotBlank().doesNotContain("Exception");
            }
        }
        assertThat(refusals).isBetween(10_000, 49_999);
        assertThatCode(() -> CallReader.read(CallReader.message(whole))).doesNotThrowAnyException();
    }
}
