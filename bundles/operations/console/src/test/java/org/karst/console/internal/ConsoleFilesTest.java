package org.karst.console.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;

class ConsoleFilesTest {
    private static WebResponse ask(String method, String path) {
        return new ConsoleFiles()
                .answer(new WebRequest(method, path, Map.of(), Map.of(), new byte[0], null))
                .toCompletableFuture()
                .join();
    }

    @Test
    void thePageLetsInNothingButItsOwnFiles() {
        WebResponse page = ask("GET", "/console/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers()).containsEntry("content-type", "text/html; charset=utf-8");
        assertThat(page.headers().get("content-security-policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(new String(page.body(), StandardCharsets.UTF_8))
                .doesNotContain("https:", "http:", "<style", "onload");
    }

    @ParameterizedTest
    @ValueSource(strings = {"main.js", "views/topology.js", "lit-html/lit-html.js", "lit-html/directives/repeat.js"})
    void scriptsAreThere(String name) {
        WebResponse script = ask("GET", "/console/" + name);
        assertThat(script.status()).isEqualTo(200);
        assertThat(script.headers()).containsEntry("content-type", "text/javascript; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing.js",
                "../META-INF/MANIFEST.MF",
                "../console/main.js",
                "views/../main.js",
                "//main.js",
                "views/",
                "lit-html",
                "%2e%2e/main.js",
                "org/karst/console/internal/ConsoleFiles.class",
                "main.js\u0000.html"
            })
    void nothingElseIs(String name) {
        assertThat(ask("GET", "/console/" + name).status()).isEqualTo(404);
    }

    @Test
    void theFolderIsFoundAndNothingIsWritten() {
        assertThat(ask("GET", "/console").status()).isEqualTo(308);
        assertThat(ask("GET", "/console").headers()).containsEntry("location", "/console/");
        assertThat(ask("POST", "/console/").status()).isEqualTo(405);
    }
}
