package org.karst.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Chromium without a window, led by the Chrome DevTools protocol over a pair of pipes: nothing listens. It has one page and remembers all
 * that went wrong on it.
 */
final class Browser implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WIDTH = 1440;
    private static final int HEIGHT = 900;
    /** What answers to nothing belongs to no page. */
    private static final String NO_PAGE = "";

    private final Process process;
    private final Path profile;
    private final OutputStream commands;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<String> troubles = new ArrayList<>();
    private int last;
    private String page = NO_PAGE;

    private Browser(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
        commands = process.getOutputStream();
    }

    /** Where Chromium is; empty if this machine has none. */
    static Optional<String> program() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** Starts one with an empty page and a profile of its own. */
    static Browser start(String program) throws IOException {
        Path profile = Files.createTempDirectory("karst-browser");
        // The certificate is one of the server's own; that clients check it is tested elsewhere.
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1",
                        "sh",
                        program,
                        "--headless=new",
                        "--remote-debugging-pipe",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-extensions",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--ignore-certificate-errors",
                        "--user-data-dir=" + profile,
                        "--window-size=" + WIDTH + "," + HEIGHT,
                        "about:blank")
                .start();
        Browser browser = new Browser(process, profile);
        Thread reader = new Thread(browser::read, "browser");
        reader.setDaemon(true);
        reader.start();
        String target = browser.call(
                        "Target.createTarget", MAPPER.createObjectNode().put("url", "about:blank"))
                .path("targetId")
                .asText();
        browser.page = browser.call(
                        "Target.attachToTarget",
                        MAPPER.createObjectNode().put("targetId", target).put("flatten", true))
                .path("sessionId")
                .asText();
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "Accessibility")) {
            browser.call(domain + ".enable", MAPPER.createObjectNode());
        }
        return browser;
    }

    static ObjectNode parameters() {
        return MAPPER.createObjectNode();
    }

    /** Calls a method of the protocol, and returns its result. */
    JsonNode call(String method, ObjectNode parameters) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        try {
            synchronized (commands) {
                int id = ++last;
                waiting.put(id, answer);
                ObjectNode command = MAPPER.createObjectNode().put("id", id).put("method", method);
                command.set("params", parameters);
                if (!page.equals(NO_PAGE)) {
                    command.put("sessionId", page);
                }
                commands.write(MAPPER.writeValueAsBytes(command));
                commands.write(0);
                commands.flush();
            }
            JsonNode message = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (message.has("error")) {
                throw new AssertionError(method + ": " + message.path("error"));
            }
            return message.path("result");
        } catch (IOException e) {
            throw new UncheckedIOException("the browser takes no commands", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted during " + method, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the browser does not answer to " + method, e);
        }
    }

    private void read() {
        try (InputStream answers = process.getInputStream()) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int length = answers.read(buffer); length >= 0; length = answers.read(buffer)) {
                for (int at = 0; at < length; at++) {
                    if (buffer[at] == 0) {
                        take(MAPPER.readTree(message.toByteArray()));
                        message.reset();
                    } else {
                        message.write(buffer[at]);
                    }
                }
            }
        } catch (IOException ended) {
            // Who waits learns it by the exception below.
        }
        waiting.values().forEach(each -> each.completeExceptionally(new IOException("the browser has ended")));
    }

    private void take(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer =
                    waiting.remove(message.path("id").asInt());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        JsonNode parameters = message.path("params");
        trouble(message.path("method").asText(), parameters).ifPresent(text -> {
            synchronized (troubles) {
                troubles.add(text);
            }
        });
    }

    private static Optional<String> trouble(String method, JsonNode parameters) {
        return switch (method) {
            case "Runtime.exceptionThrown" -> Optional.of("exception: " + parameters.path("exceptionDetails"));
            case "Runtime.consoleAPICalled" ->
                Optional.of(parameters)
                        .filter(call -> List.of("error", "warning", "assert")
                                .contains(call.path("type").asText()))
                        .map(call -> "console: " + call.path("args"));
            // That of a policy (CSP) is one of these, and so is a request that was answered with a failure.
            case "Log.entryAdded" ->
                Optional.of(parameters.path("entry"))
                        .filter(entry -> List.of("error", "warning")
                                .contains(entry.path("level").asText()))
                        .map(entry -> "log: " + entry.path("text").asText() + ' '
                                + entry.path("url").asText());
            case "Network.loadingFailed" ->
                Optional.of(parameters)
                        .filter(failure -> !failure.path("canceled").asBoolean())
                        .map(failure -> "request: " + failure.path("errorText").asText());
            default -> Optional.empty();
        };
    }

    /** What went wrong since this was asked last: messages of the console, exceptions, violations of the policy, failed requests. */
    List<String> troubles() {
        synchronized (troubles) {
            List<String> all = List.copyOf(troubles);
            troubles.clear();
            return all;
        }
    }

    /** Waits until so many things went wrong, and returns them as {@link #troubles} does; for a test that does something wrong. */
    List<String> awaitTroubles(int number) {
        List<String> all = new ArrayList<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (all.size() < number && System.nanoTime() - end < 0) {
            all.addAll(troubles());
            pause();
        }
        return all;
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the page", e);
        }
    }

    /** Loads a page, and returns when it has been loaded. */
    void open(String address) {
        call("Page.navigate", parameters().put("url", address));
        await("the load of " + address, "document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** The value of an expression on the page. */
    JsonNode evaluate(String expression) {
        JsonNode result = call(
                "Runtime.evaluate",
                parameters()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** The text of an element as a reader sees it; empty if there is none. */
    String text(String selector) {
        return evaluate("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''")
                .asText();
    }

    static String quoted(String text) {
        return MAPPER.valueToTree(text).toString();
    }

    /** Waits until an expression is true on the page. */
    void await(String what, String expression) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!evaluate(expression).asBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("no " + what + " on the page, which says:\n"
                        + evaluate("document.body.innerText").asText() + "\nand " + troubles());
            }
            pause();
        }
    }

    void awaitText(String text) {
        await("'" + text + "'", "document.body.innerText.includes(" + quoted(text) + ")");
    }

    /** Types at the place of the cursor. */
    void type(String text) {
        call("Input.insertText", parameters().put("text", text));
    }

    /** Presses a key and lets it go. */
    void press(Key key) {
        ObjectNode down = parameters()
                .put("type", key.text.isEmpty() ? "rawKeyDown" : "keyDown")
                .put("key", key.name)
                .put("code", key.name)
                .put("windowsVirtualKeyCode", key.code);
        if (!key.text.isEmpty()) {
            down.put("text", key.text);
        }
        call("Input.dispatchKeyEvent", down);
        call(
                "Input.dispatchKeyEvent",
                parameters()
                        .put("type", "keyUp")
                        .put("key", key.name)
                        .put("code", key.name)
                        .put("windowsVirtualKeyCode", key.code));
    }

    /** A key of the keyboard. */
    enum Key {
        TAB("Tab", 9, ""),
        ENTER("Enter", 13, "\r");

        private final String name;
        private final int code;
        private final String text;

        Key(String name, int code, String text) {
            this.name = name;
            this.code = code;
            this.text = text;
        }
    }

    /** Shows the page in light or in dark colours. */
    void prefer(String scheme) {
        ObjectNode parameters = parameters();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", scheme);
        call("Emulation.setEmulatedMedia", parameters);
    }

    /** A picture of what is seen, as PNG. */
    byte[] screenshot() {
        return Base64.getDecoder()
                .decode(call("Page.captureScreenshot", parameters().put("format", "png"))
                        .path("data")
                        .asText());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        for (ProcessHandle each : all) {
            try {
                each.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("process " + each.pid() + " of the browser does not end", e);
            }
        }
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
