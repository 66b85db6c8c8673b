package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML 1.2, of which JSON is a part, as JSON. Without aliases: a few lines of them stand for gigabytes. */
public final class Yaml {
    private static final LoadSettings SETTINGS = LoadSettings.builder().build();

    private Yaml() {}

    /** Reads one document. */
    public static JsonNode parse(byte[] body) {
        try {
            return Json.read(body);
        } catch (IOException e) {
            return parseYaml(new String(body, StandardCharsets.UTF_8));
        }
    }

    private static JsonNode parseYaml(String text) {
        try {
            expectPlain(text);
            Object document = new Load(SETTINGS).loadFromString(text);
            // Read again, so that numbers are what they are in JSON.
            return Documents.parse(Json.write(Json.of(document)));
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw undecodable(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** Refuses what costs more than its length. The library bounds aliases of collections only, and no depth; its events come one by one. */
    private static void expectPlain(String text) {
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case Alias ->
                    throw undecodable("aliases are not accepted; write what they stand for at "
                            + event.getStartMark()
                                    .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                                    .orElse("each place"));
                case MappingStart, SequenceStart -> {
                    depth++;
                    if (depth > Json.DEEPEST) {
                        throw undecodable("more than " + Json.DEEPEST + " mappings and lists in one another");
                    }
                }
                case MappingEnd, SequenceEnd -> depth--;
                default -> {
                    // Scalars, comments, and the bounds of documents.
                }
            }
        }
    }

    private static Rejection undecodable(String why) {
        return Rejection.badRequest("error decoding YAML: " + why);
    }
}
