package org.karst.console.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.osgi.service.component.annotations.Component;

/**
 * {@code GET /console/…}: the files of the console, all from this bundle. They hold no data, so nobody has to show a token for them: who
 * has none must be able to load the page that asks for it.
 */
@Component(service = WebHandler.class)
public final class ConsoleFiles implements WebHandler {
    private static final String PREFIX = "/console";
    private static final Pattern NAME = Pattern.compile("(?:[a-z0-9-]+/){0,3}[a-z0-9-]+\\.([a-z]+)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");
    /** Nothing from elsewhere, nothing inline, in nobody's frame; texts become elements by the library's templates alone. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types lit-html";

    @Override
    public Set<String> prefixes() {
        return Set.of(PREFIX);
    }

    @Override
    public boolean isPublic(String path) {
        return true;
    }

    @Override
    public CompletionStage<WebResponse> answer(WebRequest request) {
        return CompletableFuture.completedFuture(guarded(respond(request)));
    }

    private static WebResponse respond(WebRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return WebResponse.text(405, "the console is read by GET\n");
        }
        if (request.path().equals(PREFIX)) {
            return WebResponse.text(308, "").withHeader("location", PREFIX + '/');
        }
        String name = request.path().substring(PREFIX.length() + 1);
        return file(name.isEmpty() ? "index.html" : name)
                .orElseGet(() -> WebResponse.text(404, "404 page not found\n"));
    }

    private static Optional<WebResponse> file(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
            return Optional.empty();
        }
        try (InputStream file = ConsoleFiles.class.getResourceAsStream(PREFIX + '/' + name)) {
            return file == null
                    ? Optional.empty()
                    : Optional.of(WebResponse.of(200, TYPES.get(matcher.group(1)), file.readAllBytes()));
        } catch (IOException e) {
            throw new IllegalStateException("the bundle's file " + name + " cannot be read", e);
        }
    }

    private static WebResponse guarded(WebResponse answer) {
        return answer.withHeader("cache-control", "no-cache")
                .withHeader("content-security-policy", POLICY)
                .withHeader("cross-origin-opener-policy", "same-origin")
                .withHeader("cross-origin-resource-policy", "same-origin")
                .withHeader("referrer-policy", "no-referrer")
                .withHeader("x-frame-options", "DENY");
    }
}
