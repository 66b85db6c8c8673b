package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML 1.2, of which JSON is a part, as JSON. */
public final class Yaml {
    private Yaml() {}

    /** Reads one document. */
    public static JsonNode parse(byte[] body) {
        try {
            return Json.read(body);
        } catch (IOException e) {
            return parseYaml(body);
        }
    }

    private static JsonNode parseYaml(byte[] body) {
        try {
            Object document =
                    new Load(LoadSettings.builder().build()).loadFromString(new String(body, StandardCharsets.UTF_8));
            // Read again, so that numbers are what they are in JSON.
            return Documents.parse(Json.write(Json.of(document)));
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw Rejection.badRequest("error decoding YAML: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
