package org.karst.apiserver.internal.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufTest {
    /** What kubectl 1.32 sends for {@code kubectl create namespace shop}. */
    private static final byte[] CAPTURED = HexFormat.ofDelimiter(" ")
            .parseHex("6b 38 73 00 0a 0f 0a 02 76 31 12 09 4e 61 6d 65 73 70 61 63 65 12 1c 0a 14 0a 04 73 68 6f 70 12"
                    + " 00 1a 00 22 00 2a 00 32 00 38 00 42 00 12 00 1a 02 0a 00 1a 00 22 00");

    private static final ResourceDefinition NAMESPACES = definition("Namespace");

    private static ResourceDefinition definition(String kind) {
        return CoreResources.ALL.stream()
                .filter(type -> type.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] message(String metadataHex) {
        byte[] metadata = HexFormat.of().parseHex(metadataHex.replace(" ", ""));
        byte[] head = HexFormat.of().parseHex("6b387300" + "0a0f0a0276311209" + "4e616d657370616365");
        byte[] whole = Arrays.copyOf(head, head.length + 4 + metadata.length);
        whole[head.length] = 0x12;
        whole[head.length + 1] = (byte) (metadata.length + 2);
        whole[head.length + 2] = 0x0a;
        whole[head.length + 3] = (byte) metadata.length;
        System.arraycopy(metadata, 0, whole, head.length + 4, metadata.length);
        return whole;
    }

    @Test
    void readsWhatKubectlSends() {
        assertThat(Protobuf.read(NAMESPACES, CAPTURED))
                .isEqualTo(Json.constant("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'shop'},'spec':{},"
                        + "'status':{}}"));
    }

    @Test
    void readsEveryKindOfField() {
        byte[] body = message(
                "0a 01 61" // name: a
                        + "38 96 01" // generation: 150
                        + "42 04 08 80 e1 33" // creationTimestamp: seconds 848000
                        + "5a 06 0a 01 6b 12 01 76" // labels: k: v
                        + "72 01 66 72 01 67" // finalizers: f, g
                        + "6a 05 0a 01 4b 30 01" // ownerReferences: kind K, controller
                        + "f8 07 05" // a field of a later version: 127
                        + "fd 07 01 02 03 04"); // another, of 32 bits
        assertThat(Protobuf.read(NAMESPACES, body).path("metadata").toString().replace('"', '\''))
                .isEqualTo("{'name':'a','generation':150,'creationTimestamp':'1970-01-10T19:33:20Z',"
                        + "'labels':{'k':'v'},'finalizers':['f','g'],"
                        + "'ownerReferences':[{'kind':'K','controller':true}]}");
    }

    @Test
    void refusesWhatIsNoMessage() {
        assertThatThrownBy(() -> Protobuf.read(NAMESPACES, "{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("does not appear to be a protobuf message");
        assertThatThrownBy(() -> Protobuf.read(NAMESPACES, Arrays.copyOf(CAPTURED, 30)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("it ends too early");
        assertThatThrownBy(() -> Protobuf.read(definition("Pod"), CAPTURED))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining("application/json");
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = CAPTURED.clone();
            for (int change = 0; change <= random.nextInt(4); change++) {
                bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            try {
                assertThat(Protobuf.read(NAMESPACES, Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length - 3))))
                        .isNotNull();
            } catch (Rejection refusal) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 19_999);
    }
}
