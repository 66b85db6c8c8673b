package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.karst.apiserver.internal.resource.Finding;

/** What a schema asks of one value apart from what is inside of it, worded as by the real server (kube-openapi {@code validate}). */
final class ValueChecks {
    private final JsonNode source;
    private final List<String> types = new ArrayList<>();
    private final String format;
    private final Pattern pattern;
    private final List<Schema> all;
    private final List<Schema> any;
    private final List<Schema> one;
    private final Schema not;

    ValueChecks(JsonNode source) {
        this.source = source;
        if (source.path("x-kubernetes-int-or-string").asBoolean()) {
            types.add("integer");
            types.add("string");
        } else if (source.path("type").isTextual()
                && !source.path("type").textValue().isEmpty()) {
            types.add(source.path("type").textValue());
        }
        this.format = source.path("format").asText();
        this.pattern = pattern(source.path("pattern").asText());
        this.all = schemas("allOf");
        this.any = schemas("anyOf");
        this.one = schemas("oneOf");
        this.not = source.path("not").isObject() ? Schema.of(source.path("not")) : null;
    }

    /** Null for none, and for one that Java does not read: such definitions are refused. */
    private static Pattern pattern(String text) {
        try {
            return text.isEmpty() ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    private List<Schema> schemas(String field) {
        List<Schema> schemas = new ArrayList<>();
        source.path(field).forEach(schema -> schemas.add(Schema.of(schema)));
        return schemas;
    }

    /** Reports what is wrong with a value. */
    void check(JsonNode value, String path, boolean whole, Consumer<Finding> findings) {
        if (value.isNull() && source.path("nullable").asBoolean()) {
            return;
        }
        checkType(value, path, findings);
        checkAlternatives(value, path, findings);
        switch (value.getNodeType()) {
            case STRING -> checkText(value.textValue(), path, findings);
            case NUMBER -> checkNumber(value, path, findings);
            case ARRAY -> checkLength(value, path, findings);
            case OBJECT -> checkMembers(value, path, whole, findings);
            default -> {
                // Of booleans and nulls nothing more can be asked.
            }
        }
        checkEnumeration(value, path, findings);
    }

    private void checkType(JsonNode value, String path, Consumer<Finding> findings) {
        String given = type(value);
        boolean fits = types.isEmpty()
                || types.contains(given)
                || (given.equals("integer") && types.contains("number"))
                || (given.equals("number") && types.contains("integer") && isWhole(value));
        if (!fits) {
            // The real server names the format where there is one and the value is neither text nor list.
            boolean byFormat = !format.isEmpty() && !value.isTextual() && !value.isArray() && !value.isNull();
            String wanted = byFormat ? format : String.join(",", types);
            String said = byFormat ? numberFormat(value) : given;
            findings.accept(
                    Finding.typeInvalid(path, said, path + " in body must be of type " + wanted + ": \"" + said + '"'));
        }
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING, BINARY -> "string";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case NULL, MISSING -> "null";
        };
    }

    private static String numberFormat(JsonNode value) {
        return value.isIntegralNumber() ? "int64" : value.isNumber() ? "double" : "";
    }

    private static boolean isWhole(JsonNode value) {
        return value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    private void checkAlternatives(JsonNode value, String path, Consumer<Finding> findings) {
        String quoted = '"' + path + '"';
        if (!any.isEmpty() && any.stream().noneMatch(schema -> accepts(schema, value, path))) {
            findings.accept(Finding.nowhere(quoted + " must validate at least one schema (anyOf)"));
        }
        long fitting =
                one.stream().filter(schema -> accepts(schema, value, path)).count();
        if (!one.isEmpty() && fitting != 1) {
            findings.accept(Finding.nowhere(quoted + " must validate one and only one schema (oneOf). "
                    + (fitting == 0 ? "Found none valid" : "Found " + fitting + " valid alternatives")));
        }
        List<Finding> broken = new ArrayList<>();
        all.forEach(schema -> schema.check(value, null, path, broken::add));
        broken.forEach(findings);
        if (!broken.isEmpty()) {
            findings.accept(Finding.nowhere(quoted + " must validate all the schemas (allOf)"));
        }
        if (not != null && accepts(not, value, path)) {
            findings.accept(Finding.nowhere(quoted + " must not validate the schema (not)"));
        }
    }

    private static boolean accepts(Schema schema, JsonNode value, String path) {
        List<Finding> broken = new ArrayList<>();
        schema.check(value, null, path, broken::add);
        return broken.isEmpty();
    }

    private void checkText(String text, String path, Consumer<Finding> findings) {
        int length = text.codePointCount(0, text.length());
        if (source.has("maxLength") && length > source.path("maxLength").asLong()) {
            findings.accept(Finding.tooLong(
                    path, "may not be more than " + source.path("maxLength").asLong() + " bytes"));
        }
        if (length < source.path("minLength").asLong()) {
            findings.accept(Finding.invalid(
                    path,
                    text,
                    path + " in body should be at least "
                            + source.path("minLength").asLong() + " chars long"));
        }
        if (pattern != null && !BoundedText.contains(text, pattern)) {
            findings.accept(Finding.invalid(path, text, path + " in body should match '" + pattern + '\''));
        }
        if (!Formats.accepts(format, text)) {
            findings.accept(
                    Finding.typeInvalid(path, text, path + " in body must be of type " + format + ": \"" + text + '"'));
        }
    }

    private void checkNumber(JsonNode value, String path, Consumer<Finding> findings) {
        BigDecimal number = value.decimalValue();
        JsonNode factor = source.path("multipleOf");
        if (factor.isNumber()
                && factor.decimalValue().signum() > 0
                && number.remainder(factor.decimalValue()).signum() != 0) {
            findings.accept(Finding.invalid(path, value, path + " in body should be a multiple of " + factor));
        }
        JsonNode most = source.path("maximum");
        if (most.isNumber()) {
            boolean open = source.path("exclusiveMaximum").asBoolean();
            int order = number.compareTo(most.decimalValue());
            if (order > 0 || (open && order == 0)) {
                String bound = open ? " in body should be less than " : " in body should be less than or equal to ";
                findings.accept(Finding.invalid(path, value, path + bound + most));
            }
        }
        JsonNode least = source.path("minimum");
        if (least.isNumber()) {
            boolean open = source.path("exclusiveMinimum").asBoolean();
            int order = number.compareTo(least.decimalValue());
            if (order < 0 || (open && order == 0)) {
                String bound =
                        open ? " in body should be greater than " : " in body should be greater than or equal to ";
                findings.accept(Finding.invalid(path, value, path + bound + least));
            }
        }
    }

    private void checkLength(JsonNode list, String path, Consumer<Finding> findings) {
        if (list.size() < source.path("minItems").asLong()) {
            findings.accept(Finding.invalid(
                    path,
                    list.size(),
                    path + " in body should have at least "
                            + source.path("minItems").asLong() + " items"));
        }
        if (source.has("maxItems") && list.size() > source.path("maxItems").asLong()) {
            findings.accept(
                    Finding.tooMany(path, list.size(), source.path("maxItems").asLong()));
        }
    }

    private void checkMembers(JsonNode object, String path, boolean whole, Consumer<Finding> findings) {
        if (object.size() < source.path("minProperties").asLong()) {
            findings.accept(Finding.invalid(
                    path,
                    object.size(),
                    path + " in body should have at least "
                            + source.path("minProperties").asLong() + " properties"));
        }
        if (source.has("maxProperties")
                && object.size() > source.path("maxProperties").asLong()) {
            findings.accept(Finding.tooMany(
                    path, object.size(), source.path("maxProperties").asLong()));
        }
        source.path("required").forEach(name -> {
            boolean own = whole && List.of("apiVersion", "kind", "metadata").contains(name.asText());
            if (!own && !object.has(name.asText())) {
                findings.accept(Finding.required(Schema.child(path, name.asText()), ""));
            }
        });
    }

    private void checkEnumeration(JsonNode value, String path, Consumer<Finding> findings) {
        JsonNode allowed = source.path("enum");
        if (!allowed.isArray() || allowed.isEmpty()) {
            return;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode one : allowed) {
            if (one.equals(value)) {
                return;
            }
            texts.add(one.isTextual() ? one.textValue() : one.toString());
        }
        findings.accept(Finding.unsupported(path, value, texts));
    }
}
