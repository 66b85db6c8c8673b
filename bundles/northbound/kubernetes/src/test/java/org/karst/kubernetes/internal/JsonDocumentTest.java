package org.karst.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.model.Document;

class JsonDocumentTest {
    private static final Document POD = JsonDocument.parse(
            """
            {"metadata":{"name":"web","labels":{"b":"2","a":"1"},"empty":null},
             "spec":{"hostNetwork":true,"ports":[{"port":80},{"port":"http"}],"count":3.0}}
            """);

    @Test
    void readsByPath() {
        assertThat(POD.text("metadata", "name")).isEqualTo("web");
        assertThat(POD.text("no", "where")).isEmpty();
        assertThat(POD.text("metadata", "empty")).isEmpty();
        assertThat(POD.find("metadata", "empty")).isEmpty();
        assertThat(POD.find("metadata", "labels")).isPresent();
        assertThat(POD.flag("spec", "hostNetwork")).isTrue();
        assertThat(POD.flag("spec", "other")).isFalse();
        assertThat(POD.number("spec", "count")).isEqualTo(3);
        assertThat(POD.texts("metadata", "labels")).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(POD.names()).containsExactly("metadata", "spec");
        List<Document> ports = POD.list("spec", "ports");
        assertThat(ports.get(0).number("port")).isEqualTo(80);
        assertThat(ports.get(1).find("port").orElseThrow().isText()).isTrue();
        assertThat(ports.get(1).find("port").orElseThrow().text()).isEqualTo("http");
    }

    @Test
    void aStringMayHoldJson() {
        Document object =
                JsonDocument.parse("{\"a\":{\"deny\":\"{\\\"level\\\":7}\",\"no\":\"\",\"bad\":\"{\",\"number\":1}}");
        assertThat(object.embedded("a", "deny").number("level")).isEqualTo(7);
        assertThat(object.embedded("a", "no").names()).isEmpty();
        assertThat(object.embedded("a", "absent").names()).isEmpty();
        assertThatThrownBy(() -> object.embedded("a", "deny").text("level"))
                .hasMessage("a.deny.level must be a string");
        assertThatThrownBy(() -> object.embedded("a", "bad")).hasMessage("not JSON: {");
        assertThatThrownBy(() -> object.embedded("a", "number")).hasMessage("a.number must be a string");
    }

    @Test
    void aWrongTypeIsNamedByItsPath() {
        assertThatThrownBy(() -> POD.list("spec", "ports").get(1).number("port"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("spec.ports[1].port must be a whole number");
        assertThatThrownBy(() -> POD.text("metadata")).hasMessage("metadata must be a string");
        assertThatThrownBy(() -> POD.list("metadata", "labels")).hasMessage("metadata.labels must be a list");
        assertThatThrownBy(() -> POD.flag("metadata", "name")).hasMessage("metadata.name must be true or false");
        assertThatThrownBy(() -> JsonDocument.parse("{\"a\":{\"b\":7}}").texts("a"))
                .hasMessage("a.b must be a string");
        assertThatThrownBy(() -> JsonDocument.parse("{\"a\":1.5}").number("a")).hasMessage("a must be a whole number");
        assertThatThrownBy(() -> JsonDocument.parse("{\"a\":1e400}").number("a"))
                .hasMessage("a must be a whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":}", "[1", "{\"a\":1}{", "nul", "{'a':1}"})
    void whatIsNotJsonIsRefused(String text) {
        assertThatThrownBy(() -> JsonDocument.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textGoesRoundAsAnotherLibraryReadsIt() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        RandomGenerator random = RandomGeneratorFactory.of("SplittableRandom").create(11);
        for (int i = 0; i < 3000; i++) {
            JsonNode node = random(random, mapper, 4);
            JsonDocument document = JsonDocument.parse(mapper.writeValueAsString(node));
            JsonDocument again = JsonDocument.parse(document.toString());
            assertThat(again).isEqualTo(document).hasSameHashCodeAs(document);
            assertThat(mapper.readTree(document.toString())).isEqualTo(node);
        }
    }

    private static JsonNode random(RandomGenerator random, ObjectMapper mapper, int depth) {
        var make = mapper.getNodeFactory();
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.numberNode(random.nextInt());
            case 3 -> make.textNode(text(random));
            case 4 -> make.textNode("\uD83D\uDE00 \" \\ \n \u0000");
            case 5 -> {
                var list = make.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(random(random, mapper, depth - 1));
                }
                yield list;
            }
            default -> {
                var object = make.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(text(random), random(random, mapper, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String text(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append((char) random.nextInt(0xd800));
        }
        return text.toString();
    }
}
