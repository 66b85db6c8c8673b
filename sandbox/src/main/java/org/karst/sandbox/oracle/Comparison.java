package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds where two answers differ, without what each server chooses for itself: uids, versions, times, tokens and random names. */
public final class Comparison {
    private static final String SET = "(set)";
    private static final Set<String> CHOSEN =
            Set.of("uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "time", "continue");
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern REVISIONS =
            Pattern.compile("(ResourceVersion in [a-z ]+: |large resource version: |current: |resourceVersion: )\\d+");
    private static final Pattern AGE = Pattern.compile("(\\d+[ydhms])+");

    private Comparison() {}

    /** All differences of two answers. */
    public static List<Difference> of(Answer real, Answer karst) {
        List<Difference> found = new ArrayList<>();
        if (real.status() != karst.status()) {
            found.add(new Difference("status", Integer.toString(real.status()), Integer.toString(karst.status())));
        }
        if (!real.warning().equals(karst.warning())) {
            found.add(new Difference("warning", real.warning(), karst.warning()));
        }
        compare("body", neutral(real.body()), neutral(karst.body()), found);
        return found;
    }

    /** All differences of two documents. */
    public static List<Difference> of(JsonNode real, JsonNode karst) {
        List<Difference> found = new ArrayList<>();
        compare("body", neutral(real), neutral(karst), found);
        return found;
    }

    /** A document without what a server chooses. */
    static JsonNode neutral(JsonNode document) {
        JsonNode copy = document.deepCopy();
        if (copy.isTextual()) {
            return TextNode.valueOf(message(copy.textValue()));
        }
        neutralize(copy);
        return copy;
    }

    private static void neutralize(JsonNode node) {
        if (node instanceof ArrayNode list) {
            list.forEach(Comparison::neutralize);
            return;
        }
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        for (String field : CHOSEN) {
            JsonNode value = object.path(field);
            if (value.isTextual() && !value.textValue().isEmpty()) {
                object.put(field, SET);
            }
        }
        if (object.path("message").isTextual()) {
            object.put("message", message(object.get("message").textValue()));
        }
        nameNeutrally(object);
        if (object.path("managedFields") instanceof ArrayNode managers) {
            managers.forEach(Comparison::neutralize);
            sort(managers);
        }
        if (object.path("causes") instanceof ArrayNode causes) {
            // The real server looks at some parts twice.
            Set<JsonNode> once = new LinkedHashSet<>();
            causes.forEach(once::add);
            causes.removeAll().addAll(once);
        }
        if (object.path("cells") instanceof ArrayNode cells) {
            for (int i = 0; i < cells.size(); i++) {
                if (AGE.matcher(cells.get(i).asText()).matches()) {
                    cells.set(i, SET);
                }
            }
        }
        object.forEach(Comparison::neutralize);
    }

    /** The entries of managers stand in the order of their times. */
    private static void sort(ArrayNode managers) {
        List<JsonNode> entries = new ArrayList<>();
        managers.forEach(entries::add);
        entries.sort(Comparator.comparing(JsonNode::toString));
        managers.removeAll();
        managers.addAll(entries);
    }

    private static void nameNeutrally(ObjectNode metadata) {
        String base = metadata.path("generateName").asText();
        if (!base.isEmpty() && metadata.path("name").asText().startsWith(base)) {
            metadata.put("name", base + SET);
        }
    }

    private static String message(String text) {
        return REVISIONS.matcher(UID.matcher(text).replaceAll(SET)).replaceAll("$1" + SET);
    }

    private static void compare(String path, JsonNode real, JsonNode karst, List<Difference> found) {
        if (real.equals(karst)) {
            return;
        }
        if (real.isObject() && karst.isObject()) {
            Set<String> names = new TreeSet<>();
            real.fieldNames().forEachRemaining(names::add);
            karst.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(path + '.' + name, real.path(name), karst.path(name), found));
        } else if (real.isArray() && karst.isArray() && real.size() == karst.size()) {
            for (int i = 0; i < real.size(); i++) {
                compare(path + '[' + i + ']', real.get(i), karst.get(i), found);
            }
        } else {
            found.add(new Difference(path, text(real), text(karst)));
        }
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() ? Difference.ABSENT : node.toString();
    }
}
