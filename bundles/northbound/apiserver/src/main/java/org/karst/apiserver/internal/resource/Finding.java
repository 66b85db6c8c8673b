package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One fault of one field, worded as by the real API server (apimachinery {@code field.Error}).
 *
 * @param field path such as {@code spec.containers[0].name}
 * @param reason machine-readable cause, such as {@code FieldValueInvalid}
 * @param message what is wrong, without the field
 */
public record Finding(String field, String reason, String message) {
    /** A value that breaks a rule. */
    public static Finding invalid(String field, Object value, String why) {
        return new Finding(field, "FieldValueInvalid", "Invalid value: " + quoted(value) + ": " + why);
    }

    /** A value that is missing. */
    public static Finding required(String field, String why) {
        return new Finding(field, "FieldValueRequired", "Required value" + suffix(why));
    }

    /** A value that may not be given here. */
    public static Finding forbidden(String field, String why) {
        return new Finding(field, "FieldValueForbidden", "Forbidden" + suffix(why));
    }

    /** A value that is not among the allowed ones. */
    public static Finding unsupported(String field, Object value, java.util.List<String> supported) {
        String list = supported.stream().map(Finding::quoted).collect(java.util.stream.Collectors.joining(", "));
        return new Finding(
                field, "FieldValueNotSupported", "Unsupported value: " + quoted(value) + ": supported values: " + list);
    }

    /** A second element with one key. */
    public static Finding duplicate(String field, Object value) {
        return new Finding(field, "FieldValueDuplicate", "Duplicate value: " + quoted(value));
    }

    /** A value that is longer than allowed. */
    public static Finding tooLong(String field, String limit) {
        return new Finding(field, "FieldValueTooLong", "Too long: " + limit);
    }

    /** More elements or members than allowed. */
    public static Finding tooMany(String field, long count, long most) {
        return new Finding(field, "FieldValueTooMany", "Too many: " + count + ": must have at most " + most + " items");
    }

    /** A value of which a schema says that it has the wrong type. */
    public static Finding typeInvalid(String field, Object value, String why) {
        return new Finding(field, "FieldValueTypeInvalid", "Invalid value: " + quoted(value) + ": " + why);
    }

    /** A fault of which the real server does not say in a field where it is. */
    public static Finding nowhere(String why) {
        return new Finding("<nil>", "FieldValueInvalid", "Invalid value: \"\": " + why);
    }

    /** A value of the wrong JSON type. */
    public static Finding wrongType(String field, JsonNode value, String wanted) {
        return new Finding(
                field,
                "FieldValueTypeInvalid",
                "Invalid value: " + quoted(value) + ": must be of type " + wanted + ", not "
                        + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }

    private static String suffix(String why) {
        return why.isEmpty() ? "" : ": " + why;
    }

    private static String quoted(Object value) {
        if (value instanceof JsonNode node) {
            return shortened(node.toString());
        }
        return value instanceof String text
                ? shortened(com.fasterxml.jackson.databind.node.TextNode.valueOf(text)
                        .toString())
                : String.valueOf(value);
    }

    private static String shortened(String json) {
        return json.length() <= 1024 ? json : json.substring(0, 1024) + "...";
    }
}
