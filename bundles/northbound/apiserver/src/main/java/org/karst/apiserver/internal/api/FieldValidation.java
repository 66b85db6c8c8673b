package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.resource.Documents;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;

/** What becomes of a request with fields that its type does not have: the parameter {@code fieldValidation} of the Kubernetes API. */
enum FieldValidation {
    STRICT("Strict"),
    WARN("Warn"),
    IGNORE("Ignore");

    private final String parameter;

    FieldValidation(String parameter) {
        this.parameter = parameter;
    }

    /** What a request asks for; without a word it is warned. */
    static FieldValidation of(WebRequest request) {
        String given = request.parameter("fieldValidation").orElse(WARN.parameter);
        for (FieldValidation validation : values()) {
            if (validation.parameter.equals(given)) {
                return validation;
            }
        }
        throw Rejection.badRequest("fieldValidation: Unsupported value: \"" + given
                + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
    }

    /** The warnings for an object; a strict request is refused instead. */
    List<String> check(ResourceDefinition type, JsonNode object) {
        if (this == IGNORE) {
            return List.of();
        }
        List<String> faults = Documents.unknownFields(type, object);
        if (this == STRICT && !faults.isEmpty()) {
            throw Documents.undecodable(type, faults);
        }
        return faults;
    }

    /** An answer with warnings (RFC 7234 section 5.5, code 299), which kubectl prints. */
    static WebResponse warn(WebResponse answer, List<String> warnings) {
        return warnings.isEmpty()
                ? answer
                : answer.withHeader(
                        "warning",
                        warnings.stream()
                                .map(text ->
                                        "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                                .collect(Collectors.joining(", ")));
    }
}
