package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.resource.Documents;
import org.karst.apiserver.internal.resource.Finding;
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

    /**
     * What a request asks for; without a word it is warned.
     *
     * @param options the kind of its options
     */
    static FieldValidation of(WebRequest request, String options) {
        String given = request.parameter("fieldValidation")
                .filter(text -> !text.isEmpty())
                .orElse(WARN.parameter);
        for (FieldValidation validation : values()) {
            if (validation.parameter.equals(given)) {
                return validation;
            }
        }
        throw Rejection.invalidOptions(
                options, Finding.unsupported("fieldValidation", given, List.of("", "Ignore", "Strict", "Warn")));
    }

    /** The warnings for an object; a strict request is refused instead. */
    List<String> check(ResourceDefinition type, JsonNode object) {
        List<String> warnings = type.warnings().apply(object);
        if (this == IGNORE) {
            return warnings;
        }
        List<String> faults = Documents.unknownFields(type, object);
        if (this == STRICT && !faults.isEmpty()) {
            throw Documents.undecodable(type, faults);
        }
        return Stream.concat(faults.stream(), warnings.stream()).toList();
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
