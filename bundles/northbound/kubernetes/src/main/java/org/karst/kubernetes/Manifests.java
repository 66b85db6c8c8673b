package org.karst.kubernetes;

import java.util.ArrayList;
import java.util.List;
import org.karst.kubernetes.internal.JsonDocument;
import org.karst.model.Document;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Objects as people write them: YAML or JSON, one or more documents, lists taken apart. */
public final class Manifests {
    private Manifests() {}

    /**
     * Reads the objects of a text.
     *
     * @throws IllegalArgumentException with a sentence if it is neither YAML nor JSON, or holds no object
     */
    public static List<Document> read(String text) {
        List<Document> objects = new ArrayList<>();
        try {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                if (document != null) {
                    add(JsonDocument.of(document), objects);
                }
            }
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(
                    "neither YAML nor JSON: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("there is no object in it");
        }
        return objects;
    }

    private static void add(Document document, List<Document> into) {
        if (document.names().isEmpty()) {
            throw new IllegalArgumentException("an object begins with apiVersion and kind");
        }
        if (document.text("kind").equals("List")) {
            document.list("items").forEach(item -> add(item, into));
        } else {
            into.add(document);
        }
    }
}
