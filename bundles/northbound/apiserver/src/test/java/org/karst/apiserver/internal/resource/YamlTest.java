package org.karst.apiserver.internal.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** YAML is read as what it says, and never as more than it is long. */
class YamlTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsWhatJsonIsToo() {
        assertThat(Yaml.parse(bytes("a: 1.10\nb:\n- x\n- {c: null}\n# no more\n")))
                .hasToString("{\"a\":1.1,\"b\":[\"x\",{\"c\":null}]}");
        assertThat(Yaml.parse(bytes("{\"a\":1.10}"))).hasToString("{\"a\":1.10}");
        assertThat(Yaml.parse(bytes("a: \"*b\"\nc: &unused d\n"))).hasToString("{\"a\":\"*b\",\"c\":\"d\"}");
    }

    static Stream<String> bombs() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 6; i++) {
            String alias = "*a" + (i - 1);
            laughs.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(8) + alias + "]\n");
        }
        String scalar = "a: &a '" + "x".repeat(100_000) + "'\nb: [" + "*a,".repeat(100_000) + "]\n";
        return Stream.of(laughs.toString(), scalar, "a: &a [*a]\n", "a: &a b\n*a : c\n", "a: &a {b: c}\nd: {<<: *a}\n");
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void refusesEveryAlias(String bomb) {
        assertThatThrownBy(() -> Yaml.parse(bytes(bomb)))
                .isInstanceOfSatisfying(Rejection.class, rejection -> assertThat(rejection.code())
                        .isEqualTo(400))
                .hasMessageMatching("error decoding YAML: aliases are not accepted; write what they stand for at"
                        + " line [12], column \\d+");
    }

    @ParameterizedTest
    @MethodSource("pits")
    void refusesWhatIsTooDeep(String pit) {
        assertThatThrownBy(() -> Yaml.parse(bytes(pit)))
                .isInstanceOf(Rejection.class)
                .hasMessage("error decoding YAML: more than 200 mappings and lists in one another");
    }

    static Stream<String> pits() {
        return Stream.of("[".repeat(1_000_000), "{a: ".repeat(500_000), "- ".repeat(1_000_000));
    }

    @Test
    void isAsDeepAsJsonMayBe() {
        String deep = "[".repeat(200) + "a" + "]".repeat(200);
        assertThat(Yaml.parse(bytes(deep))).hasToString(deep.replace("a", "\"a\""));
    }
}
