package org.karst.sandbox.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The requests: repeatable, and of all sorts. */
class RequestGeneratorTest {
    private static final int MANY = 5_000;

    @Test
    void aRequestIsMadeOfSeedAndNumberAlone() {
        for (long number = 1; number < 200; number++) {
            assertThat(new RequestGenerator(3).request(number)).isEqualTo(new RequestGenerator(3).request(number));
        }
        assertThat(new RequestGenerator(3).request(1)).isNotEqualTo(new RequestGenerator(4).request(1));
    }

    @Test
    void allMethodsKindsAndPatchesComeUp() {
        RequestGenerator generator = new RequestGenerator(1);
        Set<String> seen = new TreeSet<>();
        for (long number = 1; number <= MANY; number++) {
            Request request = generator.request(number);
            assertThat(URI.create("https://localhost" + request.path()
                            + request.query().replace("${", "").replace("}", "")))
                    .isNotNull();
            seen.add(request.method());
            seen.add(request.headers().getOrDefault("content-type", "none"));
            for (Kind kind : Kind.values()) {
                if (request.path().contains("/" + kind.plural)) {
                    seen.add(request.method() + " " + kind);
                }
            }
        }
        assertThat(seen)
                .contains("GET", "POST", "PUT", "PATCH", "DELETE", "WATCH")
                .contains(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/strategic-merge-patch+json",
                        "application/apply-patch+yaml");
        for (Kind kind : Kind.values()) {
            assertThat(seen)
                    .contains("POST " + kind, "PATCH " + kind, "PUT " + kind, "DELETE " + kind, "WATCH " + kind);
        }
    }

    @Test
    void aMutationChangesTheDocument() throws Exception {
        ObjectMapper json = new ObjectMapper();
        SplittableRandom random = new SplittableRandom(5);
        int changed = 0;
        for (int i = 0; i < 200; i++) {
            ObjectNode document = Kind.POD.sample("shop", "a", random);
            String before = json.writeValueAsString(document);
            Mutation.of(document, random);
            changed += json.writeValueAsString(document).equals(before) ? 0 : 1;
        }
        assertThat(changed).isGreaterThan(190);
    }
}
