package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a side answered.
 *
 * @param status of HTTP
 * @param warning the header of that name, empty for none
 * @param body as JSON; a text if it is none
 */
public record Answer(int status, String warning, JsonNode body) {
    /** The text at a JSON pointer, empty if there is none. */
    String at(String pointer) {
        return body.at(pointer).asText();
    }
}
