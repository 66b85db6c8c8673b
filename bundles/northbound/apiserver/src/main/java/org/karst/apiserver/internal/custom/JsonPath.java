package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.apiserver.internal.resource.Json;

/**
 * A path as definitions give it for columns, selectable fields and scaling (Kubernetes documentation, "JSONPath support"): names, {@code
 * ['name']}, {@code [0]}, {@code [*]} and filters that compare with a text or number.
 */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.?\\['((?:[^'\\\\]|\\\\.)*)']"
            + "|\\.?\\[\"((?:[^\"\\\\]|\\\\.)*)\"]"
            + "|\\.?\\[(-?\\d{1,9})]"
            + "|(\\.?\\[\\*]|\\.\\*)"
            + "|\\.?\\[\\?\\(@([^=!<>()]+?)\\s*(==|!=)\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\"'()]+?))\\s*\\)]"
            + "|\\.?((?:[^.\\[\\]\\\\]|\\\\.)+)");

    private final String text;
    private final List<UnaryOperator<List<JsonNode>>> steps;

    private JsonPath(String text, List<UnaryOperator<List<JsonNode>>> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /** Reads one; empty if it has another form. */
    static Optional<JsonPath> parse(String text) {
        List<UnaryOperator<List<JsonNode>>> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(text);
        int at = text.startsWith("$") ? 1 : 0;
        if (at == text.length()) {
            return Optional.empty();
        }
        while (at < text.length()) {
            matcher.region(at, text.length());
            if (!matcher.lookingAt()) {
                return Optional.empty();
            }
            Optional<UnaryOperator<List<JsonNode>>> step = step(matcher);
            if (step.isEmpty()) {
                return Optional.empty();
            }
            steps.add(step.get());
            at = matcher.end();
        }
        return Optional.of(new JsonPath(text, steps));
    }

    private static Optional<UnaryOperator<List<JsonNode>>> step(Matcher found) {
        for (int group : new int[] {1, 2, 10}) {
            if (found.group(group) != null) {
                String name = found.group(group).replaceAll("\\\\(.)", "$1");
                return Optional.of(each(node -> present(node.path(name))));
            }
        }
        if (found.group(3) != null) {
            int index = Integer.parseInt(found.group(3));
            return Optional.of(each(node -> present(node.path(index < 0 ? node.size() + index : index))));
        }
        if (found.group(4) != null) {
            return Optional.of(each(JsonPath::elements));
        }
        boolean equal = found.group(6).equals("==");
        String wanted =
                found.group(7) != null ? found.group(7) : found.group(8) != null ? found.group(8) : found.group(9);
        return parse(found.group(5).strip())
                .map(inner -> each(node -> elements(node).stream()
                        .filter(element -> inner.first(element)
                                .map(value -> Json.text(value).equals(wanted) == equal)
                                .orElse(false))
                        .toList()));
    }

    private interface Inside {
        List<JsonNode> of(JsonNode node);
    }

    private static UnaryOperator<List<JsonNode>> each(Inside inside) {
        return nodes -> {
            List<JsonNode> found = new ArrayList<>();
            nodes.forEach(node -> found.addAll(inside.of(node)));
            return found;
        };
    }

    private static List<JsonNode> present(JsonNode node) {
        return node.isMissingNode() ? List.of() : List.of(node);
    }

    private static List<JsonNode> elements(JsonNode node) {
        List<JsonNode> found = new ArrayList<>();
        node.forEach(found::add);
        return found;
    }

    /** The first value that it leads to. */
    Optional<JsonNode> first(JsonNode object) {
        List<JsonNode> found = List.of(object);
        for (UnaryOperator<List<JsonNode>> step : steps) {
            found = step.apply(found);
        }
        return found.stream().findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
